package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.testing.RunComparison;
import org.chunkopt.testing.SmallSite;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The night of one date, run again and otherwise, while a reader looks. */
@ExtendWith(Spark.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SameNightAgainTest {
  @TempDir static Path directory;
  private final SmallSite site = SmallSite.shared();
  private final List<Long> seen = new ArrayList<>();
  private final List<Long> stagedSeen = new ArrayList<>();
  private Path first;

  @BeforeAll
  void theFirstNightWithAReader() throws Exception {
    first = directory.resolve("first");
    Path settings = site.settings(first, "");
    ExecutorService thread = Executors.newSingleThreadExecutor();
    CountDownLatch done = new CountDownLatch(1);
    try {
      Future<?> reader =
          thread.submit(
              () -> {
                read(SmallSite.out(first), done);
                return null;
              });
      assertThat(night(settings)).isIn(0, UserError.PUBLISHED_WITH_WARNINGS);
      assertThat(night(settings, "--replace")).isIn(0, UserError.PUBLISHED_WITH_WARNINGS);
      done.countDown();
      reader.get();
    } finally {
      done.countDown();
      thread.shutdownNow();
    }
  }

  @Test
  @Tag("R1")
  @DisplayName("R1: a date run again with --replace has the same rows, lists, advice and metrics")
  void theSameInputsGiveTheSameRun() throws Exception {
    Path superseded = SmallSite.out(first).resolve("superseded/run_date=" + SmallSite.DATE + "-1");

    RunComparison.assertSame(SmallSite.run(first), superseded);
    assertThat(RunComparison.lists(superseded).keySet())
        .as("a plan that lists something")
        .anyMatch(name -> name.endsWith(".list"));
    assertThat(metrics(SmallSite.run(first))).isNotEmpty().isEqualTo(metrics(superseded));
    assertThat(epochs(SmallSite.run(first))).isEqualTo(epochs(superseded));
  }

  @Test
  @Tag("R1")
  @DisplayName(
      "R1: files listed in another order, and 1 or 7 partitions, change no row and no list")
  void neitherTheOrderOfTheFilesNorThePartitionsMatter(SparkSession spark) throws Exception {
    List<String> metrics = new ArrayList<>();
    try (Stream<Path> files = Files.list(site.drop().resolve("metrics"))) {
      files
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .sorted(Collections.reverseOrder())
          .forEach(file -> metrics.add('"' + file.toString() + '"'));
    }
    String before = spark.conf().get("spark.sql.shuffle.partitions");
    for (String partitions : List.of("1", "7")) {
      Path other = directory.resolve("partitions-" + partitions);
      Path settings =
          site.settings(other, "chunkopt.inputs.metrics = [" + String.join(", ", metrics) + "]");
      spark.conf().set("spark.sql.shuffle.partitions", partitions);
      try {
        assertThat(night(settings)).isIn(0, UserError.PUBLISHED_WITH_WARNINGS);
      } finally {
        spark.conf().set("spark.sql.shuffle.partitions", before);
      }
      RunComparison.assertSame(SmallSite.run(other), SmallSite.run(first));
      assertThat(loss(SmallSite.run(other))).isCloseTo(loss(SmallSite.run(first)), within());
    }
  }

  @Test
  @Tag("R2")
  @DisplayName("R2: a reader that looks all the time sees no row, or all rows of the run")
  void aReaderSeesNothingOrAll() throws Exception {
    long all = RunComparison.rows(SmallSite.run(first)).get("recommendations");

    assertThat(seen).hasSizeGreaterThan(100).containsOnly(0L, all).endsWith(all).startsWith(0L);
    assertThat(stagedSeen).as("files of staging that its glob matched").containsOnly(0L);
  }

  @Test
  @Tag("R13")
  @DisplayName("R13: the queries that the README tells people to use answer on this build's run")
  void theQueriesOfTheReadmeAnswer() throws Exception {
    String readme = Files.readString(Path.of("../README.md"));
    Path run = SmallSite.run(first);
    String all =
        readme
            .lines()
            .filter(line -> line.startsWith("DuckDB:"))
            .findFirst()
            .orElseThrow()
            .replace("DuckDB:", "")
            .replace("OUTPUT", SmallSite.out(first).toString());
    String why =
        readme
            .substring(
                readme.indexOf("SELECT e.to_chunk_bytes"),
                readme.indexOf("ORDER BY e.to_chunk_bytes"))
            .replace("RUN/", run + "/")
            .replaceAll("WHERE r.path = '[^']*'", "");
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:")) {
      long files = RunComparison.rows(run).get("recommendations");
      assertThat(RunComparison.number(duckDb, "SELECT count(*) FROM (" + all + ")"))
          .isEqualTo(files);
      assertThat(RunComparison.number(duckDb, "SELECT count(*) FROM (" + why + ")"))
          .isGreaterThan(files);
    }
  }

  @Test
  void everyFileOfTheRecommendationsIsSortedByDirectory() throws Exception {
    String files = SmallSite.run(first).resolve("recommendations") + "/*.parquet";
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:")) {
      assertThat(
              RunComparison.number(
                  duckDb,
                  "SELECT count(*) FROM (SELECT parent_path, lag(parent_path) OVER (PARTITION BY"
                      + " filename ORDER BY file_row_number) AS before FROM read_parquet('"
                      + files
                      + "', filename = true, file_row_number = true)) WHERE before > parent_path"))
          .isZero();
    }
  }

  private void read(Path out, CountDownLatch done) throws Exception {
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:")) {
      while (done.getCount() > 0) {
        look(out, duckDb);
        Thread.sleep(20);
      }
      look(out, duckDb);
    }
  }

  private void look(Path out, Connection duckDb) throws SQLException {
    try {
      seen.add(
          RunComparison.number(
              duckDb, "SELECT count(*) FROM '" + out + "/runs/*/recommendations/*.parquet'"));
    } catch (SQLException e) {
      // Before the first run, and between the two renames of --replace, there is no file.
      if (!e.getMessage().contains("No files found") && !e.getMessage().contains("No such file")) {
        throw e;
      }
      seen.add(0L);
    }
    stagedSeen.add(
        RunComparison.number(
            duckDb,
            "SELECT count(*) FROM glob('" + out + "/runs/**') WHERE file LIKE '%staging%'"));
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.api.Assertions.within(1e-3);
  }

  /** Every figure of the evaluation by policy, metric and judge. */
  private static Map<String, Double> metrics(Path run) throws SQLException {
    Map<String, Double> metrics = new TreeMap<>();
    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckDb.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT concat_ws(' ', basis, policy, metric), value FROM '"
                    + run
                    + "/evaluation/*.parquet'")) {
      while (rows.next()) {
        metrics.put(rows.getString(1), rows.getDouble(2));
      }
    }
    return metrics;
  }

  private static double loss(Path run) throws IOException {
    return new com.fasterxml.jackson.databind.ObjectMapper()
        .readTree(run.resolve("train.json").toFile())
        .findValues("validation_loss")
        .get(0)
        .asDouble();
  }

  /** The losses of training; its times differ. */
  private static String epochs(Path run) throws IOException {
    return new com.fasterxml.jackson.databind.ObjectMapper()
        .readTree(run.resolve("train.json").toFile()).findValuesAsText("validation_loss").stream()
            .collect(Collectors.joining(" "));
  }

  private static int night(Path settings, String... more) {
    return Nights.run(settings, LocalDate.parse(SmallSite.DATE), more);
  }
}
