package org.chunkopt.ingest;

import org.apache.spark.sql.Row;
import org.chunkopt.beegfs.FilePath;

/** Events of one entry on one day: a row of {@link AccessSheets#COUNTED} to be. */
final class EventCounts {
  private static final long DAY_MICROS = 86_400_000_000L;
  private static final byte[] NO_PATH = {};

  private final String entryId;
  private final long day;
  private byte[] path;
  private long openReads;
  private long openWrites;
  private long openReadWrites;
  private long closesAfterWrite;
  private long events;
  private long first = Long.MAX_VALUE;
  private long last = Long.MIN_VALUE;

  /**
   * @param path path that is known of the entry, with the escapes of JSON
   */
  private EventCounts(String entryId, long day, byte[] path) {
    this.entryId = entryId;
    this.day = day;
    this.path = path;
  }

  static EventCounts of(String entryId, EventLine line) {
    return new EventCounts(entryId, day(line), NO_PATH);
  }

  /** The same entry on the day of another event. */
  EventCounts onDayOf(EventLine line) {
    return new EventCounts(entryId, day(line), path);
  }

  boolean isOnDayOf(EventLine line) {
    return day == day(line);
  }

  void add(EventLine line) {
    events++;
    switch (line.type()) {
      case READ, OPEN_READ -> openReads++;
      case OPEN_WRITE -> openWrites++;
      case OPEN_READ_WRITE -> openReadWrites++;
      case CLOSE_AFTER_WRITE, CLOSE_WRITE -> closesAfterWrite++;
      default -> {
        // It shows that the log covers the day.
      }
    }
    first = Math.min(first, line.micros());
    if (line.micros() >= last) {
      last = line.micros();
      // INODE_LOCKED has a bare name in place of the path.
      if (line.type() != EventType.INODE_LOCKED && line.hasOtherPath(path)) {
        path = line.path();
      }
    }
  }

  Row row(Sheet counted) {
    byte[] exact = JsonBytes.unescaped(path);
    return counted.row(
        entryId,
        FilePath.display(exact),
        exact,
        (int) day,
        openReads,
        openWrites,
        openReadWrites,
        closesAfterWrite,
        events,
        first,
        last);
  }

  private static long day(EventLine line) {
    return Math.floorDiv(line.micros(), DAY_MICROS);
  }
}
