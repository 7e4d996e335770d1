package org.chunkopt.features;

import static org.apache.spark.sql.functions.broadcast;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.history.ServerHistory;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/**
 * Stage {@code features}: reads the ingested tables, writes {@code file_features}, one row per
 * regular file. The servers' figures are few and are broadcast; nothing is shuffled by file but the
 * joins with the access logs and events.
 *
 * <pre>chunkopt features --settings site.conf --date 2026-11-23</pre>
 */
public final class FeaturesJob implements Stage {
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
    return List.of(Tables.FILE_FEATURES);
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    Dataset<Row> features =
        fileFeatures(
            run.tables().read(spark, Tables.FILES),
            run.tables().read(spark, Tables.ACCESS),
            run.tables().read(spark, Tables.FILE_EVENTS),
            run.tables().read(spark, Tables.NODE_MINUTES),
            run.tables().read(spark, Tables.TARGET_MINUTES),
            run.tables().read(spark, Tables.CLIENT_MINUTES),
            run.settings().collection().historyWindow(),
            run.asOf(spark));
    run.tables().write(Tables.FILE_FEATURES, features);
    return List.of();
  }

  static Dataset<Row> fileFeatures(
      Dataset<Row> files,
      Dataset<Row> access,
      Dataset<Row> fileEvents,
      Dataset<Row> nodeMinutes,
      Dataset<Row> targetMinutes,
      Dataset<Row> clientMinutes,
      Duration history,
      Instant asOf) {
    Dataset<Row> site =
        SqlFile.named("features/site_figures")
            .run(
                Map.of(
                    "server_history",
                    ServerHistory.of(nodeMinutes, history),
                    "target_minutes",
                    targetMinutes),
                Map.of("as_of", asOf));
    Dataset<Row> typed =
        SqlFile.named("features/typed_files").run(Map.of("files", files), Map.of());
    Dataset<Row> used =
        SqlFile.named("features/file_access").run(Map.of("access", access), Map.of());
    Dataset<Row> opened =
        SqlFile.named("features/file_opens")
            .run(Map.of("file_events", fileEvents), Map.of("as_of", asOf));
    Dataset<Row> habits =
        SqlFile.named("features/habits")
            .run(
                Map.of("typed_files", typed, "file_access", used, "client_minutes", clientMinutes),
                Map.of());
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
                    "habits",
                    broadcast(habits.where("parent_path_bytes IS NULL")),
                    "directory_habits",
                    habits.where("parent_path_bytes IS NOT NULL"),
                    "site_figures",
                    broadcast(site)),
                Map.of("as_of", asOf));
    return Tables.FILE_FEATURES.select(
        SqlFile.named("features/derived").run(Map.of("inputs", inputs), Map.of()));
  }
}
