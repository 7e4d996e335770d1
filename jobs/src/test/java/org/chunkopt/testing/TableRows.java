package org.chunkopt.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.tables.Table;

/** Small datasets of a table's schema: rows by column name, null where a column is not named. */
public final class TableRows {
  private TableRows() {}

  /**
   * The rows as a dataset.
   *
   * @throws IllegalArgumentException where a row names a column that the table does not have
   */
  public static Dataset<Row> of(SparkSession spark, Table table, List<Map<String, Object>> rows) {
    List<Row> built = new ArrayList<>();
    for (Map<String, Object> row : rows) {
      for (String column : row.keySet()) {
        if (!table.columnNames().contains(column)) {
          throw new IllegalArgumentException(table.name() + " has no column " + column + ".");
        }
      }
      built.add(RowFactory.create(table.columnNames().stream().map(row::get).toArray()));
    }
    return spark.createDataFrame(built, table.schema());
  }
}
