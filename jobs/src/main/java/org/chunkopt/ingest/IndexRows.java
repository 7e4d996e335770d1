package org.chunkopt.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.chunkopt.tables.RejectReason;

/**
 * The rows of a listing of {@code beegfs index}: for each line a row of {@code files} or of {@code
 * rejects}, then the ledger rows. The lines pass through. What the index does not know of
 * directories may stand in an {@code .entries.ndjson}, which is held in memory.
 */
final class IndexRows implements Iterator<Row> {
  private final InventorySheets sheets;
  private final ByteRecords lines;
  private final LedgerCount count;
  private final FileRows files;
  private final IndexLine line;
  private final Optional<EntryLines> directories;
  private final LedgerCount directoryCount;
  private final Deque<Row> ready = new ArrayDeque<>();
  private boolean ended;

  /**
   * Rows of the listing.
   *
   * @param line parser of the lines
   * @param directories entry info of directories, if there is a file of it
   */
  IndexRows(
      InventorySheets sheets,
      ByteRecords lines,
      LedgerCount count,
      IndexLine line,
      Optional<EntryLines> directories,
      LedgerCount directoryCount) {
    this.sheets = sheets;
    this.lines = lines;
    this.count = count;
    this.files = new FileRows(sheets, count.sourceFile());
    this.line = line;
    this.directories = directories;
    this.directoryCount = directoryCount;
    directories.ifPresent(entries -> ready.addAll(entries.rejects()));
  }

  @Override
  public boolean hasNext() {
    try {
      while (ready.isEmpty() && !ended) {
        if (lines.next()) {
          row();
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

  private void row() {
    count.lines++;
    if (lines.isBlank()) {
      count.blanks++;
      return;
    }
    Optional<Problem> fault =
        PairRows.tooLong(lines).or(() -> line.parse(lines.buffer(), lines.from(), lines.to()));
    if (fault.isEmpty()) {
      count.accepted++;
      ready.add(files.row(line, info(), lines.offset()));
      return;
    }
    boolean cut = !lines.terminated() && fault.get().reason() == RejectReason.MALFORMED;
    count.rejected++;
    ready.add(
        Rejection.row(
            sheets.rejects(),
            count.sourceFile(),
            lines.offset(),
            lines.raw(),
            cut ? Problem.cutOff() : fault.get()));
  }

  /** Of a directory the entry info, where it was asked for and fits; else what the index has. */
  private EntryInfo info() {
    EntryInfo asked =
        line.type() == EntryType.DIRECTORY
            ? directories.map(entries -> entries.take(line.path())).orElse(null)
            : null;
    return asked == null || asked.check(EntryType.DIRECTORY).isPresent() ? line.info() : asked;
  }

  private void end() {
    ended = true;
    count.bytes = lines.bytes();
    directories.ifPresent(entries -> ready.addAll(entries.end()));
    ready.add(files.gaps());
    ready.add(count.row(sheets.ledger()));
    if (directories.isPresent()) {
      ready.add(directoryCount.row(sheets.ledger()));
    }
  }
}
