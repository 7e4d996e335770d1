package org.chunkopt.plan;

import static org.apache.spark.sql.functions.broadcast;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.links.HardLinks;
import org.chunkopt.run.PreviousRun;
import org.chunkopt.run.Run;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Tables;

/** The time that files lose by their chunk size, carried from run to run. */
final class Regret {
  private static final double DAY_S = Duration.ofDays(1).toSeconds();

  private Regret() {}

  /** The table {@code file_regret} of a run. */
  static Dataset<Row> of(SparkSession spark, Run run) {
    Instant asOf = run.asOf(spark);
    return of(
        run.tables().read(spark, Tables.RECOMMENDATIONS),
        run.tables().read(spark, Tables.FILES),
        run.tables().read(spark, Tables.FILE_FEATURES),
        run.tables().read(spark, Tables.EVIDENCE),
        run.carried(spark, Tables.FILE_REGRET),
        asOf,
        run.previous().map(previous -> elapsedDays(previous, asOf)).orElse(1.0),
        run.settings().plan());
  }

  private static Dataset<Row> of(
      Dataset<Row> recommendations,
      Dataset<Row> files,
      Dataset<Row> features,
      Dataset<Row> evidence,
      Dataset<Row> carried,
      Instant asOf,
      double elapsedDays,
      Settings.Plan plan) {
    return Tables.FILE_REGRET.select(
        SqlFile.named("plan/file_regret")
            .run(
                Map.of(
                    "recommendations",
                    recommendations,
                    "file_features",
                    features.select(
                        "path_bytes", "cohort", "access_frequency_log2", "id_base_time"),
                    "speeds",
                    broadcast(PlanJob.speeds(evidence)),
                    "further_paths",
                    HardLinks.furtherPaths(files),
                    "carried",
                    carried),
                Map.of(
                    "as_of",
                    asOf,
                    "elapsed_days",
                    elapsedDays,
                    "regret_days",
                    plan.regretDays(),
                    "copy_bytes_per_s",
                    plan.copyBytesPerSecond())));
  }

  /** A run that looks back from no later than the one before it adds nothing. */
  private static double elapsedDays(PreviousRun previous, Instant asOf) {
    return Math.max(0, Duration.between(previous.asOf(), asOf).toSeconds() / DAY_S);
  }
}
