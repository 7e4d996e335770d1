package org.chunkopt.tables;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.chunkopt.UserError;

/**
 * The tables of one run: a directory with a Parquet directory per table. A table is written once,
 * into a directory that must not exist.
 *
 * @param root path or URI of a Hadoop file system
 * @param earlier directories that are read, in this order, where the root has no such table; they
 *     are never written
 */
public record TableDirectory(String root, List<String> earlier) {
  /**
   * Columns whose values hardly repeat: a dictionary of them would be made, and thrown away when it
   * has grown as large as the column.
   */
  private static final List<String> DISTINCT =
      List.of(
          "path",
          "path_bytes",
          "entry_id",
          "inode",
          "size_bytes",
          "file_size_log2",
          "atime",
          "mtime",
          "ctime",
          "access_start",
          "access_end",
          "predicted_log2_kib",
          "rewrite_cost_s");

  public TableDirectory {
    earlier = List.copyOf(earlier);
  }

  /** A directory that stands alone. */
  public TableDirectory(String root) {
    this(root, List.of());
  }

  /** Where the table is written. */
  public String path(Table table) {
    return new Path(root, table.name()).toString();
  }

  public boolean has(SparkSession spark, Table table) {
    return place(spark, table).isPresent();
  }

  /** The table's rows, after a check of the schema in its files. */
  public Dataset<Row> read(SparkSession spark, Table table) {
    String place =
        place(spark, table)
            .orElseThrow(
                () ->
                    UserError.failed(
                        "Table "
                            + table.name()
                            + " is not in "
                            + root
                            + ". Run the stage that writes it first."));
    Dataset<Row> rows = parquet(spark, place);
    table.require(rows.schema(), place);
    return rows;
  }

  /**
   * The rows of a table that is there, which may be of an earlier release: a column of {@link
   * Tables#ADDED} that it lacks is null. Empty where it has other columns.
   */
  public Optional<Dataset<Row>> carried(SparkSession spark, Table table) {
    Dataset<Row> rows = parquet(spark, path(table));
    List<String> there = List.of(rows.columns());
    for (Table.Field column : table.columns()) {
      if (!there.contains(column.name())
          && Tables.ADDED.contains(table.name() + "." + column.name())) {
        rows = rows.withColumn(column.name(), functions.lit(null).cast(column.type()));
      }
    }
    boolean complete = table.columnNames().stream().allMatch(List.of(rows.columns())::contains);
    if (!complete) {
      return Optional.empty();
    }
    Dataset<Row> ordered =
        rows.columns().length == table.columns().size() ? table.select(rows) : rows;
    return table.misfits(ordered.schema()).isEmpty() ? Optional.of(ordered) : Optional.empty();
  }

  public void write(Table table, Dataset<Row> rows) {
    DataFrameWriter<Row> writer = table.require(rows).write().mode("errorifexists");
    DISTINCT.stream()
        .filter(table.columnNames()::contains)
        .forEach(column -> writer.option("parquet.enable.dictionary#" + column, "false"));
    writer.parquet(path(table));
  }

  /** The rows of exactly this path, in whose name braces and brackets are no pattern. */
  public static Dataset<Row> parquet(SparkSession spark, String path) {
    return spark.read().option("__globPaths__", false).parquet(path);
  }

  private Optional<String> place(SparkSession spark, Table table) {
    return Stream.concat(Stream.of(root), earlier.stream())
        .map(directory -> new Path(directory, table.name()))
        .filter(path -> exists(spark, path))
        .map(Path::toString)
        .findFirst();
  }

  private static boolean exists(SparkSession spark, Path path) {
    try {
      return path.getFileSystem(spark.sparkContext().hadoopConfiguration()).exists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
