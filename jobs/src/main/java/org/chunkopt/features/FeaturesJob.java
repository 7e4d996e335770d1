package org.chunkopt.features;

import static org.apache.spark.sql.functions.broadcast;

import java.time.Instant;
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
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stage {@code features}: reads the ingested tables, writes {@code file_features}, one row per
 * regular file, and {@code habits}, how logged files are used. The servers' figures are few and are
 * broadcast; nothing is shuffled by file but the joins with the access logs and events.
 *
 * <pre>chunkopt features --settings site.conf --date 2026-11-23</pre>
 */
public final class FeaturesJob implements Stage {
  /** Fewer directories of a group are no habit. */
  private static final long LEAST_DIRECTORIES = 3;

  /** Jobs remove some of the files that they have written: a share below this is no warning. */
  private static final double UNMATCHED_SHARE = 0.05;

  private static final Logger LOG = LoggerFactory.getLogger(FeaturesJob.class);

  @Override
  public String name() {
    return "features";
  }

  @Override
  public String description() {
    return "Computes the inputs of the network for every file.";
  }

  @Override
  public List<Table> writes() {
    return List.of(Tables.FILE_FEATURES, Tables.HABITS);
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    Instant asOf = run.asOf(spark);
    Dataset<Row> typed =
        SqlFile.named("features/typed_files")
            .run(Map.of("files", run.tables().read(spark, Tables.FILES)), Map.of());
    Dataset<Row> used =
        kept("features/file_access", Map.of("access", run.tables().read(spark, Tables.ACCESS)));
    Dataset<Row> opened =
        kept(
            SqlFile.named("features/file_opens")
                .run(
                    Map.of("file_events", run.tables().read(spark, Tables.FILE_EVENTS)),
                    Map.of("as_of", asOf)));
    Dataset<Row> runs =
        kept(
            "features/runs",
            Map.of(
                "typed_files",
                typed,
                "file_access",
                used,
                "client_minutes",
                run.tables().read(spark, Tables.CLIENT_MINUTES)));
    run.tables()
        .write(
            Tables.HABITS,
            Tables.HABITS
                .select(
                    SqlFile.named("features/habits")
                        .run(Map.of("typed_files", typed, "file_access", used), Map.of()))
                .coalesce(1));
    Dataset<Row> habits = run.tables().read(spark, Tables.HABITS);
    try {
      run.tables()
          .write(
              Tables.FILE_FEATURES,
              fileFeatures(
                  typed,
                  used,
                  opened,
                  runs,
                  habits,
                  siteFigures(spark, run, typed, used, asOf),
                  asOf));
      return unmatched(
          used.filter("use IS NOT NULL").count(),
          run.tables().read(spark, Tables.FILE_FEATURES),
          run.settings().beegfs().mount());
    } finally {
      runs.unpersist();
      opened.unpersist();
      used.unpersist();
    }
  }

  /** Says so where many logged files are none of the inventory: their paths may not be the same. */
  private static List<String> unmatched(long logged, Dataset<Row> features, String mount) {
    if (logged == 0) {
      return List.of();
    }
    long found = features.filter("cohort.use IS NOT NULL").count();
    long missing = logged - found;
    LOG.info("Access logs: {} of {} logged files are in no inventory.", missing, logged);
    return missing < UNMATCHED_SHARE * logged
        ? List.of()
        : List.of(
            missing
                + " of "
                + logged
                + " logged files are in no inventory, so nothing is learnt from them. "
                + (found == 0
                    ? "Likely the logs are of another mount point than "
                        + mount
                        + " (chunkopt.beegfs.mount), or their paths lead through symbolic links."
                    : "Likely their paths lead through symbolic links, or the files are gone or newer"
                        + " than the inventory.")
                + " See the paths in table access.");
  }

  private static Dataset<Row> kept(String sql, Map<String, Dataset<Row>> inputs) {
    return kept(SqlFile.named(sql).run(inputs, Map.of()));
  }

  /**
   * Computed here and once: what turns out small is broadcast, and the namespace is not shuffled to
   * meet it.
   */
  private static Dataset<Row> kept(Dataset<Row> rows) {
    Dataset<Row> kept = rows.persist(StorageLevel.MEMORY_AND_DISK());
    kept.count();
    return kept;
  }

  private static Dataset<Row> siteFigures(
      SparkSession spark, Run run, Dataset<Row> typed, Dataset<Row> used, Instant asOf) {
    Dataset<Row> history =
        ServerHistory.of(
            run.tables().read(spark, Tables.NODE_MINUTES),
            run.settings().collection().historyWindow());
    Dataset<Row> targetMinutes = run.tables().read(spark, Tables.TARGET_MINUTES);
    Dataset<Row> levels =
        SqlFile.named("features/server_levels")
            .run(
                Map.of(
                    "access", run.tables().read(spark, Tables.ACCESS),
                    "file_access", used,
                    "typed_files", typed,
                    "target_minutes", targetMinutes),
                Map.of());
    return SqlFile.named("features/site_figures")
        .run(
            Map.of(
                "server_history",
                history,
                "target_minutes",
                targetMinutes,
                "server_pools",
                ServerPools.of(spark, levels.collectAsList())),
            Map.of("as_of", asOf));
  }

  private static Dataset<Row> fileFeatures(
      Dataset<Row> typed,
      Dataset<Row> used,
      Dataset<Row> opened,
      Dataset<Row> runs,
      Dataset<Row> habits,
      Dataset<Row> site,
      Instant asOf) {
    Dataset<Row> inputs =
        SqlFile.named("features/file_inputs")
            .run(
                Map.of(
                    "typed_files",
                    typed,
                    "file_access",
                    used,
                    "file_opens",
                    opened,
                    "runs",
                    broadcast(runs.where("parent_path_bytes IS NULL")),
                    "directory_runs",
                    runs.where("parent_path_bytes IS NOT NULL"),
                    "groups",
                    broadcast(HabitGroups.of(habits, LEAST_DIRECTORIES)),
                    "directory_groups",
                    HabitGroups.ofDirectories(habits),
                    "site_figures",
                    broadcast(site)),
                Map.of("as_of", asOf));
    // Sorted, so that who asks for a directory reads little of a file; score keeps the order.
    return Tables.FILE_FEATURES
        .select(SqlFile.named("features/derived").run(Map.of("inputs", inputs), Map.of()))
        .sortWithinPartitions("parent_path", "path");
  }
}
