package org.chunkopt.ingest;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.chunkopt.tables.Table;

/**
 * Several tables side by side in one dataset, so that an input is parsed once although it yields
 * rows, rejects and a ledger. Each row belongs to one table; the columns of the others are null.
 * Times are microseconds since 1970 until {@link #rows} makes timestamps of them.
 */
final class Sheets {
  private static final String TAG = "sheet";

  private final List<Table> tables;

  Sheets(Table... tables) {
    this.tables = List.of(tables);
  }

  /** What an executor needs to make rows of the table. */
  Sheet sheet(Table table) {
    int first = 1;
    for (Table other : tables.subList(0, tag(table))) {
      first += other.columns().size();
    }
    int total = 1 + tables.stream().mapToInt(t -> t.columns().size()).sum();
    return new Sheet(tag(table), first, table.columns().size(), total);
  }

  /** Schema of the rows that {@link Sheet#row} makes. */
  StructType schema() {
    List<StructField> fields = new ArrayList<>();
    fields.add(new StructField(TAG, DataTypes.IntegerType, false, Metadata.empty()));
    for (Table table : tables) {
      for (Table.Field column : table.columns()) {
        DataType type =
            column.type().equals(DataTypes.TimestampType) ? DataTypes.LongType : column.type();
        fields.add(new StructField(name(table, column), type, true, Metadata.empty()));
      }
    }
    return DataTypes.createStructType(fields);
  }

  /**
   * Parses each item by a task of its own, once: the rows are kept on the executors until Spark
   * stops.
   */
  <T> Dataset<Row> parse(SparkSession spark, List<T> items, FlatMapFunction<T, Row> parser) {
    return keep(
        spark,
        new JavaSparkContext(spark.sparkContext())
            .parallelize(items, Math.max(1, items.size()))
            .flatMap(parser));
  }

  /** Keeps rows that {@link Sheet#row} made. */
  Dataset<Row> keep(SparkSession spark, JavaRDD<Row> rows) {
    return spark.createDataFrame(rows, schema()).persist(StorageLevel.MEMORY_AND_DISK());
  }

  /**
   * Hashes of the keys that occur more than once, as {@code key_hash}: only hashes are shuffled.
   *
   * @param key SQL columns, comma-separated
   */
  static Dataset<Row> repeated(Dataset<Row> rows, String key) {
    return rows.selectExpr("xxhash64(" + key + ") AS key_hash")
        .groupBy("key_hash")
        .count()
        .filter("count > 1")
        .select("key_hash");
  }

  /** The rows of one table. */
  Dataset<Row> rows(Dataset<Row> all, Table table) {
    Column[] columns =
        table.columns().stream()
            .map(
                column -> {
                  Column value = functions.col(name(table, column));
                  return (column.type().equals(DataTypes.TimestampType)
                          ? functions.expr("timestamp_micros(" + name(table, column) + ")")
                          : value)
                      .as(column.name());
                })
            .toArray(Column[]::new);
    return all.filter(functions.col(TAG).equalTo(tag(table))).select(columns);
  }

  private int tag(Table table) {
    return tables.indexOf(table);
  }

  private static String name(Table table, Table.Field column) {
    return table.name() + "_" + column.name();
  }
}
