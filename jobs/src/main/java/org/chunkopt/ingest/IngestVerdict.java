package org.chunkopt.ingest;

import static org.apache.spark.sql.functions.expr;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

  static IngestVerdict of(SparkSession spark, Run run) {
    List<Count> counts =
        run
            .tables()
            .read(spark, Tables.INGEST_LEDGER)
            .groupBy("kind")
            .agg(
                expr("count(*)"),
                expr("sum(bytes)"),
                expr("sum(lines)"),
                expr("sum(lines - comments - blanks)"),
                expr("sum(accepted)"),
                expr("sum(rejected)"))
            .orderBy("kind")
            .collectAsList()
            .stream()
            .map(IngestVerdict::count)
            .toList();
    List<String> lostFiles =
        run
            .tables()
            .read(spark, Tables.REJECTS)
            .filter("reason IN ('UNREADABLE_FILE', 'UNKNOWN_FORMAT')")
            .groupBy("reason")
            .agg(
                expr("count(*)"),
                expr("min_by(source_file, source_file)"),
                expr("min_by(detail, source_file)"))
            .orderBy("reason")
            .collectAsList()
            .stream()
            .map(
                row ->
                    row.getLong(1)
                        + (row.getLong(1) == 1 ? " input file was" : " input files were")
                        + " left out ("
                        + row.getString(0)
                        + "), first "
                        + row.getString(2)
                        + ": "
                        + row.getString(3))
            .toList();
    return new IngestVerdict(counts, lostFiles, run.settings().ingest());
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

  private static Count count(Row row) {
    return new Count(
        row.getString(0),
        row.getLong(1),
        row.getLong(2),
        row.getLong(3),
        row.getLong(4),
        row.getLong(5),
        row.getLong(6));
  }
}
