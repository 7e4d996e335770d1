package org.chunkopt.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.UserError;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads access logs, one task a file: the text of {@code darshan-parser} into {@code access},
 * BeeGFS file events into {@code file_events}. Which of them a file holds shows in its lines.
 */
final class AccessInput {
  private static final Logger LOG = LoggerFactory.getLogger(AccessInput.class);
  private static final String KEY = "inputs.access";

  private AccessInput() {}

  /**
   * Parses every file once; the rows are kept on the executors until they are forgotten. Records of
   * other modules and of files that are not below the mount point count as unknown: a job touches
   * its home and its programs as well. Without access logs all tables are empty.
   *
   * <p>{@code read_seconds}, {@code write_seconds} and {@code meta_seconds} are those of the
   * slowest process. Of a file that Darshan has merged over all ranks it gives only the sums; they
   * are scaled by POSIX_F_SLOWEST_RANK_TIME over the sum of the three, or divided by the number of
   * processes where that time is missing.
   *
   * @throws UserError if a path matches nothing
   */
  static Ingested read(SparkSession spark, Settings settings) {
    List<InputFile> inputs = InputFiles.resolve(spark, settings.inputs().access(), KEY);
    List<String> files = inputs.stream().map(InputFile::path).toList();
    Sheets sheets = AccessSheets.sheets();
    AccessReader reader =
        new AccessReader(
            new InputOpener(spark),
            AccessSheets.of(sheets),
            settings.beegfs().mount(),
            settings.ingest().maxLineBytes(),
            WalkReads.of(settings.inputs()));
    JavaRDD<RowBlock> all = sheets.parse(spark, files, reader);
    Dataset<Row> ledger =
        spark.createDataFrame(
            sheets.collect(all, Tables.INGEST_LEDGER), Tables.INGEST_LEDGER.schema());
    List<Row> counts = ledger.select("accepted", "rejected").collectAsList();
    LOG.info(
        "Access logs: {} lines taken, {} rejected, in {} files.",
        counts.stream().mapToLong(file -> file.getLong(0)).sum(),
        counts.stream().mapToLong(file -> file.getLong(1)).sum(),
        counts.size());
    return new Ingested(
        Map.of(
            Tables.ACCESS,
            once(
                spark,
                sheets.rows(spark, all, AccessSheets.LOGGED),
                sheets.repeated(
                    all, AccessSheets.LOGGED, InputFile.bytes(inputs), "job_id", "path_bytes")),
            Tables.FILE_EVENTS,
            SqlFile.named("ingest/file_events")
                .run(
                    Map.of("counted_events", sheets.rows(spark, all, AccessSheets.COUNTED)),
                    Map.of())),
        sheets.rows(spark, all, Tables.REJECTS),
        ledger,
        List.of(all::unpersist),
        warnings(sheets.collect(all, AccessSheets.LOSSES), settings.beegfs().mount()));
  }

  /** What the logs say they do not hold, so that figures out of them are lower bounds. */
  private static List<String> warnings(List<Row> losses, String mount) {
    List<String> warnings = new ArrayList<>();
    long events = sum(losses, 1);
    // Doubles: the counts of a log are numbers that it claims.
    double dropped = losses.stream().mapToDouble(row -> row.getLong(2)).sum();
    double missed = losses.stream().mapToDouble(row -> row.getLong(3)).sum();
    long incomplete = sum(losses, 4);
    double lost = dropped + missed;
    if (sum(losses, 5) == 0 && sum(losses, 6) > 0) {
      warnings.add(
          "No file of the Darshan logs is below "
              + mount
              + ", where chunkopt.beegfs.mount says that BeeGFS is mounted: nothing is learnt from"
              + " them. The lines \"# mount entry\" of a log name the mount points of its host.");
    }
    if (lost > 0) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "BeeGFS lost at least %.2f %% of the file events (%.0f dropped, %.0f missed, %d logged):"
                  + " opens per day are lower bounds. Keep beegfs-event-listener running, and let"
                  + " it write to a faster place.",
              100.0 * lost / (lost + events),
              dropped,
              missed,
              events));
    }
    if (incomplete > 0) {
      warnings.add(
          incomplete
              + (incomplete == 1 ? " Darshan log is" : " Darshan logs are")
              + " incomplete, because the POSIX module ran out of memory. Raise"
              + " DARSHAN_MODMEM in the jobs.");
    }
    return warnings;
  }

  private static long sum(List<Row> rows, int column) {
    return rows.stream().mapToLong(row -> row.getLong(column)).sum();
  }

  /** One row per run of a job and file, also where logs ran side by side or one is given twice. */
  private static Dataset<Row> once(SparkSession spark, Dataset<Row> access, RepeatedKeys repeated) {
    return repeated.isEmpty()
        ? Tables.ACCESS.select(access)
        : SqlFile.named("ingest/access_once")
            .run(Map.of("logged", access, "repeated", repeated.rows(spark)), Map.of());
  }
}
