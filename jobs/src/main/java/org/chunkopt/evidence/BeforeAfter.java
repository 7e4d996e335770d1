package org.chunkopt.evidence;

import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.chunkopt.sql.SqlFile;

/** What changed patterns did to the throughput of their directories, against unchanged twins. */
final class BeforeAfter {
  /** Fewer hours of a server before or after a change say nothing. */
  private static final double MIN_MEASUREMENTS = 2;

  private BeforeAfter() {}

  /**
   * A row per fold, source, cohort, directory and pair of chunk sizes: the change of the directory
   * less that of its twins.
   *
   * @param features the table {@code file_features}, for the types of the files
   */
  static Dataset<Row> of(
      Dataset<Row> observations, Dataset<Row> patternChanges, Dataset<Row> features) {
    return SqlFile.named("evidence/before_after")
        .run(
            Map.of(
                "observations", observations,
                "pattern_changes", patternChanges,
                "file_types", features.select("path_bytes", "file_type")),
            Map.of("min_measurements", MIN_MEASUREMENTS));
  }

  /**
   * A row per fold, cohort and arm with {@code contrast_log2} against the reference arm and its
   * {@code contrast_se}.
   */
  static Dataset<Row> contrasts(Dataset<Row> beforeAfter, long reference) {
    return SqlFile.named("evidence/change_contrasts")
        .run(Map.of("before_after", beforeAfter), Map.of("reference", reference));
  }
}
