package org.chunkopt.history;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.first;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Groups of logged files whose use may stand for that of a file without a log, a row each. */
public final class HabitGroups {
  private static final Column[] KEYS = {
    col("level"), col("habit"), col("uid"), col("suffix"), col("file_type"), col("size_octave")
  };

  private HabitGroups() {}

  /**
   * Those of owners, suffixes, types and sizes.
   *
   * @param habits the table
   * @param leastDirectories directories with logged files that a group needs
   */
  public static Dataset<Row> of(Dataset<Row> habits, long leastDirectories) {
    return habits
        .where(col("level").between(1, 5))
        .groupBy(KEYS)
        .agg(count_distinct(col("directory")).as("directories"))
        .where(col("directories").geq(leastDirectories))
        .drop("directories");
  }

  /** Those of one directory and file type. */
  public static Dataset<Row> ofDirectories(Dataset<Row> habits) {
    return habits
        .where(col("level").equalTo(0))
        .groupBy("parent_path_bytes", "file_type")
        .agg(first("habit").as("habit"));
  }
}
