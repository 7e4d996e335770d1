package org.chunkopt.ingest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.chunkopt.tables.Table;

/**
 * Several tables in one dataset, so that an input is parsed once although it yields rows, rejects
 * and a ledger. Each row belongs to one table and begins with its number; kept are {@link RowBlock}
 * of them. Times are microseconds since 1970.
 */
final class Sheets {
  /** Of input, in which there are a million keys at most, ten times that where it is packed. */
  private static final long BYTES_A_PART = 128L << 20;

  private final List<Table> tables;

  Sheets(Table... tables) {
    this.tables = List.of(tables);
  }

  /** What an executor needs to make rows of the table. */
  Sheet sheet(Table table) {
    return new Sheet(tables.indexOf(table), table.columns().size());
  }

  /**
   * Parses each item by a task of its own, once: the rows are kept on the executors until they are
   * forgotten.
   */
  <T> JavaRDD<RowBlock> parse(SparkSession spark, List<T> items, FlatMapFunction<T, Row> parser) {
    return keep(
        new JavaSparkContext(spark.sparkContext())
            .parallelize(items, Math.max(1, items.size()))
            .flatMap(parser));
  }

  /** Keeps rows that {@link Sheet#row} made. */
  JavaRDD<RowBlock> keep(JavaRDD<Row> rows) {
    return keep(rows, tables.stream().map(Table::schema).toList());
  }

  /**
   * Keeps rows that begin with the number of their kind.
   *
   * @param kinds the columns of each kind
   */
  static JavaRDD<RowBlock> keep(JavaRDD<Row> rows, List<StructType> kinds) {
    ArrayList<StructType> columns = new ArrayList<>(kinds);
    return rows.mapPartitions(part -> (Iterator<RowBlock>) new RowPacker(part, columns))
        .persist(StorageLevel.MEMORY_AND_DISK());
  }

  /**
   * The keys of a table that occur more than once.
   *
   * @param bytes of all input files
   * @param key texts or binary columns of the table
   */
  RepeatedKeys repeated(JavaRDD<RowBlock> all, Table table, long bytes, String... key) {
    StructType columns = table.schema();
    int parts = (int) Math.max(all.getNumPartitions(), bytes / BYTES_A_PART);
    return new RepeatedKeys(
        all,
        tables.indexOf(table),
        Math.max(1, parts),
        Arrays.stream(key).mapToInt(columns::fieldIndex).toArray());
  }

  /** The rows of one table. */
  Dataset<Row> rows(SparkSession spark, JavaRDD<RowBlock> all, Table table) {
    return rows(spark, all, tables.indexOf(table), table.schema());
  }

  /**
   * The rows of one kind. They are Spark's own rows already: its public way would take objects, and
   * make each column of them anew.
   */
  static Dataset<Row> rows(
      SparkSession spark, JavaRDD<RowBlock> all, int kind, StructType columns) {
    JavaRDD<InternalRow> rows =
        all.flatMap(
            block -> block.kind() == kind ? block.rows() : List.<InternalRow>of().iterator());
    return spark.internalCreateDataFrame(rows.rdd(), columns, false);
  }

  /** The rows of a table that is small whatever the input: they are brought to the driver. */
  List<Row> collect(JavaRDD<RowBlock> all, Table table) {
    int kind = tables.indexOf(table);
    List<Row> rows = new ArrayList<>();
    all.filter(block -> block.kind() == kind)
        .collect()
        .forEach(block -> rows.addAll(decoded(block, table.schema())));
    return rows;
  }

  /** The rows of a block as objects. */
  static List<Row> decoded(RowBlock block, StructType columns) {
    List<Row> rows = new ArrayList<>();
    block
        .rows()
        .forEachRemaining(
            row -> rows.add((Row) CatalystTypeConverters.convertToScala(row, columns)));
    return rows;
  }
}
