package org.chunkopt.evaluate;

import java.util.List;
import org.apache.spark.sql.Row;

/**
 * A file of the directories that nothing was learnt from.
 *
 * @param directory unit of the bootstrap
 * @param current position of its chunk size, 0 is 64 KiB
 * @param cohort its cohort, as in {@code evidence}
 * @param row its other columns
 */
record HeldOutFile(String directory, long sizeBytes, int current, Row cohort, Row row) {

  /** The values of these columns, not a number where null. */
  double[] inputs(List<String> columns) {
    return columns.stream()
        .mapToDouble(
            column -> {
              Double value = row.getAs(column);
              return value == null ? Double.NaN : value;
            })
        .toArray();
  }
}
