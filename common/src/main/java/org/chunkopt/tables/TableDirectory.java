package org.chunkopt.tables;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.UserError;

/**
 * The tables of one run: a directory with a Parquet directory per table. A table is written once,
 * into a directory that must not exist.
 *
 * @param root path or URI of a Hadoop file system
 */
public record TableDirectory(String root) {
  public String path(Table table) {
    return new Path(root, table.name()).toString();
  }

  public boolean has(SparkSession spark, Table table) {
    Path path = new Path(root, table.name());
    try {
      return path.getFileSystem(spark.sparkContext().hadoopConfiguration()).exists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The table's rows, after a check of the schema in its files. */
  public Dataset<Row> read(SparkSession spark, Table table) {
    if (!has(spark, table)) {
      throw UserError.failed(
          "Table " + table.name() + " is not in " + root + ". Run the stage that writes it first.");
    }
    Dataset<Row> rows = spark.read().parquet(path(table));
    table.require(rows.schema(), path(table));
    return rows;
  }

  /** Whether the files of a table that is there have exactly its columns. */
  public boolean fits(SparkSession spark, Table table) {
    return table.misfits(spark.read().parquet(path(table)).schema()).isEmpty();
  }

  public void write(Table table, Dataset<Row> rows) {
    table.require(rows).write().mode("errorifexists").parquet(path(table));
  }
}
