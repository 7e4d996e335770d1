package org.chunkopt.ingest;

import static java.util.stream.Collectors.toList;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.UserError;
import org.chunkopt.run.Run;
import org.chunkopt.settings.Settings;
import org.chunkopt.tables.Tables;

/**
 * What the written ledger and rejects say about the inputs.
 *
 * @param counts one per kind of input
 * @param lostFiles a sentence for each way in which whole files were lost
 * @param limits when to warn and when to fail
 */
record IngestVerdict(List<Count> counts, List<String> lostFiles, Settings.Ingest limits) {
  private static final int KIND = column("kind");
  private static final int BYTES = column("bytes");
  private static final int LINES = column("lines");
  private static final int ACCEPTED = column("accepted");
  private static final int REJECTED = column("rejected");
  private static final int COMMENTS = column("comments");
  private static final int BLANKS = column("blanks");

  /** Sums of the ledger over the files of one kind. */
  record Count(
      String kind, long files, long bytes, long lines, long records, long accepted, long rejected) {
    double rejectFraction() {
      return records == 0 ? 0 : (double) rejected / records;
    }

    String sentence(double seconds) {
      return String.format(
          Locale.ROOT,
          "Ingest of %s: %d files, %d lines, %.1f MB, %d accepted, %d rejected, %.1f s.",
          kind,
          files,
          lines,
          bytes / 1e6,
          accepted,
          rejected,
          seconds);
    }
  }

  /**
   * The verdict over what was written.
   *
   * @param ledger the rows of {@code ingest_ledger}, one per input file
   */
  static IngestVerdict of(SparkSession spark, Run run, List<Row> ledger) {
    Map<String, List<Row>> byKind =
        ledger.stream()
            .collect(Collectors.groupingBy(row -> row.getString(KIND), TreeMap::new, toList()));
    List<Count> counts =
        byKind.entrySet().stream().map(kind -> count(kind.getKey(), kind.getValue())).toList();
    boolean mayLackFiles =
        ledger.stream().anyMatch(file -> file.getLong(ACCEPTED) == 0 && file.getLong(REJECTED) > 0);
    return new IngestVerdict(
        counts, mayLackFiles ? lostFiles(spark, run) : List.of(), run.settings().ingest());
  }

  private static List<String> lostFiles(SparkSession spark, Run run) {
    return run
        .tables()
        .read(spark, Tables.REJECTS)
        .filter("reason IN ('UNREADABLE_FILE', 'UNKNOWN_FORMAT')")
        .select("reason", "source_file", "detail")
        .collectAsList()
        .stream()
        .collect(Collectors.groupingBy(row -> row.getString(0), TreeMap::new, toList()))
        .entrySet()
        .stream()
        .map(reason -> lost(reason.getKey(), reason.getValue()))
        .toList();
  }

  /** Sentences for the admin, where something was lost but not too much. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>(lostFiles);
    counts.stream()
        .filter(count -> count.rejectFraction() > limits.warnRejectFraction())
        .map(count -> share(count, limits.warnRejectFraction(), "warn-reject-fraction"))
        .forEach(warnings::add);
    return warnings;
  }

  /**
   * Fails where too much of one kind was rejected.
   *
   * @throws UserError naming the kinds and their shares
   */
  void failIfTooManyRejects() {
    String failures =
        counts.stream()
            .filter(count -> count.rejectFraction() > limits.maxRejectFraction())
            .map(count -> share(count, limits.maxRejectFraction(), "max-reject-fraction"))
            .collect(Collectors.joining(" "));
    if (!failures.isEmpty()) {
      throw UserError.failed(failures + " Nothing is published.");
    }
  }

  private static int column(String name) {
    return Tables.INGEST_LEDGER.columnNames().indexOf(name);
  }

  private static String share(Count count, double limit, String key) {
    return String.format(
        Locale.ROOT,
        "%.2f %% of the records of %s were rejected (%d of %d), more than %.2f %%"
            + " (chunkopt.ingest.%s). See table rejects for the lines and reasons.",
        100 * count.rejectFraction(),
        count.kind(),
        count.rejected(),
        count.records(),
        100 * limit,
        key);
  }

  private static String lost(String reason, List<Row> files) {
    Row first = Collections.min(files, Comparator.comparing(file -> file.getString(1)));
    return files.size()
        + (files.size() == 1 ? " input file was" : " input files were")
        + " left out ("
        + reason
        + "), first "
        + first.getString(1)
        + ": "
        + first.getString(2);
  }

  private static Count count(String kind, List<Row> files) {
    return new Count(
        kind,
        files.size(),
        sum(files, BYTES),
        sum(files, LINES),
        sum(files, LINES) - sum(files, COMMENTS) - sum(files, BLANKS),
        sum(files, ACCEPTED),
        sum(files, REJECTED));
  }

  private static long sum(List<Row> files, int column) {
    return files.stream().mapToLong(file -> file.getLong(column)).sum();
  }
}
