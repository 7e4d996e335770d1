package org.chunkopt.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.when;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.chunkopt.model.ModelFiles;
import org.chunkopt.settings.Settings;

/**
 * How much there is to learn from.
 *
 * @param train files of the training split
 * @param validation files of the validation split
 * @param hash of all that the network may see, whatever its order
 */
record LabelCounts(long train, long validation, long hash) {
  /** Raised when the same labels and settings no longer give the same model. */
  private static final int RECIPE = 2;

  private static final int ID_DIGITS = 10;

  /** Counts files; each has a row for either form. */
  static LabelCounts of(Dataset<Row> labels, List<String> features) {
    String columns =
        "path_bytes, never_logged, split, label_scaled, weight, " + String.join(", ", features);
    Row row =
        labels
            .filter(col("split").isin("train", "validation"))
            .agg(
                count(when(col("split").equalTo("train").and(col("never_logged").equalTo(0)), 1)),
                count(
                    when(
                        col("split").equalTo("validation").and(col("never_logged").equalTo(0)), 1)),
                expr("bit_xor(xxhash64(" + columns + "))"))
            .head();
    return new LabelCounts(row.getLong(0), row.getLong(1), row.isNullAt(2) ? 0 : row.getLong(2));
  }

  /**
   * Names a training by all that decides its result.
   *
   * @param start model that it goes on from; empty where it begins anew
   */
  String fingerprint(
      Settings.Model model, Settings.Training training, long seed, int workers, String start) {
    String all =
        String.join(
            "|", "" + RECIPE, "" + this, "" + model, "" + training, "" + seed, "" + workers, start);
    return ModelFiles.sha256(all.getBytes(StandardCharsets.UTF_8)).substring(0, ID_DIGITS);
  }
}
