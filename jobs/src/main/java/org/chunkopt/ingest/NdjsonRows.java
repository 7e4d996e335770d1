package org.chunkopt.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.chunkopt.tables.RejectReason;

/**
 * The rows of a BeeGFS 8 shard: entry info and stat records joined by path. The entry info of the
 * shard is held in memory, the stat records pass through.
 */
final class NdjsonRows implements Iterator<Row> {
  private final InventorySheets sheets;
  private final ByteRecords stats;
  private final LedgerCount statCount;
  private final LedgerCount lineCount;
  private final FileRows files;
  private final Stat0 stat = new Stat0();
  private final Map<ByteBuffer, Entry> entries = new HashMap<>();
  private final Deque<Row> ready = new ArrayDeque<>();
  private boolean ended;

  /** An entry, and where its line is. */
  private record Entry(EntryInfo info, long offset) {}

  /** Reads all of {@code lines}. */
  NdjsonRows(
      InventorySheets sheets,
      ByteRecords stats,
      ByteRecords lines,
      LedgerCount statCount,
      LedgerCount lineCount)
      throws IOException {
    this.sheets = sheets;
    this.stats = stats;
    this.statCount = statCount;
    this.lineCount = lineCount;
    this.files = new FileRows(sheets.files(), statCount.sourceFile());
    EntryInfoV8 parser = new EntryInfoV8();
    while (lines.next()) {
      line(lines, parser);
    }
    lineCount.bytes = lines.bytes();
  }

  private void line(ByteRecords lines, EntryInfoV8 parser) {
    lineCount.lines++;
    if (lines.isBlank()) {
      lineCount.blanks++;
      return;
    }
    Optional<Problem> fault =
        PairRows.tooLong(lines).or(() -> parser.parse(lines.buffer(), lines.from(), lines.to()));
    if (fault.isPresent()) {
      boolean cut = !lines.terminated() && fault.get().reason() == RejectReason.MALFORMED;
      rejectLine(lines.offset(), lines.raw(), cut ? Problem.cutOff() : fault.get());
      return;
    }
    lineCount.accepted++;
    entries.put(ByteBuffer.wrap(parser.path()), new Entry(parser.info(), lines.offset()));
  }

  private void rejectLine(long offset, byte[] raw, Problem problem) {
    lineCount.rejected++;
    ready.add(Rejection.row(sheets.rejects(), lineCount.sourceFile(), offset, raw, problem));
  }

  @Override
  public boolean hasNext() {
    try {
      while (ready.isEmpty() && !ended) {
        if (stats.next()) {
          ready.add(entry());
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

  private Row entry() {
    statCount.lines++;
    Optional<Problem> fault =
        PairRows.tooLong(stats).or(() -> stat.parse(stats.buffer(), stats.from(), stats.to()));
    if (fault.isEmpty()) {
      Entry entry = entries.remove(ByteBuffer.wrap(stat.path()));
      if (entry == null) {
        fault = Optional.of(absent());
      } else {
        fault = entry.info().check(stat.type());
        if (fault.isEmpty()) {
          statCount.accepted++;
          return files.row(stat, entry.info(), stats.offset());
        }
      }
    }
    statCount.rejected++;
    return Rejection.row(
        sheets.rejects(), statCount.sourceFile(), stats.offset(), stats.raw(), fault.get());
  }

  private Problem absent() {
    String path = new String(stat.path(), java.nio.charset.StandardCharsets.UTF_8);
    return path.indexOf('\ufffd') >= 0
        ? new Problem(
            RejectReason.LOSSY_NAME, "The name is not UTF-8, and its entry info lost the bytes.")
        : new Problem(
            RejectReason.NO_ENTRY_INFO, "The path had no entry info; it may be gone since.");
  }

  /** Entries that no stat record named: files that were made or renamed during the collection. */
  private void end() {
    ended = true;
    statCount.bytes = stats.bytes();
    entries.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            left -> {
              lineCount.accepted--;
              rejectLine(
                  left.getValue().offset(),
                  left.getKey().array(),
                  new Problem(
                      RejectReason.PAIR_MISMATCH,
                      "No stat record has this path; raw is the path."));
            });
    ready.add(statCount.row(sheets.ledger()));
    ready.add(lineCount.row(sheets.ledger()));
  }
}
