package org.chunkopt.ingest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.chunkopt.tables.RejectReason;

/**
 * The lines of an {@code .entries.ndjson}, by path and in memory, until their stat records take
 * them. A name that the tool has written with U+FFFD may be one of that character or one that lost
 * bytes: only a stat record, which holds the bytes, can say.
 */
final class EntryLines {
  private static final Problem LOSSY =
      new Problem(
          RejectReason.LOSSY_NAME,
          "The path has bytes that are not UTF-8, and the tool lost them.");

  private final InventorySheets sheets;
  private final LedgerCount count;
  private final Map<ByteBuffer, Entry> entries = new HashMap<>();
  private final List<Row> rejected = new ArrayList<>();

  /** An entry, where its line is, and the line of a name that may have lost bytes. */
  private record Entry(EntryInfo info, long offset, byte[] lossyLine) {}

  /** Reads all of {@code lines}. */
  EntryLines(InventorySheets sheets, ByteRecords lines, LedgerCount count) throws IOException {
    this.sheets = sheets;
    this.count = count;
    EntryInfoV8 parser = new EntryInfoV8();
    while (lines.next()) {
      add(lines, parser);
    }
    count.bytes = lines.bytes();
  }

  private void add(ByteRecords lines, EntryInfoV8 parser) {
    count.lines++;
    if (lines.isBlank()) {
      count.blanks++;
      return;
    }
    Optional<Problem> fault =
        PairRows.tooLong(lines).or(() -> parser.parse(lines.buffer(), lines.from(), lines.to()));
    boolean lossy = fault.filter(p -> p.reason() == RejectReason.LOSSY_NAME).isPresent();
    if (fault.isPresent() && !lossy) {
      boolean cut = !lines.terminated() && fault.get().reason() == RejectReason.MALFORMED;
      reject(lines.offset(), lines.raw(), cut ? Problem.cutOff() : fault.get());
      return;
    }
    count.accepted++;
    Entry entry = new Entry(parser.info(), lines.offset(), lossy ? lines.raw() : null);
    Entry other = entries.put(ByteBuffer.wrap(parser.path()), entry);
    if (other != null && lossy && !other.info().entryId.equals(entry.info().entryId)) {
      // Two files of one text: which of them has the name nobody can tell.
      entries.remove(ByteBuffer.wrap(parser.path()));
      List.of(other, entry).forEach(e -> rejectLate(e.offset(), e.lossyLine(), LOSSY));
    }
  }

  /** Takes the entry of this path; null where no line has it. */
  EntryInfo take(byte[] path) {
    Entry entry = entries.remove(ByteBuffer.wrap(path));
    return entry == null ? null : entry.info();
  }

  /** Rejects of lines so far; they are handed out once. */
  List<Row> rejects() {
    List<Row> rows = List.copyOf(rejected);
    rejected.clear();
    return rows;
  }

  /** Rejects the lines that no stat record took: files that were made or renamed meanwhile. */
  List<Row> end() {
    entries.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            left -> {
              byte[] lossy = left.getValue().lossyLine();
              rejectLate(
                  left.getValue().offset(),
                  lossy == null ? left.getKey().array() : lossy,
                  lossy == null
                      ? new Problem(
                          RejectReason.PAIR_MISMATCH,
                          "No stat record has this path; raw is the path.")
                      : LOSSY);
            });
    entries.clear();
    return rejects();
  }

  /** Rejects a line that counted as accepted. */
  private void rejectLate(long offset, byte[] raw, Problem problem) {
    count.accepted--;
    reject(offset, raw, problem);
  }

  private void reject(long offset, byte[] raw, Problem problem) {
    count.rejected++;
    rejected.add(Rejection.row(sheets.rejects(), count.sourceFile(), offset, raw, problem));
  }
}
