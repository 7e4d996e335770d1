package org.chunkopt.plan;

import java.sql.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.chunkopt.run.Run;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Tables;

/** Trials of chunk sizes whose gain is only predicted, and what came of all changes so far. */
final class Trials {
  private static final StructType UNDONE =
      StructType.fromDDL(
          "path STRING, path_bytes BINARY, arm STRUCT<current_chunk_bytes: BIGINT,"
              + " recommended_chunk_bytes: BIGINT, reason: STRING>");

  private final SparkSession spark;
  private final Run run;
  private final Dataset<Row> directories;

  Trials(SparkSession spark, Run run) {
    this.spark = spark;
    this.run = run;
    this.directories = PlanJob.directories(run.tables().read(spark, Tables.FILES));
  }

  /**
   * Rows of {@code pilots}: those of earlier nights as they stand, and those that would begin
   * tonight, whatever the plan trusts.
   *
   * @param choices plan/choices.sql
   * @param fileIo plan/file_io.sql
   * @param evidence of all directories
   */
  Dataset<Row> pilots(Dataset<Row> choices, Dataset<Row> fileIo, Dataset<Row> evidence) {
    Settings.Plan plan = run.settings().plan();
    Dataset<Row> candidates =
        choices
            .where("trust = 'all' AND arm.hours_local < 0.8 * arm.hours")
            .join(
                choices.where("trust = 'measured'").select("path_bytes"),
                new String[] {"path_bytes"},
                "left_anti")
            .join(
                directories.select("path_bytes", "entry_id"), new String[] {"path_bytes"}, "left");
    return SqlFile.named("plan/pilots")
        .run(
            Map.of(
                "carried",
                run.carried(spark, Tables.PILOTS),
                "candidates",
                candidates,
                "evidence",
                evidence),
            Map.of(
                "run_date", run.date().toString(),
                "seed", run.settings().run().seed(),
                "cli", run.settings().beegfs().cli().name().toLowerCase(Locale.ROOT),
                "carry_days", run.settings().run().carryDays(),
                "pilot_days", plan.pilotDays(),
                "pilot_kinds", plan.pilotKinds(),
                "pilot_directories", plan.pilotDirectories(),
                "budget_hours", plan.pilotBudget() * siteHours(fileIo, evidence)));
  }

  /** Hours of I/O a day of all new files. */
  private static double siteHours(Dataset<Row> fileIo, Dataset<Row> evidence) {
    Row sum =
        SqlFile.named("plan/site_hours")
            .run(Map.of("file_io", fileIo, "speeds", PlanJob.speeds(evidence)), Map.of())
            .head();
    return sum.isNullAt(0) ? 0 : sum.getDouble(0);
  }

  /** Without those of tonight: a plan that trusts no trials begins none. */
  Dataset<Row> begun(Dataset<Row> pilots) {
    return pilots.where(pilots.col("run_date").lt(Date.valueOf(run.date())));
  }

  /** The directories that trials of tonight set, with the chunk size in arm. */
  Dataset<Row> tried(Dataset<Row> pilots) {
    return pilots
        .where("role = 'treated' AND state = 'running'")
        .where(pilots.col("run_date").equalTo(Date.valueOf(run.date())))
        .selectExpr(
            "path_bytes", "named_struct('recommended_chunk_bytes', assigned_chunk_bytes) AS arm");
  }

  /** Directories that should go back: no more than a plan has set. */
  Dataset<Row> undone(Dataset<Row> pilots) {
    boolean first =
        run.carried(spark, Tables.OUTCOMES).isEmpty()
            && pilots.where("state = 'reverted'").isEmpty();
    if (first && run.tables().read(spark, Tables.PATTERN_CHANGES).isEmpty()) {
      return spark.createDataFrame(List.of(), UNDONE);
    }
    Dataset<Row> undone =
        SqlFile.named("plan/undone")
            .run(
                Map.of(
                    "pilots",
                    pilots,
                    "outcomes",
                    outcomes(spark.createDataFrame(List.of(), Tables.DIRECTORY_PLAN.schema())),
                    "directories",
                    directories),
                Map.of());
    return spark.createDataFrame(undone.collectAsList(), undone.schema());
  }

  /**
   * The table {@code outcomes}.
   *
   * @param proposed tonight's directory plan
   */
  Dataset<Row> outcomes(Dataset<Row> proposed) {
    return SqlFile.named("plan/outcomes")
        .run(
            Map.of(
                "carried",
                run.carried(spark, Tables.OUTCOMES),
                "promised",
                proposed.where("selected").selectExpr("*", "hours_saved - hours_lost AS net_hours"),
                "directories",
                directories,
                "pattern_changes",
                run.tables().read(spark, Tables.PATTERN_CHANGES),
                "observations",
                run.tables().read(spark, Tables.OBSERVATIONS)),
            Map.of(
                "run_date", run.date().toString(),
                "carry_days", run.settings().run().carryDays()));
  }
}
