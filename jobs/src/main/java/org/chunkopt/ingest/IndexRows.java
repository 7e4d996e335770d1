package org.chunkopt.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.chunkopt.tables.RejectReason;

/**
 * The rows of a listing of {@code beegfs index}: for each line a row of {@code files} or of {@code
 * rejects}, then the ledger row. The lines pass through.
 */
final class IndexRows implements Iterator<Row> {
  private final InventorySheets sheets;
  private final ByteRecords lines;
  private final LedgerCount count;
  private final FileRows files;
  private final IndexLine line;
  private Row ready;
  private boolean ended;

  /**
   * Rows of the listing.
   *
   * @param mount where the file system is mounted; cut off paths that begin with it
   */
  IndexRows(InventorySheets sheets, ByteRecords lines, LedgerCount count, String mount) {
    this.sheets = sheets;
    this.lines = lines;
    this.count = count;
    this.files = new FileRows(sheets.files(), count.sourceFile());
    this.line = new IndexLine(mount);
  }

  @Override
  public boolean hasNext() {
    try {
      while (ready == null && !ended) {
        ready = lines.next() ? row() : end();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ready != null;
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Row row = ready;
    ready = null;
    return row;
  }

  /** The row of the line, or null for a blank one. */
  private Row row() {
    count.lines++;
    if (lines.isBlank()) {
      count.blanks++;
      return null;
    }
    Optional<Problem> fault =
        PairRows.tooLong(lines).or(() -> line.parse(lines.buffer(), lines.from(), lines.to()));
    if (fault.isEmpty()) {
      count.accepted++;
      return files.row(line, line.info(), lines.offset());
    }
    boolean cut = !lines.terminated() && fault.get().reason() == RejectReason.MALFORMED;
    count.rejected++;
    return Rejection.row(
        sheets.rejects(),
        count.sourceFile(),
        lines.offset(),
        lines.raw(),
        cut ? Problem.cutOff() : fault.get());
  }

  private Row end() {
    ended = true;
    count.bytes = lines.bytes();
    return count.row(sheets.ledger());
  }
}
