package org.chunkopt.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.chunkopt.tables.RejectReason;

/**
 * Makes the rows of shards: of {@code files}, of {@code rejects}, and one of the ledger for each
 * file of the shard.
 */
final class ShardReader {
  private static final String KIND = "inventory";

  private final InventorySheets sheets;
  private final Source source;
  private final int maxRecordBytes;
  private final String mount;
  private final Map<String, IndexKey> indexNames;

  /** Opens a file of a shard; what it opens is closed by the end of the task. */
  interface Source {
    InputStream open(String file) throws IOException;
  }

  /**
   * A reader.
   *
   * @param maxRecordBytes longer records are rejected
   * @param mount where the file system is mounted
   * @param indexColumns names of the columns of a query of the index
   */
  ShardReader(
      InventorySheets sheets,
      Source source,
      int maxRecordBytes,
      String mount,
      List<String> indexColumns) {
    this.indexNames = IndexKey.names(indexColumns);
    this.sheets = sheets;
    this.source = source;
    this.maxRecordBytes = maxRecordBytes;
    this.mount = mount;
  }

  /**
   * Reads the shard, once to see whether its files are whole, and once more as the rows are taken.
   */
  Iterator<Row> rows(Shard shard) throws IOException {
    LedgerCount stat = new LedgerCount(shard.stat(), KIND, Shard.STAT_SUFFIX.substring(1));
    LedgerCount entries = new LedgerCount(shard.entries(), KIND, shard.format().ledgerName());
    LedgerCount alone = new LedgerCount(shard.stat(), KIND, shard.format().ledgerName());
    return switch (shard.format()) {
      case REFUSED -> whole(alone, EntryScan.unread(), shard.refusal()).iterator();
      case ENTRYINFO -> pair(stat, entries);
      case NDJSON -> joined(stat, entries);
      case INDEX -> index(alone, shard.entries());
    };
  }

  private Iterator<Row> pair(LedgerCount stat, LedgerCount entries) throws IOException {
    EntryScan records = EntryScan.of(() -> stats(stat));
    EntryScan blocks = EntryScan.of(() -> blocks(entries));
    if (records.problem().isPresent()
        || blocks.problem().isPresent()
        || records.records() != blocks.records()) {
      String counts =
          Shard.fileName(stat.sourceFile())
              + " has "
              + records.records()
              + " records and "
              + Shard.fileName(entries.sourceFile())
              + " "
              + blocks.records()
              + " blocks. Collect the pair again.";
      return both(stat, records, entries, blocks, counts);
    }
    return new PairRows(sheets, stats(stat), blocks(entries), stat, entries);
  }

  private Iterator<Row> joined(LedgerCount stat, LedgerCount entries) throws IOException {
    EntryScan records = EntryScan.of(() -> stats(stat));
    EntryScan lines = EntryScan.of(() -> lines(entries));
    if (records.problem().isPresent() || lines.unreadable()) {
      return both(stat, records, entries, lines, "Its partner was rejected. Collect them again.");
    }
    try (ByteRecords in = lines(entries)) {
      return new NdjsonRows(sheets, stats(stat), in, stat, entries);
    }
  }

  private Iterator<Row> index(LedgerCount count, String entries) throws IOException {
    LedgerCount directories = new LedgerCount(entries, KIND, Shard.Format.NDJSON.ledgerName());
    EntryScan scan = EntryScan.of(() -> lines(count));
    EntryScan scanned =
        entries.isEmpty() ? EntryScan.unread() : EntryScan.of(() -> lines(directories));
    if (scan.unreadable() || scanned.unreadable()) {
      return entries.isEmpty()
          ? whole(count, scan, scan.problem().get()).iterator()
          : both(count, scan, directories, scanned, "Its partner was rejected. Export them again.");
    }
    Optional<EntryLines> asked = Optional.empty();
    if (!entries.isEmpty()) {
      try (ByteRecords in = lines(directories)) {
        asked = Optional.of(new EntryLines(sheets, in, directories));
      }
    }
    return new IndexRows(
        sheets, lines(count), count, new IndexLine(mount, indexNames), asked, directories);
  }

  /** Rejects both files: each for its own problem, or for what they are together. */
  private Iterator<Row> both(
      LedgerCount stat, EntryScan records, LedgerCount entries, EntryScan blocks, String together) {
    Problem mismatch = new Problem(RejectReason.PAIR_MISMATCH, together);
    List<Row> first = whole(stat, records, records.problem().orElse(mismatch));
    List<Row> second = whole(entries, blocks, blocks.problem().orElse(mismatch));
    return List.of(first.get(0), first.get(1), second.get(0), second.get(1)).iterator();
  }

  private List<Row> whole(LedgerCount count, EntryScan scan, Problem problem) {
    count.bytes = scan.bytes();
    count.rejectAll(scan.records());
    return List.of(
        Rejection.row(sheets.rejects(), count.sourceFile(), 0, scan.head(), problem),
        count.row(sheets.ledger()));
  }

  private ByteRecords stats(LedgerCount file) throws IOException {
    return ByteRecords.nulTerminated(source.open(file.sourceFile()), maxRecordBytes);
  }

  private ByteRecords blocks(LedgerCount file) throws IOException {
    return ByteRecords.blocks(source.open(file.sourceFile()), maxRecordBytes);
  }

  private ByteRecords lines(LedgerCount file) throws IOException {
    return ByteRecords.lines(source.open(file.sourceFile()), maxRecordBytes);
  }
}
