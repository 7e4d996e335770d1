package org.chunkopt.policy;

import static org.apache.spark.sql.functions.broadcast;

import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;

/**
 * From a proposed chunk size to advice with its expected gain: one implementation for the files
 * that are scored and for those that policies are judged on.
 */
public final class Advice {
  private Advice() {}

  /** The evidence of a fold ({@code learn} or {@code judge}), a row per full cohort. */
  public static Dataset<Row> curves(Dataset<Row> evidence, String fold) {
    return SqlFile.named("policy/curves").run(Map.of("evidence", evidence), Map.of("fold", fold));
  }

  /** The files with what the cohort table alone proposes as {@code predicted_log2_kib}. */
  public static Dataset<Row> byCohortTable(Dataset<Row> fileFeatures, Dataset<Row> curves) {
    return SqlFile.named("policy/table_choice")
        .run(Map.of("file_features", fileFeatures, "curves", broadcast(curves)), Map.of());
  }

  /**
   * The rows of {@code recommendations}.
   *
   * @param scored {@code file_features} with {@code predicted_log2_kib}
   * @param modelId policy that made the predictions
   */
  public static Dataset<Row> recommendations(
      Dataset<Row> scored, Dataset<Row> curves, Settings settings, String modelId) {
    return SqlFile.named("policy/recommendations")
        .run(
            Map.of("scored", scored, "curves", broadcast(curves)),
            Map.of(
                "min_log2_kib", settings.chunkSize().min().log2Kib(),
                "max_log2_kib", settings.chunkSize().max().log2Kib(),
                "fallback_bytes", settings.chunkSize().fallback().bytes(),
                "copy_bytes_per_s", settings.plan().copyBytesPerSecond(),
                "horizon_days", settings.plan().horizonDays(),
                "model_id", modelId));
  }
}
