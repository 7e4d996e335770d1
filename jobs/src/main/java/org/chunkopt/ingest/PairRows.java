package org.chunkopt.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.chunkopt.beegfs.FilePath;
import org.chunkopt.tables.RejectReason;

/**
 * The rows of a BeeGFS 7 pair whose counts are known to be equal: for each entry a row of {@code
 * files} or of {@code rejects}, then the two ledger rows. Neither file is held in memory.
 *
 * <p>A fault is booked on the file that has it; what stands opposite counts as unknown there, or as
 * blank where the entry info is empty.
 */
final class PairRows implements Iterator<Row> {
  private final InventorySheets sheets;
  private final ByteRecords stats;
  private final ByteRecords blocks;
  private final LedgerCount statCount;
  private final LedgerCount blockCount;
  private final FileRows files;
  private final Stat0 stat = new Stat0();
  private final EntryInfoV7 parser = new EntryInfoV7();
  private Iterator<Row> ledger = List.<Row>of().iterator();
  private boolean ended;
  private boolean ready;

  PairRows(
      InventorySheets sheets,
      ByteRecords stats,
      ByteRecords blocks,
      LedgerCount statCount,
      LedgerCount blockCount) {
    this.sheets = sheets;
    this.stats = stats;
    this.blocks = blocks;
    this.statCount = statCount;
    this.blockCount = blockCount;
    this.files = new FileRows(sheets, statCount.sourceFile());
  }

  @Override
  public boolean hasNext() {
    if (!ended && !ready) {
      ready = advance();
      if (!ready) {
        ended = true;
        ledger =
            List.of(files.gaps(), statCount.row(sheets.ledger()), blockCount.row(sheets.ledger()))
                .iterator();
      }
    }
    return ready || ledger.hasNext();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    if (!ready) {
      return ledger.next();
    }
    ready = false;
    return entry();
  }

  private boolean advance() {
    try {
      boolean more = stats.next();
      if (more != blocks.next()) {
        throw new IOException(statCount.sourceFile() + " or its partner changed while read.");
      }
      statCount.bytes = stats.bytes();
      blockCount.bytes = blocks.bytes();
      return more;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Row entry() {
    statCount.lines++;
    blockCount.lines++;
    Optional<Problem> fault =
        tooLong(stats).or(() -> stat.parse(stats.buffer(), stats.from(), stats.to()));
    boolean empty = blocks.from() == blocks.to();
    if (fault.isPresent() || empty) {
      statCount.rejected++;
      if (empty) {
        blockCount.blanks++;
      } else {
        blockCount.unknown++;
      }
      Problem problem =
          fault.orElseGet(
              () ->
                  new Problem(
                      RejectReason.NO_ENTRY_INFO,
                      "The path had no entry info; it may be gone since."));
      return Rejection.row(
          sheets.rejects(), statCount.sourceFile(), stats.offset(), stats.raw(), problem);
    }
    fault =
        tooLong(blocks)
            .or(() -> parser.parse(blocks.buffer(), blocks.from(), blocks.to()))
            .or(() -> parser.info().check(stat.type()));
    if (fault.isPresent()) {
      statCount.unknown++;
      blockCount.rejected++;
      Problem problem =
          new Problem(
              fault.get().reason(), FilePath.display(stat.path()) + ": " + fault.get().detail());
      return Rejection.row(
          sheets.rejects(), blockCount.sourceFile(), blocks.offset(), blocks.raw(), problem);
    }
    statCount.accepted++;
    blockCount.accepted++;
    return files.row(stat, parser.info(), stats.offset());
  }

  static Optional<Problem> tooLong(ByteRecords records) {
    return records.tooLong()
        ? Optional.of(
            new Problem(
                RejectReason.LINE_TOO_LONG, "The record is longer than ingest.max-line-bytes."))
        : Optional.empty();
  }
}
