package org.chunkopt.ingest;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

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
   * The outages, few a server and hour.
   *
   * @param silences what {@link #silences} gave of all blocks that count
   */
  static Outages of(List<Row> silences) {
    return new Outages(of(silences, "storage"), of(silences, "meta"));
  }

  boolean covers(String measurement, long timeNs) {
    long[] edges = measurement.startsWith("storage") ? storage : meta;
    int at = Arrays.binarySearch(edges, timeNs);
    return at >= 0 || (-at - 1) % 2 == 1;
  }

  private static long[] of(List<Row> silences, String measurement) {
    List<long[]> spans =
        silences.stream()
            .filter(silence -> silence.getString(1).equals(measurement))
            .map(silence -> new long[] {silence.getLong(2), silence.getLong(3)})
            .sorted(Comparator.comparingLong(span -> span[0]))
            .toList();
    return merged(spans).stream().flatMapToLong(Arrays::stream).toArray();
  }

  /** Joins the spans that touch; they come in the order of their begins. */
  private static List<long[]> merged(List<long[]> spans) {
    List<long[]> merged = new ArrayList<>();
    for (long[] span : spans) {
      long[] last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
      if (last != null && span[0] <= last[1]) {
        last[1] = Math.max(last[1], span[1]);
      } else {
        merged.add(span.clone());
      }
    }
    return merged;
  }

  /**
   * What the polls of a block without an answer make doubtful.
   *
   * @return its file, its measurement, begin and end of each silence, and the block's segment
   */
  static List<Row> silences(Row block) {
    if (!block.getString(MinuteFold.FIELD).equals("isResponding")) {
      return List.of();
    }
    PackedPoints points = new PackedPoints(block.getAs(MinuteFold.POINTS));
    long[] polls = new long[points.count()];
    long[] silent = new long[polls.length];
    int silences = 0;
    for (int i = 0; points.next(); i++) {
      polls[i] = points.offset();
      if (points.value() == 0) {
        silent[silences++] = polls[i];
      }
    }
    if (silences == 0) {
      return List.of();
    }
    long hour = block.getLong(MinuteFold.HOUR) * PointBlock.HOUR_NS;
    long margin = POLLS * interval(polls);
    return merged(
            Arrays.stream(silent, 0, silences)
                .sorted()
                .mapToObj(offset -> new long[] {hour + offset - margin, hour + offset + margin})
                .toList())
        .stream()
        .map(
            span ->
                RowFactory.create(
                    block.get(MinuteFold.FILE),
                    block.get(MinuteFold.MEASUREMENT),
                    span[0],
                    span[1],
                    block.get(MinuteFold.SEGMENT)))
        .toList();
  }

  /** The median time from one poll to the next. */
  private static long interval(long[] polls) {
    long[] sorted = Arrays.stream(polls).sorted().toArray();
    long[] steps =
        IntStream.range(1, sorted.length)
            .mapToLong(i -> sorted[i] - sorted[i - 1])
            .sorted()
            .toArray();
    return steps.length == 0 ? USUAL_POLL_NS : steps[steps.length / 2];
  }
}
