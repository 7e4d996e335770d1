package org.chunkopt.tables;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A published table: its name, grain, key and columns, declared once and checked at every read and
 * write.
 *
 * @param name directory and view name, snake_case
 * @param grain what one row is
 * @param key columns that identify a row
 * @param columns in order
 */
public record Table(String name, String grain, List<String> key, List<Field> columns) {
  /** A column: its name, Spark type and meaning with unit. */
  public record Field(String name, DataType type, String meaning) {}

  public Table {
    key = List.copyOf(key);
    columns = List.copyOf(columns);
    for (String part : key) {
      if (columns.stream().noneMatch(column -> column.name().equals(part))) {
        throw new IllegalArgumentException("Key " + part + " is no column of " + name + ".");
      }
    }
  }

  /**
   * Declares a table.
   *
   * @param key comma-separated column names
   * @param columns a line a column: {@code name TYPE | meaning}
   */
  public static Table of(String name, String grain, String key, String columns) {
    List<Field> fields = new ArrayList<>();
    for (String line : columns.strip().split("\n")) {
      int bar = line.indexOf('|');
      String[] declared = line.substring(0, bar).strip().split("\\s+", 2);
      fields.add(
          new Field(declared[0], DataType.fromDDL(declared[1]), line.substring(bar + 1).strip()));
    }
    return new Table(name, grain, Arrays.asList(key.split(",\\s*")), fields);
  }

  /** The schema, every column nullable, its meaning as the column's comment. */
  public StructType schema() {
    StructField[] fields =
        columns.stream()
            .map(
                c ->
                    new StructField(c.name(), c.type(), true, Metadata.empty())
                        .withComment(c.meaning()))
            .toArray(StructField[]::new);
    return DataTypes.createStructType(fields);
  }

  public List<String> columnNames() {
    return columns.stream().map(Field::name).toList();
  }

  /** The columns of this table out of wider rows, in the table's order. */
  public Dataset<Row> select(Dataset<Row> rows) {
    return rows.select(columnNames().stream().map(functions::col).toArray(Column[]::new));
  }

  /**
   * The same rows with this table's comments, after a check of names, order and types.
   *
   * @throws IllegalStateException naming the missing, extra and wrongly typed columns
   */
  public Dataset<Row> require(Dataset<Row> rows) {
    require(rows.schema(), "a dataset");
    if (rows.schema().equals(schema())) {
      return rows;
    }
    return rows.select(
        columns.stream()
            .map(
                c ->
                    functions
                        .col(c.name())
                        .as(
                            c.name(),
                            new org.apache.spark.sql.types.MetadataBuilder()
                                .putString("comment", c.meaning())
                                .build()))
            .toArray(Column[]::new));
  }

  void require(StructType actual, String where) {
    List<String> problems = misfits(actual);
    if (!problems.isEmpty()) {
      throw new IllegalStateException(
          "Table " + name + " does not fit " + where + ": " + String.join("; ", problems) + ".");
    }
  }

  /** What is different about the columns, in words. */
  List<String> misfits(StructType actual) {
    List<String> problems = new ArrayList<>();
    List<String> names = Arrays.asList(actual.fieldNames());
    for (Field column : columns) {
      int at = names.indexOf(column.name());
      if (at < 0) {
        problems.add("missing " + column.name());
      } else if (!DataType.equalsIgnoreNullability(actual.fields()[at].dataType(), column.type())) {
        problems.add(
            column.name()
                + " is "
                + actual.fields()[at].dataType().simpleString()
                + ", not "
                + column.type().simpleString());
      }
    }
    names.stream().filter(n -> !columnNames().contains(n)).forEach(n -> problems.add("extra " + n));
    if (problems.isEmpty() && !names.equals(columnNames())) {
      problems.add("columns are in another order");
    }
    return problems;
  }
}
