package org.chunkopt.ingest;

import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Makes rows of one of several tables that stand in one dataset: see {@link Sheets}.
 *
 * @param tag number of the table
 * @param width number of its columns
 */
record Sheet(int tag, int width) implements Serializable {
  /** A row of this table: its values in the table's order, times in microseconds since 1970. */
  Row row(Object... values) {
    if (values.length != width) {
      throw new IllegalArgumentException(values.length + " values for " + width + " columns.");
    }
    Object[] all = new Object[1 + width];
    all[0] = tag;
    System.arraycopy(values, 0, all, 1, width);
    return RowFactory.create(all);
  }
}
