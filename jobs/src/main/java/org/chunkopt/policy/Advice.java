package org.chunkopt.policy;

import static org.apache.spark.sql.functions.broadcast;

import java.util.List;
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
  /** What {@link #recommendations} reads of a file beside its prediction. */
  public static final List<String> FILE_COLUMNS =
      List.of(
          "path",
          "path_bytes",
          "entry_id",
          "parent_path",
          "uid",
          "size_bytes",
          "num_targets",
          "chunk_bytes",
          "has_telemetry",
          "access_frequency_log2",
          "cohort");

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
   * The highest probability of a loss that advice may have, so that in all the share {@code
   * advice.harm-budget} of the files loses: see {@code harm_bound.sql}.
   */
  public static double harmBound(Dataset<Row> files, Dataset<Row> curves, Settings settings) {
    return SqlFile.named("policy/harm_bound")
        .run(
            Map.of("files", files, "curves", broadcast(curves)),
            Map.of(
                "budget", settings.advice().harmBudget(),
                "most", 1 - settings.advice().minProbability(),
                "tie_fraction", settings.evidence().tieFraction(),
                "small_gain", settings.advice().smallGain()))
        .head()
        .getDouble(0);
  }

  /**
   * The rows of {@code recommendations}.
   *
   * @param scored {@code file_features} with {@code predicted_log2_kib}
   * @param harmBound of these files, see {@link #harmBound}
   * @param modelId policy that made the predictions
   */
  public static Dataset<Row> recommendations(
      Dataset<Row> scored,
      Dataset<Row> curves,
      double harmBound,
      Settings settings,
      String modelId) {
    return SqlFile.named("policy/recommendations")
        .run(
            Map.of("scored", scored, "curves", broadcast(curves)),
            Map.of(
                "min_log2_kib", settings.chunkSize().min().log2Kib(),
                "max_log2_kib", settings.chunkSize().max().log2Kib(),
                "fallback_bytes", settings.chunkSize().fallback().bytes(),
                "copy_bytes_per_s", settings.plan().copyBytesPerSecond(),
                "horizon_days", settings.plan().horizonDays(),
                "tie_fraction", settings.evidence().tieFraction(),
                "small_gain", settings.advice().smallGain(),
                "harm_bound", harmBound,
                "model_id", modelId));
  }
}
