package org.chunkopt.ingest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
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
 * Several tables in one dataset, so that an input is parsed once although it yields rows, rejects
 * and a ledger. Each row belongs to one table and begins with its number. Times are microseconds
 * since 1970 until {@link #rows} makes timestamps of them.
 */
final class Sheets {
  private static final String TAG = "sheet";

  private final List<Table> tables;

  Sheets(Table... tables) {
    this.tables = List.of(tables);
  }

  /** What an executor needs to make rows of the table. */
  Sheet sheet(Table table) {
    return new Sheet(tables.indexOf(table), table.columns().size());
  }

  /**
   * Parses each item by a task of its own, once: the rows are kept on the executors until Spark
   * stops.
   */
  <T> JavaRDD<Row> parse(SparkSession spark, List<T> items, FlatMapFunction<T, Row> parser) {
    return keep(
        new JavaSparkContext(spark.sparkContext())
            .parallelize(items, Math.max(1, items.size()))
            .flatMap(parser));
  }

  /** Keeps rows that {@link Sheet#row} made, as they are: columns would be read only once. */
  JavaRDD<Row> keep(JavaRDD<Row> rows) {
    return rows.persist(StorageLevel.MEMORY_AND_DISK());
  }

  /**
   * Hashes of the keys that occur more than once, as {@code key_hash}: only hashes are shuffled.
   *
   * @param key columns of the table, of which alone Spark's rows are made
   */
  Dataset<Row> repeated(SparkSession spark, JavaRDD<Row> all, Table table, String... key) {
    StructType schema = schema(table);
    int[] columns = Arrays.stream(key).mapToInt(schema::fieldIndex).toArray();
    JavaRDD<Row> keys =
        only(all, table)
            .map(row -> RowFactory.create(Arrays.stream(columns).mapToObj(row::get).toArray()));
    StructType ofKey = DataTypes.createStructType(Arrays.stream(key).map(schema::apply).toList());
    return spark
        .createDataFrame(keys, ofKey)
        .selectExpr("xxhash64(" + String.join(", ", key) + ") AS key_hash")
        .groupBy("key_hash")
        .count()
        .filter("count > 1")
        .select("key_hash");
  }

  /** The rows of one table. */
  Dataset<Row> rows(SparkSession spark, JavaRDD<Row> all, Table table) {
    return table(spark.createDataFrame(only(all, table), schema(table)), table);
  }

  /** The rows of a table that is small whatever the input: they are brought to the driver. */
  List<Row> collect(JavaRDD<Row> all, Table table) {
    return only(all, table).collect();
  }

  /** The same as a dataset. */
  Dataset<Row> rows(SparkSession spark, List<Row> collected, Table table) {
    return table(spark.createDataFrame(collected, schema(table)), table);
  }

  private JavaRDD<Row> only(JavaRDD<Row> all, Table table) {
    int tag = tables.indexOf(table);
    return all.filter(row -> row.getInt(0) == tag);
  }

  private static StructType schema(Table table) {
    List<StructField> fields = new ArrayList<>();
    fields.add(new StructField(TAG, DataTypes.IntegerType, false, Metadata.empty()));
    for (Table.Field column : table.columns()) {
      DataType type =
          column.type().equals(DataTypes.TimestampType) ? DataTypes.LongType : column.type();
      fields.add(new StructField(column.name(), type, true, Metadata.empty()));
    }
    return DataTypes.createStructType(fields);
  }

  private static Dataset<Row> table(Dataset<Row> tagged, Table table) {
    Column[] columns =
        table.columns().stream()
            .map(
                column ->
                    column.type().equals(DataTypes.TimestampType)
                        ? functions.timestamp_micros(functions.col(column.name())).as(column.name())
                        : functions.col(column.name()))
            .toArray(Column[]::new);
    return tagged.select(columns);
  }
}
