package org.chunkopt.ingest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Which servers, targets and hosts the blocks of a task tell of, under which names, and when last:
 * few a file.
 */
final class Sightings {
  /** Positions in a row of {@link #rows}; times are nanoseconds since 1970. */
  static final int FILE = 0;

  static final int MEASUREMENT = 1;
  static final int SUBJECT = 2;
  static final int PART = 3;
  static final int NAME = 4;
  static final int AT = 5;
  static final int OFFSET = 6;
  static final int HOST = 7;
  static final int HOST_AT = 8;

  /** Measurement of the blocks, their segment and their first time. */
  static final int SOURCE = 9;

  static final int SEGMENT = 10;
  static final int FIRST_AT = 11;

  private static final int MANY = 1 << 14;

  private final Map<List<Object>, Last> lasts = new HashMap<>();

  /** The last point under a name, where its block begins, and the last host name reported. */
  private static final class Last {
    private long at = Long.MIN_VALUE;
    private long offset;
    private String host;
    private long hostAt = Long.MIN_VALUE;
    private long first = Long.MAX_VALUE;
  }

  boolean isEmpty() {
    return lasts.isEmpty();
  }

  boolean areMany() {
    return lasts.size() >= MANY;
  }

  void clear() {
    lasts.clear();
  }

  /** Takes a block of servers, targets or hosts; one whose points say nothing is passed over. */
  void add(Row block) {
    String measurement = block.getString(MinuteFold.MEASUREMENT);
    MinuteFamily family = MinuteFamily.of(measurement);
    boolean named = family == MinuteFamily.SERVERS || family == MinuteFamily.TARGETS;
    long at = block.getLong(MinuteFold.LAST_AT);
    if (at < 0) {
      return;
    }
    List<Object> key =
        List.of(
            block.getInt(MinuteFold.FILE),
            named ? measurement : "",
            block.getString(MinuteFold.SUBJECT),
            family == MinuteFamily.TARGETS ? block.getString(MinuteFold.PART) : "",
            named && !block.isNullAt(MinuteFold.NAME)
                ? List.of(block.getString(MinuteFold.NAME))
                : List.of(),
            measurement,
            block.getLong(MinuteFold.SEGMENT));
    Last last = lasts.computeIfAbsent(key, of -> new Last());
    last.first = Math.min(last.first, block.getLong(MinuteFold.FIRST_AT));
    long offset = block.getLong(MinuteFold.OFFSET);
    if (at > last.at || at == last.at && offset > last.offset) {
      last.at = at;
      last.offset = offset;
    }
    if (!block.isNullAt(MinuteFold.TEXT) && at >= last.hostAt) {
      last.hostAt = at;
      last.host = block.getString(MinuteFold.TEXT);
    }
  }

  /** A row of what was seen under each name of each subject. */
  List<Row> rows() {
    return lasts.entrySet().stream()
        .map(
            seen -> {
              List<Object> key = seen.getKey();
              Last last = seen.getValue();
              List<?> name = (List<?>) key.get(NAME);
              return RowFactory.create(
                  key.get(FILE),
                  key.get(MEASUREMENT),
                  key.get(SUBJECT),
                  key.get(PART),
                  name.isEmpty() ? null : name.get(0),
                  last.at,
                  last.offset,
                  last.host,
                  last.hostAt,
                  key.get(5),
                  key.get(6),
                  last.first);
            })
        .toList();
  }
}
