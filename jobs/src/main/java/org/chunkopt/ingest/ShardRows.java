package org.chunkopt.ingest;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.chunkopt.tables.RejectReason;

/** Reads one shard of an inventory, on an executor. */
final class ShardRows implements FlatMapFunction<Shard, Row> {
  private static final long serialVersionUID = 1L;
  private static final String KIND = "inventory";

  private final InputOpener opener;
  private final InventorySheets sheets;
  private final int maxRecordBytes;

  ShardRows(InputOpener opener, InventorySheets sheets, int maxRecordBytes) {
    this.opener = opener;
    this.sheets = sheets;
    this.maxRecordBytes = maxRecordBytes;
  }

  @Override
  public Iterator<Row> call(Shard shard) throws IOException {
    LedgerCount stat = new LedgerCount(shard.stat(), KIND, Shard.STAT_SUFFIX.substring(1));
    LedgerCount entries = new LedgerCount(shard.entries(), KIND, shard.format().ledgerName());
    return switch (shard.format()) {
      case REFUSED -> refused(shard);
      case ENTRYINFO -> pair(stat, entries);
      case NDJSON -> joined(stat, entries);
    };
  }

  private Iterator<Row> refused(Shard shard) {
    LedgerCount count = new LedgerCount(shard.stat(), KIND, shard.format().ledgerName());
    return whole(count, EntryScan.unread(), shard.refusal()).iterator();
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
    return new PairRows(sheets, closing(stats(stat)), closing(blocks(entries)), stat, entries);
  }

  private Iterator<Row> joined(LedgerCount stat, LedgerCount entries) throws IOException {
    EntryScan records = EntryScan.of(() -> stats(stat));
    EntryScan lines = EntryScan.of(() -> lines(entries));
    if (records.problem().isPresent() || lines.unreadable()) {
      return both(stat, records, entries, lines, "Its partner was rejected. Collect them again.");
    }
    try (ByteRecords in = lines(entries)) {
      return new NdjsonRows(sheets, closing(stats(stat)), in, stat, entries);
    }
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
    return ByteRecords.nulTerminated(opener.open(file.sourceFile()), maxRecordBytes);
  }

  private ByteRecords blocks(LedgerCount file) throws IOException {
    return ByteRecords.blocks(opener.open(file.sourceFile()), maxRecordBytes);
  }

  private ByteRecords lines(LedgerCount file) throws IOException {
    return ByteRecords.lines(opener.open(file.sourceFile()), maxRecordBytes);
  }

  /** Closes the stream when the task ends, however it ends. */
  static ByteRecords closing(ByteRecords records) {
    TaskContext.get()
        .addTaskCompletionListener(
            context -> {
              try {
                records.close();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    return records;
  }
}
