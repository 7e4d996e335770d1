package org.chunkopt.testing;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.round;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/**
 * One case of a query: a directory with {@code INPUT.jsonl} per input view, {@code params.json},
 * and the {@code expected.jsonl} rows. The schema of an input is that of the table of its name,
 * else the DDL in {@code INPUT.ddl}; columns that a row leaves out are null; binary columns are
 * written as their UTF-8 text. {@code -Dgolden=update} writes the expected rows anew and fails.
 */
public final class GoldenQuery {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String query;
  private final Path directory;

  public GoldenQuery(String query, Path directory) {
    this.query = query;
    this.directory = directory;
  }

  /** The rows the query returns, as sorted JSON lines; doubles rounded to nine digits. */
  public List<String> actual(SparkSession spark) throws IOException {
    Map<String, Dataset<Row>> inputs = new HashMap<>();
    for (Path file : files(".jsonl")) {
      String view = name(file, ".jsonl");
      if (!view.equals("expected")) {
        inputs.put(view, read(spark, view, file));
      }
    }
    List<String> rows =
        readable(SqlFile.named(query).run(inputs, parameters())).toJSON().collectAsList();
    return rows.stream().sorted().toList();
  }

  public List<String> expected() throws IOException {
    return Files.readAllLines(directory.resolve("expected.jsonl"));
  }

  /** Writes the expected rows anew where {@code -Dgolden=update} asks for it, and says so. */
  public boolean update(List<String> rows) throws IOException {
    if (!"update".equals(System.getProperty("golden"))) {
      return false;
    }
    Files.write(directory.resolve("expected.jsonl"), rows);
    return true;
  }

  private Dataset<Row> read(SparkSession spark, String view, Path file) throws IOException {
    StructType schema = schema(view);
    StructType text = new StructType();
    List<Column> columns = new ArrayList<>();
    for (StructField field : schema.fields()) {
      boolean binary = field.dataType() instanceof BinaryType;
      text = text.add(field.name(), binary ? DataTypes.StringType : field.dataType());
      columns.add(col(field.name()).cast(field.dataType()).as(field.name()));
    }
    Dataset<String> lines = spark.createDataset(Files.readAllLines(file), Encoders.STRING());
    return spark
        .read()
        .schema(text)
        .option("mode", "FAILFAST")
        .json(lines)
        .select(columns.toArray(Column[]::new));
  }

  private StructType schema(String view) throws IOException {
    Path ddl = directory.resolve(view + ".ddl");
    if (Files.exists(ddl)) {
      return StructType.fromDDL(Files.readString(ddl));
    }
    return Tables.PUBLISHED.stream()
        .filter(table -> table.name().equals(view))
        .findFirst()
        .map(Table::schema)
        .orElseThrow(
            () -> new IllegalStateException(directory + ": no table and no .ddl for " + view));
  }

  private Map<String, Object> parameters() throws IOException {
    Map<String, Object> parameters = new HashMap<>();
    Path file = directory.resolve("params.json");
    if (Files.exists(file)) {
      for (Map.Entry<String, JsonNode> entry : JSON.readTree(file.toFile()).properties()) {
        parameters.put(entry.getKey(), value(entry.getValue()));
      }
    }
    return parameters;
  }

  private static Object value(JsonNode node) {
    if (node.isTextual()) {
      String text = node.asText();
      return text.matches("\\d{4}-.*Z") ? Instant.parse(text) : text;
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isIntegralNumber()) {
      return node.canConvertToInt() ? (Object) node.intValue() : (Object) node.longValue();
    }
    return node.doubleValue();
  }

  private static Dataset<Row> readable(Dataset<Row> rows) {
    return rows.select(
        Arrays.stream(rows.schema().fields())
            .map(
                field -> {
                  Column column = col(field.name());
                  if (field.dataType() instanceof BinaryType) {
                    return column.cast("string").as(field.name());
                  }
                  return field.dataType() instanceof DoubleType
                      ? round(column, 9).as(field.name())
                      : column;
                })
            .toArray(Column[]::new));
  }

  private List<Path> files(String suffix) throws IOException {
    try (Stream<Path> list = Files.list(directory)) {
      return list.filter(p -> p.getFileName().toString().endsWith(suffix)).sorted().toList();
    }
  }

  private static String name(Path file, String suffix) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - suffix.length());
  }
}
