package org.chunkopt.ingest;

import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Where one table's columns stand in the rows of {@link Sheets}.
 *
 * @param tag number of the table
 * @param first position of its first column
 * @param width number of its columns
 * @param total number of columns of all tables and the tag
 */
record Sheet(int tag, int first, int width, int total) implements Serializable {
  /** A row of this table: its values in the table's order, times in microseconds since 1970. */
  Row row(Object... values) {
    if (values.length != width) {
      throw new IllegalArgumentException(values.length + " values for " + width + " columns.");
    }
    Object[] all = new Object[total];
    all[0] = tag;
    System.arraycopy(values, 0, all, first, width);
    return RowFactory.create(all);
  }
}
