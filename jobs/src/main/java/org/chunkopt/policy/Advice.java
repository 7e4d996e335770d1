package org.chunkopt.policy;

import static org.apache.spark.sql.functions.broadcast;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

  private static final Logger LOG = LoggerFactory.getLogger(Advice.class);

  private Advice() {}

  /** The evidence of a fold ({@code learn} or {@code judge}), a row per full cohort. */
  public static Dataset<Row> curves(Dataset<Row> evidence, String fold) {
    return SqlFile.named("policy/curves").run(Map.of("evidence", evidence), Map.of("fold", fold));
  }

  /**
   * The curves with what each change of the chunk size is worth, {@code worths}. Risk costs so much
   * that in all no more than the share {@code advice.harm-budget} of the files is expected to
   * become slower.
   *
   * @param curves one fold, see {@link #curves}
   * @param files {@code file_features}, all that advice is given for
   */
  public static Dataset<Row> worths(Dataset<Row> curves, Dataset<Row> files, Settings settings) {
    Dataset<Row> advisable =
        SqlFile.named("policy/advisable")
            .run(
                Map.of("curves", curves),
                Map.of(
                    "min_log2_kib", settings.chunkSize().min().log2Kib(),
                    "max_log2_kib", settings.chunkSize().max().log2Kib(),
                    "most", 1 - settings.advice().minProbability(),
                    "tie_fraction", settings.evidence().tieFraction(),
                    "small_gain", settings.advice().smallGain()));
    double riskPrice =
        SqlFile.named("policy/risk_price")
            .run(
                Map.of("files", files, "curves", broadcast(advisable)),
                Map.of("budget", settings.advice().harmBudget()))
            .head()
            .getDouble(0);
    LOG.info("A certain loss counts as much as {} octaves of gain", (float) riskPrice);
    return SqlFile.named("policy/worths")
        .run(Map.of("curves", advisable), Map.of("risk_price", riskPrice));
  }

  /**
   * The files with what the cohort table alone proposes as {@code predicted_log2_kib}.
   *
   * @param curves with {@link #worths}
   */
  public static Dataset<Row> byCohortTable(
      Dataset<Row> fileFeatures, Dataset<Row> curves, Settings settings) {
    return SqlFile.named("policy/table_choice")
        .run(
            Map.of("file_features", fileFeatures, "curves", curves),
            Map.of(
                "tie_fraction", settings.evidence().tieFraction(),
                "default_log2_kib", settings.chunkSize().fallback().log2Kib()));
  }

  /**
   * The rows of {@code recommendations}.
   *
   * @param scored {@code file_features} with {@code predicted_log2_kib}
   * @param curves with {@link #worths}
   * @param modelId policy that made the predictions
   */
  public static Dataset<Row> recommendations(
      Dataset<Row> scored, Dataset<Row> curves, Settings settings, String modelId) {
    return SqlFile.named("policy/recommendations")
        .run(
            Map.of("scored", scored, "curves", curves),
            Map.of(
                "min_log2_kib", settings.chunkSize().min().log2Kib(),
                "max_log2_kib", settings.chunkSize().max().log2Kib(),
                "fallback_bytes", settings.chunkSize().fallback().bytes(),
                "copy_bytes_per_s", settings.plan().copyBytesPerSecond(),
                "horizon_days", settings.plan().horizonDays(),
                "tie_fraction", settings.evidence().tieFraction(),
                "model_id", modelId));
  }
}
