package org.chunkopt.evidence;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;

import java.util.Map;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Tables;

/** The responses of the three sources: benchmark sweeps, access logs, and the inventory itself. */
final class Observations {
  /** More files than this are sampled by hash for the inventory source. */
  private static final int MAX_INVENTORY_FILES = 2_000_000;

  private static final StructType BOUNDS =
      StructType.fromDDL("path_bytes BINARY, fastest_s DOUBLE, slowest_s DOUBLE, dominance DOUBLE");

  private Observations() {}

  static Dataset<Row> of(
      Dataset<Row> fileFeatures,
      Dataset<Row> access,
      Dataset<Row> sweeps,
      Dataset<Row> patternChanges,
      Dataset<Row> nodeMinutes,
      Dataset<Row> targetNodes,
      Settings settings) {
    Dataset<Row> responses =
        SqlFile.named("evidence/darshan_observations")
            .run(
                Map.of(
                    "access", access,
                    "file_features", fileFeatures,
                    "pattern_changes", patternChanges),
                Map.of())
            .unionByName(
                inventory(
                    fileFeatures,
                    targetNodes,
                    nodeMinutes,
                    settings.evidence().minDominance(),
                    !access.isEmpty()))
            .unionByName(sweep(sweeps, fileFeatures));
    Dataset<Row> flagged =
        SqlFile.named("evidence/page_cache").run(Map.of("responses", responses), Map.of());
    return Tables.OBSERVATIONS.select(
        SqlFile.named("evidence/observations")
            .run(
                Map.of("responses", flagged, "target_nodes", broadcast(targetNodes)),
                Map.of(
                    "seed", settings.run().seed(),
                    "split", settings.evidence().split().word(),
                    "test_percent", settings.evidence().testPercent(),
                    "validation_percent", settings.evidence().validationPercent(),
                    "later_percent", settings.evidence().laterPercent())));
  }

  private static Dataset<Row> sweep(Dataset<Row> sweeps, Dataset<Row> fileFeatures) {
    Dataset<Row> classes =
        fileFeatures
            .selectExpr("explode(target_ids) AS target_id", "storage_class")
            .dropDuplicates("target_id");
    return SqlFile.named("evidence/sweep_observations")
        .run(Map.of("sweeps", sweeps, "target_classes", classes), Map.of());
  }

  private static Dataset<Row> inventory(
      Dataset<Row> fileFeatures,
      Dataset<Row> targetNodes,
      Dataset<Row> nodeMinutes,
      double minDominance,
      boolean anyLog) {
    Dataset<Row> candidates =
        SqlFile.named("evidence/write_candidates")
            .run(
                Map.of(
                    "file_features", fileFeatures,
                    "target_nodes", broadcast(targetNodes),
                    "node_minutes", nodeMinutes),
                Map.of("max_files", MAX_INVENTORY_FILES));
    int path = candidates.schema().fieldIndex("path_bytes");
    FlatMapFunction<Row, Row> bounds =
        row ->
            WriteWindow.boundsOf(row).stream()
                .map(b -> RowFactory.create(row.get(path), b.fastest(), b.slowest(), b.dominance()))
                .iterator();
    Dataset<Row> bounded =
        candidates.flatMap(bounds, Encoders.row(BOUNDS)).where(col("dominance").geq(minDominance));
    return SqlFile.named("evidence/inventory_observations")
        .run(
            Map.of("write_bounds", bounded, "file_features", fileFeatures),
            Map.of("any_log", anyLog));
  }
}
