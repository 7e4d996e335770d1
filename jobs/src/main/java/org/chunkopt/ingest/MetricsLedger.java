package org.chunkopt.ingest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.chunkopt.tables.RejectReason;

/**
 * What became of the lines of the metrics files. A file that cannot be read in any split counts as
 * one rejected record, and stands in the rejects once in place of its lines.
 *
 * @param files input files, by their index
 * @param splits rows of {@link MetricsReader#LEDGERS}, by file
 */
record MetricsLedger(List<InputFile> files, Map<Integer, List<Row>> splits) {
  private static final int FORMAT = 1;
  private static final int BYTES = 2;
  private static final int DETAIL = 9;

  static MetricsLedger of(List<InputFile> files, List<Row> splits) {
    Map<Integer, List<Row>> byFile = new TreeMap<>();
    splits.forEach(
        split -> byFile.computeIfAbsent(split.getInt(0), file -> new ArrayList<>()).add(split));
    return new MetricsLedger(files, byFile);
  }

  /** Files that cannot be read. */
  Set<Integer> unreadable() {
    Set<Integer> unreadable = new HashSet<>();
    splits.forEach(
        (file, ofFile) -> {
          if (ofFile.stream().anyMatch(MetricsLedger::isUnreadable)) {
            unreadable.add(file);
          }
        });
    return unreadable;
  }

  /** Rows of {@code rejects} for the files that cannot be read. */
  List<Row> rejects() {
    return unreadable().stream()
        .sorted()
        .map(
            file ->
                RowFactory.create(
                    files.get(file).path(),
                    0L,
                    new byte[0],
                    RejectReason.UNREADABLE_FILE.name(),
                    splits.get(file).stream()
                        .filter(MetricsLedger::isUnreadable)
                        .map(split -> split.getString(DETAIL))
                        .sorted()
                        .findFirst()
                        .orElse(null)))
        .toList();
  }

  /**
   * Rows of {@code ingest_ledger}.
   *
   * @param duplicates lines that repeat an earlier one, by file
   * @param copies lines of copies that do not count, by file
   */
  List<Row> rows(Map<Integer, Long> duplicates, Map<Integer, Long> copies) {
    Set<Integer> unreadable = unreadable();
    List<Row> rows = new ArrayList<>();
    splits.forEach(
        (file, ofFile) -> {
          LedgerCount count =
              new LedgerCount(
                  files.get(file).path(), "metrics", format(ofFile, unreadable.contains(file)));
          count.bytes = sum(ofFile, BYTES);
          if (unreadable.contains(file)) {
            count.rejectAll(1);
          } else {
            count.lines = sum(ofFile, 3);
            long passedOver = copies.getOrDefault(file, 0L);
            count.accepted = sum(ofFile, 4) - passedOver;
            count.rejected = sum(ofFile, 5);
            count.comments = sum(ofFile, 6);
            count.blanks = sum(ofFile, 7);
            count.unknown = sum(ofFile, 8) + passedOver;
          }
          rows.add(count.row(duplicates.getOrDefault(file, 0L)));
        });
    return rows;
  }

  private static String format(List<Row> ofFile, boolean unreadable) {
    return unreadable
        ? MetricsReader.UNREADABLE
        : ofFile.stream().map(split -> split.getString(FORMAT)).max(String::compareTo).orElse(null);
  }

  private static long sum(List<Row> ofFile, int column) {
    return ofFile.stream().mapToLong(split -> split.getLong(column)).sum();
  }

  private static boolean isUnreadable(Row split) {
    return split.getString(FORMAT).equals(MetricsReader.UNREADABLE);
  }
}
