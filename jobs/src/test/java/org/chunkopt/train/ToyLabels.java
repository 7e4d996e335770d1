package org.chunkopt.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/** Labels whose inputs are spread evenly over -1 to 1, independent of one another. */
final class ToyLabels {
  private static final Set<String> OFTEN_MISSING =
      Set.of("network_latency_ms", "cpu_usage_fraction");

  /**
   * One where two inputs have the same sign, else zero: no linear function does better than 0.25.
   */
  static final String SAME_SIGN =
      "CASE WHEN file_size_log2 * num_targets > 0 THEN 1.0D ELSE 0.0D END";

  private ToyLabels() {}

  /**
   * Makes rows of the table {@code labels}: 70 % training, 15 % validation, 15 % test.
   *
   * @param target SQL over the inputs
   * @param weight SQL over the inputs
   */
  static Dataset<Row> of(SparkSession spark, long rows, String target, String weight) {
    List<String> inputs = new ArrayList<>(List.of("id"));
    for (String feature : Tables.EXTENDED_FEATURES) {
      String value = "pmod(xxhash64(id, '" + feature + "'), 20001) / 10000.0D - 1";
      inputs.add(
          (OFTEN_MISSING.contains(feature) ? "IF(id % 3 = 0, NULL, " + value + ")" : value)
              + " AS "
              + feature);
    }
    List<String> columns = new ArrayList<>();
    for (Table.Field field : Tables.LABELS.columns()) {
      columns.add(
          switch (field.name()) {
            case "path_bytes" -> "CAST(concat('/data/', id) AS BINARY) AS path_bytes";
            case "split" ->
                "CASE WHEN id % 20 < 14 THEN 'train' WHEN id % 20 < 17 THEN 'validation'"
                    + " ELSE 'test' END AS split";
            case "label_scaled" -> "CAST(" + target + " AS DOUBLE) AS label_scaled";
            case "weight" -> "CAST(" + weight + " AS DOUBLE) AS weight";
            // A row a file.
            case "never_logged" -> "0.0D AS never_logged";
            default ->
                Tables.EXTENDED_FEATURES.contains(field.name())
                    ? field.name()
                    : "CAST(NULL AS " + field.type().sql() + ") AS " + field.name();
          });
    }
    return spark
        .range(rows)
        .toDF()
        .selectExpr(inputs.toArray(String[]::new))
        .selectExpr(columns.toArray(String[]::new));
  }
}
