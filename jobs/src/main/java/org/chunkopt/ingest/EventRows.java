package org.chunkopt.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.chunkopt.beegfs.FilePath;
import org.chunkopt.tables.RejectReason;

/**
 * The rows of one log of file events: counts per entry and day, not a row per event. A log is in
 * the order of time, so an entry has one open day; it becomes a row when an event of another day
 * comes, or when there are too many entries to hold.
 */
final class EventRows implements Iterator<Row> {
  /** Entries held, some 300 bytes each. */
  private static final int MAX_ENTRIES = 100_000;

  private final AccessSheets sheets;
  private final ByteRecords lines;
  private final LedgerCount count;
  private final int maxEntries;
  private final WalkReads walk;
  private final Map<Long, SequenceRanges> delivered = new HashMap<>();
  private final EventLine event = new EventLine();
  private final Map<ByteBuffer, EventCounts> entries = new HashMap<>();
  private final Deque<Row> ready = new ArrayDeque<>();
  private final Lost dropped = new Lost();
  private final Lost missed = new Lost();
  private long events;
  private boolean ended;

  /**
   * A counter of the metadata server, which rises as long as the server runs; what it rose by while
   * the log was written is missing from it. Where servers share a log this is less than the truth.
   */
  private static final class Lost {
    private long least = Long.MAX_VALUE;
    private long most;

    void see(long value) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }

    long total() {
      return Math.max(0, most - least);
    }
  }

  EventRows(AccessSheets sheets, ByteRecords lines, LedgerCount count, WalkReads walk) {
    this(sheets, lines, count, walk, MAX_ENTRIES);
  }

  EventRows(
      AccessSheets sheets, ByteRecords lines, LedgerCount count, WalkReads walk, int maxEntries) {
    this.walk = walk;
    this.sheets = sheets;
    this.lines = lines;
    this.count = count;
    this.maxEntries = maxEntries;
  }

  /** Whether any event of the log has a time; a log without events has nothing to be timed. */
  static boolean isTimed(ByteRecords lines) throws IOException {
    EventLine event = new EventLine();
    boolean untimed = false;
    while (lines.next()) {
      Optional<Problem> problem = event.parse(lines.buffer(), lines.from(), lines.to());
      if (event.isTimed()) {
        return true;
      }
      untimed |= problem.filter(p -> p.reason() == RejectReason.MISSING_KEY).isPresent();
    }
    return !untimed;
  }

  @Override
  public boolean hasNext() {
    try {
      while (ready.isEmpty() && !ended) {
        if (lines.next()) {
          line(lines.buffer(), lines.from(), lines.to());
        } else {
          end();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return !ready.isEmpty();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private void line(byte[] bytes, int from, int to) {
    count.lines++;
    if (from == to || to - from == 1 && bytes[from] == '\r') {
      count.blanks++;
      return;
    }
    Optional<Problem> problem = PairRows.tooLong(lines).or(() -> event.parse(bytes, from, to));
    if (problem.isPresent()) {
      reject(problem.get());
    } else if (event.isHeader()) {
      count.comments++;
    } else if (event.type() == EventType.UNKNOWN || !event.hasEntryId() || walk.has(event)) {
      count.unknown++;
    } else if (event.isNumbered() && !isFirst(event)) {
      count.accepted++;
      count.duplicates++;
    } else {
      count.accepted++;
      dropped.see(event.dropped());
      missed.see(event.missed());
      events++;
      add(bytes);
    }
  }

  /** Whether it has not been delivered before: Watch delivers an event at least once. */
  private boolean isFirst(EventLine line) {
    return delivered
        .computeIfAbsent(line.meta(), meta -> new SequenceRanges())
        .add(line.sequence());
  }

  private void add(byte[] bytes) {
    int from = event.entryFrom();
    int to = event.entryTo();
    EventCounts known = entries.get(ByteBuffer.wrap(bytes, from, to - from));
    if (known == null) {
      if (entries.size() == maxEntries) {
        drain();
      }
      byte[] id = Arrays.copyOfRange(bytes, from, to);
      known = EventCounts.of(FilePath.display(JsonBytes.unescaped(id)), event);
      entries.put(ByteBuffer.wrap(id), known);
    } else if (!known.isOnDayOf(event)) {
      ready.add(known.row(sheets.events()));
      known = known.onDayOf(event);
      entries.put(ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, to)), known);
    }
    known.add(event);
  }

  private void drain() {
    entries.values().forEach(entry -> ready.add(entry.row(sheets.events())));
    entries.clear();
  }

  private void end() {
    ended = true;
    drain();
    count.bytes = lines.bytes();
    ready.add(
        sheets
            .losses()
            .row(count.sourceFile(), events, dropped.total(), missed.total(), 0L, 0L, 0L));
    ready.add(count.row(sheets.ledger()));
  }

  private void reject(Problem found) {
    boolean cut = !lines.terminated() && found.reason() == RejectReason.MALFORMED;
    Problem problem =
        cut ? new Problem(RejectReason.TRUNCATED, "The last line is cut off.") : found;
    count.rejected++;
    ready.add(
        Rejection.row(sheets.rejects(), count.sourceFile(), lines.offset(), lines.raw(), problem));
  }
}
