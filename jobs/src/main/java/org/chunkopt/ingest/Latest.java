package org.chunkopt.ingest;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.chunkopt.settings.Settings;

/**
 * The latest times of points, in nanoseconds since 1970; later ones are rejected. That is the as-of
 * of the settings, else the newest answer of a server to BeeGFS-mon, which has InfluxDB's clock,
 * and {@code ingest.future-tolerance}. BeeGFS servers stamp what they measure by their own clocks;
 * those may be off by as much as {@link ClockOffsets} finds and reports.
 *
 * @param ns of all points
 * @param ofServersNs of points that BeeGFS servers stamp
 */
record Latest(long ns, long ofServersNs) {
  private static final Set<String> POLLS = Set.of("storage", "meta", "storageTargets");

  private static final Latest UNKNOWN = new Latest(Long.MAX_VALUE, Long.MAX_VALUE);

  /** By the as-of of the settings, where they have one. */
  static Latest asked(Settings settings) {
    return settings
        .run()
        .asOf()
        .map(asOf -> nanos(asOf.plus(settings.ingest().futureTolerance())))
        .map(latest -> new Latest(latest, latest))
        .orElse(UNKNOWN);
  }

  /**
   * By the newest poll of the servers, where there are any.
   *
   * @param counts rows of {@link MetricsShuffle#COUNT}
   */
  static Latest polled(List<Row> counts, Settings settings) {
    long newest =
        counts.stream()
            .filter(count -> POLLS.contains(count.getString(2)))
            .mapToLong(count -> count.getLong(4))
            .max()
            .orElse(0);
    long latest = newest + settings.ingest().futureTolerance().toNanos();
    long ofServers = latest + Duration.ofMinutes(ClockOffsets.FARTHEST).toNanos();
    return newest <= 0 || ofServers < 0 ? UNKNOWN : new Latest(latest, ofServers);
  }

  boolean isUnknown() {
    return equals(UNKNOWN);
  }

  /** Whether points of a summary are later. */
  boolean excludesAny(List<Row> summary) {
    return MetricsShuffle.kind(summary, MetricsShuffle.COUNT).stream()
        .anyMatch(
            count ->
                count.getLong(4)
                    > (Measurement.named(count.getString(2)).isStampedByServer()
                        ? ofServersNs
                        : ns));
  }

  private static long nanos(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
  }
}
