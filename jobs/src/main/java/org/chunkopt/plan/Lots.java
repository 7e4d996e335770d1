package org.chunkopt.plan;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.run.PreviousRun;
import org.chunkopt.run.Run;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Tables;

/** The few new directories that get a neighbouring chunk size by lot. */
final class Lots {
  private Lots() {}

  /**
   * The table {@code exploration} of a run.
   *
   * @param advised directories with advice of their own, by {@code path_bytes}
   */
  static Dataset<Row> of(SparkSession spark, Run run, Dataset<Row> advised) {
    Settings settings = run.settings();
    return Tables.EXPLORATION.select(
        SqlFile.named("plan/exploration")
            .run(
                Map.of(
                    "directories",
                    run.tables().read(spark, Tables.FILES).where("entry_type = 'directory'"),
                    "before",
                    run.carried(spark, Tables.FILES)
                        .where("entry_type = 'directory'")
                        .select("entry_id"),
                    "advised",
                    advised.select("path_bytes"),
                    "carried",
                    run.carried(spark, Tables.EXPLORATION)),
                Map.of(
                    "percent", settings.plan().explorationPercent(),
                    "seed", settings.run().seed(),
                    "min_bytes", settings.chunkSize().min().bytes(),
                    "max_bytes", settings.chunkSize().max().bytes(),
                    "cli", settings.beegfs().cli().name().toLowerCase(Locale.ROOT),
                    "previous_as_of", run.previous().map(PreviousRun::asOf).orElse(Instant.EPOCH),
                    "run_date", run.date().toString(),
                    "carry_days", settings.run().carryDays())));
  }

  /** What fell in this run, in the columns of a plan. */
  static Dataset<Row> tonight(Dataset<Row> exploration, Run run) {
    return exploration
        .where("run_date = DATE'" + run.date() + "'")
        .selectExpr(
            "path_bytes",
            "assigned_chunk_bytes AS recommended_chunk_bytes",
            "propensity",
            "true AS selected",
            "'by lot' AS reason",
            "0L AS bytes");
  }
}
