package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Whole nights over recordings of a running BeeGFS 7.4.7, judged by what DuckDB reads of them. */
@ExtendWith(Spark.class)
class NightlySamplesTest {
  private static final String DATE = "run_date=2026-11-24";

  @TempDir Path house;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void layOutTheSite(SparkSession spark) throws IOException {
    assertThat(spark.version()).startsWith("3.5");
    for (String name :
        List.of(
            "metrics/beegfs_mon.window.lp", "inventory/site.stat0", "inventory/site.entryinfo")) {
      try (var in = getClass().getResourceAsStream("/samples/site/" + name)) {
        Path file = house.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, in.readAllBytes());
      }
    }
    Files.writeString(
        house.resolve("site.conf"),
        """
        chunkopt {
          inputs.metrics = "%1$s/metrics"
          inputs.inventory = "%1$s/inventory"
          output.root = "%1$s/out"
        }
        """
            .formatted(house));
  }

  @Test
  void realExportsArePublishedWholeAndDuckDbReadsEveryTable() throws Exception {
    assertThat(night()).as(err.toString()).isEqualTo(UserError.PUBLISHED_WITH_WARNINGS);

    JsonNode record = new ObjectMapper().readTree(run().resolve("run.json").toFile());
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:")) {
      for (Table table : Tables.PUBLISHED) {
        view(duckDb, table);
        assertThat(columns(duckDb, table)).isEqualTo(List.of(table.schema().fieldNames()));
        assertThat(number(duckDb, "SELECT count(*) FROM " + table.name()))
            .as(table.name())
            .isEqualTo(record.at("/rows/" + table.name()).asLong(-1));
      }
      assertThat(
              number(
                  duckDb,
                  "SELECT count(*) FROM ingest_ledger"
                      + " WHERE lines <> accepted + rejected + comments + blanks + unknown"))
          .isZero();
      assertThat(number(duckDb, "SELECT sum(rejected) FROM ingest_ledger"))
          .isEqualTo(number(duckDb, "SELECT count(*) FROM rejects"))
          .isPositive();
      assertThat(number(duckDb, "SELECT sum(lines) FROM ingest_ledger WHERE kind = 'metrics'"))
          .isEqualTo(4002);

      long files = number(duckDb, "SELECT count(*) FROM files WHERE entry_type = 'file'");
      assertThat(files).isPositive();
      assertThat(number(duckDb, "SELECT count(*) FROM recommendations")).isEqualTo(files);
      assertThat(number(duckDb, "SELECT count(DISTINCT path_bytes) FROM recommendations"))
          .isEqualTo(files);
      assertThat(
              number(
                  duckDb,
                  "SELECT count(*) FROM files f SEMI JOIN recommendations r"
                      + " ON f.path_bytes = r.path_bytes WHERE f.entry_type = 'file'"))
          .isEqualTo(files);
      assertThat(number(duckDb, "SELECT count(*) FROM recommendations WHERE has_telemetry"))
          .isPositive();
      assertHonest(duckDb);
    }
    assertThat(out.toString().lines()).hasSizeGreaterThanOrEqualTo(10);
    assertThat(run().resolve("plan/RUNBOOK.txt")).exists();
    assertThat(run().resolve("report/index.html")).exists();
  }

  @Test
  @Tag("R17")
  @DisplayName("R17: files of one chunk size end in keep and prior-only")
  void oneChunkSizeAndNoMetadataMetricsEndInKeepAndPrior() throws Exception {
    edit("metrics/beegfs_mon.window.lp", line -> !line.matches("(meta|highResMeta)[, ].*"), null);
    edit("inventory/site.entryinfo", line -> true, "+ Chunksize: 512K");

    assertThat(night()).as(err.toString()).isIn(0, UserError.PUBLISHED_WITH_WARNINGS);
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:")) {
      for (Table table : Tables.PUBLISHED) {
        view(duckDb, table);
      }
      assertThat(number(duckDb, "SELECT count(DISTINCT chunk_bytes) FROM file_features")).isOne();
      assertThat(
              number(
                  duckDb,
                  "SELECT count(*) FROM recommendations"
                      + " WHERE tier <> 'predicted' AND action <> 'keep'"))
          .isZero();
      assertThat(
              number(
                  duckDb,
                  "SELECT count(*) FROM recommendations WHERE action NOT IN ('keep', 'prior-only',"
                      + " 'insufficient')"))
          .isZero();
      assertThat(number(duckDb, "SELECT count(*) FROM recommendations")).isPositive();
      assertThat(number(duckDb, "SELECT count(*) FROM directory_plan WHERE selected")).isZero();
      assertThat(
              number(
                  duckDb,
                  "SELECT count(*) FROM file_features"
                      + " WHERE metadata_ops_per_s IS NOT NULL OR metadata_ops_missing <> 1"))
          .isZero();
      assertHonest(duckDb);
    }
  }

  @Test
  @Tag("R17")
  @DisplayName("R17: one file and no metrics end in advice without telemetry, and a warning")
  void oneFileWithoutMetricsIsKept() throws Exception {
    String conf = Files.readString(house.resolve("site.conf"));
    Files.writeString(
        house.resolve("site.conf"), conf.replaceFirst("metrics = .*", "metrics = []"));
    Files.writeString(
        house.resolve("inventory/site.stat0"),
        "1000\t1048576\t2048\t1795453827.5\t1795453827.5\t1795453827.5\t1003\t100\t1\tf\t/a\0");
    try (var in = getClass().getResourceAsStream("/samples/entryinfo/file-1x64k.stdout.txt")) {
      Files.write(house.resolve("inventory/site.entryinfo"), in.readAllBytes());
    }

    assertThat(night()).as(err.toString()).isEqualTo(UserError.PUBLISHED_WITH_WARNINGS);
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:")) {
      for (Table table : Tables.PUBLISHED) {
        view(duckDb, table);
      }
      assertThat(
              number(
                  duckDb,
                  "SELECT count(*) FROM recommendations WHERE NOT has_telemetry"
                      + " AND action IN ('keep', 'insufficient')"
                      + " AND recommended_chunk_bytes = 65536"))
          .isOne();
      assertThat(number(duckDb, "SELECT count(*) FROM recommendations")).isOne();
      assertThat(number(duckDb, "SELECT count(*) FROM node_minutes")).isZero();
      assertHonest(duckDb);
    }
    assertThat(Files.readString(run().resolve("report/summary.txt")))
        .contains("cohort-table", "Nothing was trained", "inputs.metrics")
        .doesNotContain("NaN");
  }

  @Test
  @Tag("R17")
  @DisplayName("R17: an input that is missing is a sentence, and nothing is published")
  void aMissingInputIsASentenceAndPublishesNothing() throws IOException {
    try (Stream<Path> files = Files.list(house.resolve("metrics"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(house.resolve("metrics"));
    assertThat(night()).isNotZero().isNotEqualTo(UserError.PUBLISHED_WITH_WARNINGS);
    assertThat(err.toString())
        .contains(house + "/metrics", "inputs.metrics")
        .doesNotContain("Exception", "\tat ");
    assertThat(house.resolve("out/runs")).doesNotExist();
  }

  /** Nothing is NaN, and a file that is kept keeps its chunk size. */
  private static void assertHonest(Connection duckDb) throws SQLException {
    for (Table table : List.of(Tables.FILE_FEATURES, Tables.EVIDENCE, Tables.RECOMMENDATIONS)) {
      for (var field : table.schema().fields()) {
        if (field.dataType().typeName().equals("double")) {
          assertThat(
                  number(
                      duckDb,
                      "SELECT count(*) FROM %s WHERE isnan(%s)"
                          .formatted(table.name(), field.name())))
              .as(table.name() + "." + field.name())
              .isZero();
        }
      }
    }
    assertThat(
            number(
                duckDb,
                "SELECT count(*) FROM recommendations"
                    + " WHERE action = 'keep' AND recommended_chunk_bytes <> current_chunk_bytes"))
        .isZero();
  }

  private int night() {
    CommandLine line = Main.commandLine(Main.STAGES);
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return line.execute(
        "nightly", "--settings", house.resolve("site.conf").toString(), "--date", "2026-11-24");
  }

  private Path run() {
    return house.resolve("out/runs").resolve(DATE);
  }

  private void view(Connection duckDb, Table table) throws SQLException {
    try (Statement statement = duckDb.createStatement()) {
      statement.execute(
          "CREATE VIEW %s AS SELECT * FROM read_parquet('%s/*.parquet', hive_partitioning = false)"
              .formatted(table.name(), run().resolve(table.name())));
    }
  }

  private static List<String> columns(Connection duckDb, Table table) throws SQLException {
    try (Statement statement = duckDb.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM " + table.name() + " LIMIT 0")) {
      List<String> names = new ArrayList<>();
      for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
        names.add(rows.getMetaData().getColumnName(i));
      }
      return names;
    }
  }

  private static long number(Connection duckDb, String query) throws SQLException {
    try (Statement statement = duckDb.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** Keeps the lines that match, and replaces those of the stripe pattern's chunk size. */
  private void edit(String name, Predicate<String> keep, String chunkSize) throws IOException {
    Path file = house.resolve(name);
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    Files.writeString(
        file,
        text.lines()
            .filter(keep)
            .map(
                line -> chunkSize == null ? line : line.replaceAll("^\\+ Chunksize: .*", chunkSize))
            .collect(Collectors.joining("\n", "", "\n")),
        StandardCharsets.ISO_8859_1);
  }
}
