package org.chunkopt.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chunkopt.run.Fingerprint;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/** Compares published runs, as DuckDB and the file system see them. */
public final class RunComparison {
  private RunComparison() {}

  /** That the run has the rows, lists and advice of the other one. */
  public static void assertSame(Path run, Path other) throws IOException, SQLException {
    assertThat(rows(run)).as("rows of each table in " + run).isEqualTo(rows(other));
    assertThat(lists(run)).as("lists of " + run).isEqualTo(lists(other)).isNotEmpty();
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:")) {
      for (Table table : Tables.PUBLISHED) {
        // What training and its judgement say is equal within a tolerance only.
        if (!table.equals(Tables.EVALUATION)) {
          String rows = select(table, run);
          String others = select(table, other);
          assertThat(number(duckDb, count(rows, others)) + number(duckDb, count(others, rows)))
              .as(table.name() + " rows that " + run + " and " + other + " do not share")
              .isZero();
        }
      }
    }
  }

  /** What {@code run.json} says: rows by table. */
  public static Map<String, Long> rows(Path run) throws IOException {
    JsonNode rows = new ObjectMapper().readTree(run.resolve("run.json").toFile()).get("rows");
    Map<String, Long> counts = new TreeMap<>();
    rows.fields().forEachRemaining(entry -> counts.put(entry.getKey(), entry.getValue().asLong()));
    return counts;
  }

  /** SHA-256 of every list of the plan, by its name. */
  public static Map<String, String> lists(Path run) throws IOException {
    try (Stream<Path> files = Files.walk(run.resolve("plan"))) {
      Map<String, String> lists = new TreeMap<>();
      for (Path file : files.filter(f -> f.toString().matches(".*[.](list|list0|tsv0)")).toList()) {
        lists.put(
            run.relativize(file).toString(),
            Fingerprint.of(HexFormat.of().formatHex(Files.readAllBytes(file))));
      }
      return lists;
    }
  }

  /** Names below an output that only a run in progress, or one that was killed, leaves. */
  public static List<String> debris(Path output) throws IOException {
    try (Stream<Path> all = Files.walk(output)) {
      return all.map(path -> output.relativize(path).toString())
          .filter(
              name ->
                  name.matches(
                      ".*(_temporary|_attempt|attempt-|LOCK|[.]next|[.]tmp|writing-|ghost"
                          + "|progress[.]json).*|staging/.+"))
          .sorted()
          .collect(Collectors.toList());
    }
  }

  private static String count(String rows, String others) {
    return "SELECT count(*) FROM (" + rows + " EXCEPT ALL " + others + ")";
  }

  /** Doubles to nine digits: the order of a sum may differ in its last bits. */
  private static String select(Table table, Path run) {
    return "SELECT "
        + table.columns().stream()
            .map(
                column ->
                    column.type().typeName().equals("double")
                        ? "printf('%.9g', \"" + column.name() + "\")"
                        : "\"" + column.name() + "\"")
            .collect(Collectors.joining(", "))
        + " FROM read_parquet('"
        + run.resolve(table.name())
        + "/*.parquet', hive_partitioning = false)";
  }

  /** The one number that a query answers. */
  public static long number(Connection duckDb, String query) throws SQLException {
    try (Statement statement = duckDb.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
