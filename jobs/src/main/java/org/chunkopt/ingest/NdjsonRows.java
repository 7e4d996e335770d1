package org.chunkopt.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
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
  private final EntryLines entries;
  private final Deque<Row> ready = new ArrayDeque<>();
  private boolean ended;

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
    this.files = new FileRows(sheets, statCount.sourceFile());
    this.entries = new EntryLines(sheets, lines, lineCount);
    ready.addAll(entries.rejects());
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
      EntryInfo info = entries.take(stat.path());
      if (info == null) {
        fault = Optional.of(absent());
      } else {
        fault = info.check(stat.type());
        if (fault.isEmpty()) {
          statCount.accepted++;
          return files.row(stat, info, stats.offset());
        }
      }
    }
    statCount.rejected++;
    return Rejection.row(
        sheets.rejects(), statCount.sourceFile(), stats.offset(), stats.raw(), fault.get());
  }

  private Problem absent() {
    String path = new String(stat.path(), StandardCharsets.UTF_8);
    return path.indexOf('\ufffd') >= 0
        ? new Problem(
            RejectReason.LOSSY_NAME, "The name is not UTF-8, and its entry info lost the bytes.")
        : new Problem(
            RejectReason.NO_ENTRY_INFO, "The path had no entry info; it may be gone since.");
  }

  private void end() {
    ended = true;
    statCount.bytes = stats.bytes();
    ready.addAll(entries.end());
    ready.add(files.gaps());
    ready.add(statCount.row(sheets.ledger()));
    ready.add(lineCount.row(sheets.ledger()));
  }
}
