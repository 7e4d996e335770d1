package org.chunkopt.ingest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/** Servers that have two names at one time: then two file systems have used the same numbers. */
final class NameClashes {
  /** BeeGFS-mon writes up to a minute anew under a new name. */
  private static final long RENAMING_NS = Duration.ofMinutes(10).toNanos();

  private NameClashes() {}

  /**
   * A sentence for each such server.
   *
   * @param sightings rows of {@link Sightings} that count
   */
  static List<String> warnings(List<Row> sightings) {
    Map<String, Map<String, long[]>> spans = new TreeMap<>();
    for (Row sighting : sightings) {
      MinuteFamily family = MinuteFamily.of(sighting.getString(Sightings.SOURCE));
      if (family == MinuteFamily.SERVERS && !sighting.isNullAt(Sightings.NAME)) {
        String server =
            Node.kind(sighting.getString(Sightings.SOURCE))
                + " server "
                + sighting.getString(Sightings.SUBJECT);
        long[] span =
            spans
                .computeIfAbsent(server, of -> new TreeMap<>())
                .computeIfAbsent(
                    sighting.getString(Sightings.NAME),
                    name -> new long[] {Long.MAX_VALUE, Long.MIN_VALUE});
        span[0] = Math.min(span[0], sighting.getLong(Sightings.FIRST_AT));
        span[1] = Math.max(span[1], sighting.getLong(Sightings.AT));
      }
    }
    List<String> warnings = new ArrayList<>();
    spans.forEach(
        (server, names) -> {
          if (overlap(List.copyOf(names.values()))) {
            warnings.add(
                "The "
                    + server
                    + " has several names at the same time: "
                    + String.join(", ", names.keySet())
                    + ". Its figures may be of two file systems: export each by itself.");
          }
        });
    return warnings;
  }

  private static boolean overlap(List<long[]> spans) {
    for (int i = 0; i < spans.size(); i++) {
      for (int j = 0; j < i; j++) {
        long begin = Math.max(spans.get(i)[0], spans.get(j)[0]);
        if (Math.min(spans.get(i)[1], spans.get(j)[1]) - begin > RENAMING_NS) {
          return true;
        }
      }
    }
    return false;
  }
}
