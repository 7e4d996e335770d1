package org.chunkopt.evidence;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.chunkopt.history.HabitGroups;
import org.chunkopt.history.ServerHistory;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/**
 * Stage {@code evidence}: reads {@code file_features}, {@code habits}, {@code access}, {@code
 * sweeps}, the server minutes and the inventory, also that of the previous run. Writes {@code
 * pattern_changes}, {@code observations}, {@code pool_laws}, {@code cohorts}, {@code suffixes},
 * {@code evidence} and {@code labels}.
 *
 * <pre>chunkopt evidence --settings site.conf --date 2026-11-23</pre>
 */
public final class EvidenceJob implements Stage {
  /** Directories of a group of logged files, of which one may be that of the file itself. */
  private static final long LEAST_DIRECTORIES = 4;

  @Override
  public String name() {
    return "evidence";
  }

  @Override
  public String description() {
    return "Learns from measured throughput what each change of the chunk size is worth.";
  }

  @Override
  public List<Table> writes() {
    return List.of(
        Tables.PATTERN_CHANGES,
        Tables.OBSERVATIONS,
        Tables.POOL_LAWS,
        Tables.COHORTS,
        Tables.SUFFIXES,
        Tables.EVIDENCE,
        Tables.LABELS);
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    Dataset<Row> features = run.tables().read(spark, Tables.FILE_FEATURES);
    Dataset<Row> habits = run.tables().read(spark, Tables.HABITS);
    Dataset<Row> nodeMinutes = run.tables().read(spark, Tables.NODE_MINUTES);
    Dataset<Row> targetMinutes = run.tables().read(spark, Tables.TARGET_MINUTES);
    Dataset<Row> targetNodes =
        targetMinutes
            .groupBy("target_id")
            .agg(Map.of("node_num_id", "max"))
            .toDF("target_id", "node_num_id");

    run.tables().write(Tables.PATTERN_CHANGES, PatternChanges.of(spark, run));
    run.tables()
        .write(
            Tables.OBSERVATIONS,
            Observations.of(
                features,
                run.tables().read(spark, Tables.ACCESS),
                run.tables().read(spark, Tables.SWEEPS),
                run.tables().read(spark, Tables.PATTERN_CHANGES),
                nodeMinutes,
                targetNodes,
                run.settings()));
    Dataset<Row> observations = run.tables().read(spark, Tables.OBSERVATIONS);

    Dataset<Row> learning =
        learningFiles(spark, run, observations, features, habits)
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Lessons lessons = Lessons.learn(observations, habits, features, learning, run.settings());
      run.tables().write(Tables.POOL_LAWS, lessons.poolLaws(spark));
      run.tables().write(Tables.COHORTS, lessons.cohorts(spark));
      run.tables().write(Tables.EVIDENCE, lessons.evidence(spark));
      run.tables()
          .write(
              Tables.SUFFIXES,
              SqlFile.named("evidence/suffixes").run(Map.of("habits", habits), Map.of()));
      run.tables()
          .write(
              Tables.LABELS,
              labels(
                  learning,
                  run.tables().read(spark, Tables.COHORTS),
                  habits,
                  accessServers(run, learning, nodeMinutes, targetMinutes, targetNodes)));
      return lessons.warnings();
    } finally {
      learning.unpersist();
    }
  }

  private static Dataset<Row> learningFiles(
      SparkSession spark,
      Run run,
      Dataset<Row> observations,
      Dataset<Row> features,
      Dataset<Row> habits) {
    Settings settings = run.settings();
    double observed = Math.max(1, observations.count());
    return SqlFile.named("evidence/learning_files")
        .run(
            Map.of(
                "observations", observations,
                "file_features", features,
                "groups", broadcast(HabitGroups.of(habits, LEAST_DIRECTORIES))),
            Map.of(
                "seed", settings.run().seed(),
                "as_of", run.asOf(spark),
                "sample", Math.min(1.0, settings.training().maxRows() / observed)));
  }

  private static Dataset<Row> accessServers(
      Run run,
      Dataset<Row> learning,
      Dataset<Row> nodeMinutes,
      Dataset<Row> targetMinutes,
      Dataset<Row> targetNodes) {
    return SqlFile.named("evidence/access_servers")
        .run(
            Map.of(
                "labelled",
                learning.where("never_logged = 0"),
                "target_nodes",
                broadcast(targetNodes),
                "server_history",
                ServerHistory.of(nodeMinutes, run.settings().collection().historyWindow()),
                "target_minutes",
                targetMinutes),
            Map.of());
  }

  static Dataset<Row> labels(
      Dataset<Row> learning, Dataset<Row> cohorts, Dataset<Row> habits, Dataset<Row> servers) {
    Dataset<Row> inputs =
        SqlFile.named("evidence/labels")
            .run(
                Map.of(
                    "learning_files", learning,
                    "cohorts", broadcast(cohorts.where(col("best_log2_kib").isNotNull())),
                    "habits", habits,
                    "access_servers", servers),
                Map.of());
    return Tables.LABELS.select(
        SqlFile.named("features/derived").run(Map.of("inputs", inputs), Map.of()));
  }
}
