package org.chunkopt.policy;

import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.chunkopt.sql.SqlFile;

/** What chunk sizes assigned by lot have shown. */
public final class Exploration {
  private Exploration() {}

  /**
   * The observations whose chunk size was assigned by lot: {@code source}, {@code observation_id}
   * and the {@code propensities} of the eight chunk sizes, 0..1.
   */
  public static Dataset<Row> propensities(Dataset<Row> observations, Dataset<Row> exploration) {
    return SqlFile.named("policy/explored")
        .run(Map.of("observations", observations, "exploration", exploration), Map.of());
  }
}
