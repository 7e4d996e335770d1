package org.chunkopt.ingest;

import java.util.Arrays;
import java.util.Optional;
import org.chunkopt.tables.RejectReason;

/**
 * One line of a log of BeeGFS file events: what {@code beegfs-event-listener} prints, format
 * version 1 (BeeGFS 7, beegfs-event-listener.cpp) and 2 (BeeGFS 8), and the JSON of the protobuf
 * events of BeeGFS Watch (beewatch.proto), whose event is in {@code v1} or {@code v2}, or as {@code
 * spoolcat} prints them: {@code meta} and {@code seq}, which tell an event from all others, beside
 * its members.
 *
 * <p>Format 1 has no time of its own: it is taken from {@code Timestamp} or {@code time} beside the
 * event, which sites add.
 */
final class EventLine {
  private enum Key {
    EVENT_LISTENER,
    EVENT,
    V1,
    V2,
    TYPE,
    PATH,
    ENTRY_ID,
    TARGET_PATH,
    TIMESTAMP,
    TIME,
    DROPPED,
    DROPPED_SEQ,
    MISSED,
    MISSED_SEQ,
    USER_ID,
    MSG_USER_ID,
    META,
    SEQ,
    TS,
    OTHER
  }

  /** Stands for the user of an event that names none: those of format 1. */
  static final long NO_USER = -1;

  private static final Words<Key> KEYS = new Words<>(Key.values(), Key.OTHER);

  private static final Words<EventType> TYPES = new Words<>(EventType.values(), EventType.UNKNOWN);

  // BeeGFS has file events since 2018; a time before that is a number of another unit, or damage.
  private static final long EARLIEST_MICROS = 1_483_228_800_000_000L;

  private final JsonBytes json = new JsonBytes();
  private byte[] bytes = {};
  private boolean header;
  private boolean event;
  private EventType type = EventType.UNKNOWN;
  private int pathFrom;
  private int pathTo;
  private int targetFrom;
  private int targetTo;
  private int entryFrom;
  private int entryTo;
  private boolean timed;
  private long micros;
  private long dropped;
  private long missed;
  private long user;
  private long meta;
  private long sequence;

  /** Reads the line, and says what is wrong with it if anything is. */
  Optional<Problem> parse(byte[] line, int from, int to) {
    bytes = line;
    header = false;
    event = false;
    timed = false;
    type = EventType.UNKNOWN;
    pathFrom = pathTo = targetFrom = targetTo = entryFrom = entryTo = 0;
    micros = Ascii.NO_NUMBER;
    dropped = 0;
    missed = 0;
    user = NO_USER;
    meta = Ascii.NO_NUMBER;
    sequence = Ascii.NO_NUMBER;
    json.reset(line, from, to);
    if (!json.isNext('{') || !object(0) || !json.atEnd()) {
      return problem(RejectReason.MALFORMED, "The line is no JSON object.");
    }
    return header ? Optional.empty() : check();
  }

  /** The members of the line, or of the event in it. */
  private boolean object(int depth) {
    json.take('{');
    if (json.take('}')) {
      return true;
    }
    do {
      if (!json.string()) {
        return false;
      }
      Key key = KEYS.find(bytes, json.valueFrom(), json.valueTo());
      if (!json.take(':')) {
        return false;
      }
      boolean isEvent = key == Key.EVENT || key == Key.V1 || key == Key.V2;
      if (depth == 0 && isEvent && json.isNext('{')) {
        event = true;
        type = EventType.UNKNOWN;
        pathFrom = pathTo = targetFrom = targetTo = entryFrom = entryTo = 0;
        if (!object(1)) {
          return false;
        }
      } else if (json.value()) {
        take(key, depth);
      } else {
        return false;
      }
    } while (json.take(','));
    return json.take('}');
  }

  /**
   * Where the event is an object, a path or a type beside it is the wrapper's, and says nothing.
   */
  private void take(Key key, int depth) {
    int from = json.valueFrom();
    int to = json.valueTo();
    switch (key) {
      case EVENT_LISTENER -> header |= depth == 0;
      case TIMESTAMP, TIME, TS -> {
        timed = true;
        micros = EventTime.micros(bytes, from, to);
      }
      case DROPPED, DROPPED_SEQ -> dropped = Math.max(0, Ascii.decimal(bytes, from, to));
      case MISSED, MISSED_SEQ -> missed = Math.max(0, Ascii.decimal(bytes, from, to));
      case USER_ID, MSG_USER_ID -> user = Math.max(NO_USER, Ascii.decimal(bytes, from, to));
      case META -> meta = Ascii.decimal(bytes, from, to);
      case SEQ -> sequence = Ascii.decimal(bytes, from, to);
      default -> {
        if (depth == 1 || !event) {
          takeOfEvent(key, from, to);
        }
      }
    }
  }

  private void takeOfEvent(Key key, int from, int to) {
    switch (key) {
      case TYPE -> type = TYPES.find(bytes, from, to);
      case PATH -> {
        pathFrom = from;
        pathTo = to;
      }
      case TARGET_PATH -> {
        targetFrom = from;
        targetTo = to;
      }
      case ENTRY_ID -> {
        entryFrom = from;
        entryTo = to;
      }
      default -> {
        // Keys that are not used, and those of other releases.
      }
    }
  }

  private Optional<Problem> check() {
    if (!event && !isNumbered()) {
      return problem(RejectReason.MISSING_KEY, "The line has no Event.");
    }
    if (!timed) {
      return problem(
          RejectReason.MISSING_KEY,
          "The event has no time, so it belongs to no day. Let the command that collects events"
              + " add \"Timestamp\" to each line.");
    }
    if (micros < EARLIEST_MICROS) {
      return problem(
          RejectReason.BAD_NUMBER, "The time of the event is no time since BeeGFS has events.");
    }
    if (type.isOfAccess() && entryFrom == entryTo) {
      return problem(RejectReason.MISSING_KEY, "The event has no EntryId.");
    }
    return Optional.empty();
  }

  /** Whether the line is the listener's own first one. */
  boolean isHeader() {
    return header;
  }

  boolean isTimed() {
    return timed;
  }

  /** The numeric user who caused the event, or {@link #NO_USER}. */
  long user() {
    return user;
  }

  /** Whether {@link #meta} and {@link #sequence} tell it from all other events. */
  boolean isNumbered() {
    return meta >= 0 && sequence >= 0;
  }

  /** The metadata server that sent the event. */
  long meta() {
    return meta;
  }

  /** The event's number among those of its server. */
  long sequence() {
    return sequence;
  }

  EventType type() {
    return type;
  }

  /** Microseconds since 1970. */
  long micros() {
    return micros;
  }

  /** Events that the server had dropped when it sent this one, since it started. */
  long dropped() {
    return dropped;
  }

  /** Events that the server had missed when it sent this one, since it started. */
  long missed() {
    return missed;
  }

  boolean hasEntryId() {
    return entryTo > entryFrom;
  }

  int entryFrom() {
    return entryFrom;
  }

  int entryTo() {
    return entryTo;
  }

  /** Whether the path the entry has after the event differs from these escaped bytes. */
  boolean hasOtherPath(byte[] escaped) {
    int from = movedTo() ? targetFrom : pathFrom;
    int to = movedTo() ? targetTo : pathTo;
    return to > from && !Arrays.equals(bytes, from, to, escaped, 0, escaped.length);
  }

  /** The path the entry has after the event, still with the escapes of JSON. */
  byte[] path() {
    return movedTo()
        ? Arrays.copyOfRange(bytes, targetFrom, targetTo)
        : Arrays.copyOfRange(bytes, pathFrom, pathTo);
  }

  private boolean movedTo() {
    return type == EventType.RENAME && targetTo > targetFrom;
  }

  private static Optional<Problem> problem(RejectReason reason, String detail) {
    return Optional.of(new Problem(reason, detail));
  }
}
