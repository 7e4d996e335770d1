package org.chunkopt.ingest;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * When servers of a kind did not answer. Client counters are sums over all servers of the kind, so
 * they jump when one goes or comes back: points within two polls of such a poll say nothing.
 *
 * @param storage begins and ends of the outages of storage servers, nanoseconds, ascending
 * @param meta those of metadata servers
 */
record Outages(long[] storage, long[] meta) implements Serializable {
  /** BeeGFS-mon polls this often where its configuration does not say otherwise. */
  private static final long USUAL_POLL_NS = 5_000_000_000L;

  private static final int POLLS = 2;

  static final Outages NONE = new Outages(new long[0], new long[0]);

  /**
   * The outages; few, since neighbours are merged.
   *
   * @param answers blocks of {@code isResponding}
   */
  static Outages in(Dataset<Row> answers) {
    return new Outages(of(answers, "storage"), of(answers, "meta"));
  }

  boolean covers(String measurement, long timeNs) {
    long[] edges = measurement.startsWith("storage") ? storage : meta;
    int at = Arrays.binarySearch(edges, timeNs);
    return at >= 0 || (-at - 1) % 2 == 1;
  }

  private static long[] of(Dataset<Row> answers, String measurement) {
    Dataset<Row> ofKind = answers.filter(functions.col("measurement").equalTo(measurement));
    Iterator<Long> times =
        ofKind
            .flatMap((FlatMapFunction<Row, Long>) Outages::silences, Encoders.LONG())
            .orderBy("value")
            .toLocalIterator();
    if (!times.hasNext()) {
      return NONE.storage;
    }
    long margin = POLLS * poll(ofKind);
    List<Long> edges = new ArrayList<>();
    while (times.hasNext()) {
      long time = times.next();
      int last = edges.size() - 1;
      if (last > 0 && time - margin <= edges.get(last)) {
        edges.set(last, time + margin);
      } else {
        edges.add(time - margin);
        edges.add(time + margin);
      }
    }
    return edges.stream().mapToLong(Long::longValue).toArray();
  }

  /** Nanoseconds from one poll to the next, the median of the servers and hours. */
  private static long poll(Dataset<Row> answers) {
    Row median =
        answers
            .flatMap((FlatMapFunction<Row, Long>) Outages::step, Encoders.LONG())
            .selectExpr("percentile_approx(value, 0.5)")
            .head();
    return median.isNullAt(0) ? USUAL_POLL_NS : median.getLong(0);
  }

  private static Iterator<Long> silences(Row block) {
    List<Long> times = new ArrayList<>();
    ByteBuffer points = ByteBuffer.wrap(block.getAs("points"));
    while (points.hasRemaining()) {
      long time =
          block.<Long>getAs("hour") * PointBlock.HOUR_NS + PointBlock.offset(points.getLong());
      if (points.getDouble() == 0) {
        times.add(time);
      }
    }
    return times.iterator();
  }

  /** The median step between the points of a block; none where it has a single point. */
  private static Iterator<Long> step(Row block) {
    ByteBuffer points = ByteBuffer.wrap(block.getAs("points"));
    long[] times = new long[points.remaining() / PointBlock.POINT_BYTES];
    for (int i = 0; i < times.length; i++) {
      times[i] = PointBlock.offset(points.getLong());
      points.getDouble();
    }
    Arrays.sort(times);
    long[] steps =
        IntStream.range(1, times.length).mapToLong(i -> times[i] - times[i - 1]).sorted().toArray();
    return steps.length == 0
        ? Collections.emptyIterator()
        : List.of(steps[steps.length / 2]).iterator();
  }
}
