package org.chunkopt.ingest;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * When servers of a kind did not answer. Client counters are sums over all servers of the kind, so
 * they jump when one goes or comes back: points within two intervals of such a poll say nothing.
 *
 * @param storage begins and ends of the outages of storage servers, nanoseconds, ascending
 * @param meta those of metadata servers
 */
record Outages(long[] storage, long[] meta) implements Serializable {
  /** Two polls of BeeGFS-mon at its default interval of 5 s. */
  private static final long MARGIN_NS = 10_000_000_000L;

  static final Outages NONE = new Outages(new long[0], new long[0]);

  /** The outages in blocks of points; few, since neighbours are merged. */
  static Outages in(Dataset<Row> blocks) {
    return new Outages(of(blocks, "storage"), of(blocks, "meta"));
  }

  boolean covers(String measurement, long timeNs) {
    long[] edges = measurement.startsWith("storage") ? storage : meta;
    int at = Arrays.binarySearch(edges, timeNs);
    return at >= 0 || (-at - 1) % 2 == 1;
  }

  private static long[] of(Dataset<Row> blocks, String measurement) {
    List<Long> edges = new ArrayList<>();
    Iterator<Long> times =
        blocks
            .filter("field = 'isResponding'")
            .filter(blocks.col("measurement").equalTo(measurement))
            .select("hour", "points")
            .flatMap((FlatMapFunction<Row, Long>) Outages::silences, Encoders.LONG())
            .orderBy("value")
            .toLocalIterator();
    while (times.hasNext()) {
      long time = times.next();
      int last = edges.size() - 1;
      if (last > 0 && time - MARGIN_NS <= edges.get(last)) {
        edges.set(last, time + MARGIN_NS);
      } else {
        edges.add(time - MARGIN_NS);
        edges.add(time + MARGIN_NS);
      }
    }
    return edges.stream().mapToLong(Long::longValue).toArray();
  }

  private static Iterator<Long> silences(Row block) {
    List<Long> times = new ArrayList<>();
    ByteBuffer points = ByteBuffer.wrap(block.getAs("points"));
    while (points.hasRemaining()) {
      long time = block.getLong(0) * PointBlock.HOUR_NS + (points.getLong() >>> 1);
      if (points.getDouble() == 0) {
        times.add(time);
      }
    }
    return times.iterator();
  }
}
