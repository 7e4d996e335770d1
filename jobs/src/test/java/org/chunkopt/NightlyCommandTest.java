package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.nightly.FakeStage;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
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

@ExtendWith(Spark.class)
class NightlyCommandTest {
  private static final String DATE = "run_date=2026-11-23";

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<String> ran = new ArrayList<>();
  private Path settings;
  private FakeStage second;

  @BeforeEach
  void prepare(SparkSession spark) throws IOException {
    assertThat(spark.version()).startsWith("3.5");
    settings = directory.resolve("site.conf");
    Files.writeString(
        settings,
        """
        chunkopt {
          inputs.inventory = "/srv/drop/*"
          output.root = "%s"
          influx.token = canary
          run.as-of = "2026-11-23T04:00:00Z"
        }
        """
            .formatted(directory.resolve("out")));
    second = new FakeStage("second", List.of(Tables.FILES), (spark2, run) -> files(spark2, run));
  }

  @Test
  void aPublishedRunHoldsItsTablesAndTheirRecord() throws IOException {
    assertThat(run("nightly")).as(err.toString()).isZero();

    Path run = directory.resolve("out/runs").resolve(DATE);
    JsonNode json = new ObjectMapper().readTree(run.resolve("run.json").toFile());
    assertThat(json.get("as_of").asText()).isEqualTo("2026-11-23T04:00:00Z");
    assertThat(json.get("rows").get("files").asInt()).isEqualTo(2);
    assertThat(json.get("rows").get("ingest_ledger").asInt()).isEqualTo(1);
    assertThat(json.get("inputs").get(0).get("source_file").asText()).isEqualTo("/srv/drop/a");
    assertThat(json.get("stages").findValuesAsText("name")).containsExactly("first", "second");
    assertThat(json.get("settings").get("influx.token").asText()).isEqualTo("***");
    assertThat(run.resolve("tables.md")).content().contains("## recommendations", "path_bytes");
    assertThat(out.toString()).contains("Ten lines", run.toString(), "report/index.html");
    assertThat(directory.resolve("out/staging")).isEmptyDirectory();
    assertThat(out + err.toString() + json).doesNotContain("canary");
  }

  @Test
  void warningsArePublishedWithExitCodeTwo() {
    second = new FakeStage("second", List.of(), (spark, run) -> List.of("One server is silent."));

    assertThat(run("nightly")).isEqualTo(2);
    assertThat(directory.resolve("out/runs").resolve(DATE).resolve("run.json"))
        .content()
        .contains("One server is silent.");
  }

  @Test
  void aPublishedDateIsRefusedBeforeAnyWorkAndReplacedWhenAskedTo() {
    run("nightly");
    ran.clear();

    assertThat(run("nightly")).isEqualTo(1);
    assertThat(err.toString()).contains("already published. Use --replace");
    assertThat(ran).isEmpty();

    assertThat(run("nightly", "--replace")).isZero();
    assertThat(directory.resolve("out/superseded").resolve(DATE + "-1/run.json")).exists();
  }

  @Test
  void aRunNamesTheRunItCarriesOnFrom() throws IOException {
    run("nightly");
    Path first = directory.resolve("out/runs").resolve(DATE).resolve("run.json");
    assertThat(new ObjectMapper().readTree(first.toFile()).has("previous_run")).isFalse();

    assertThat(run("nightly", "--date", "2026-11-26")).as(err.toString()).isZero();
    JsonNode previous =
        new ObjectMapper()
            .readTree(directory.resolve("out/runs/run_date=2026-11-26/run.json").toFile())
            .get("previous_run");
    assertThat(previous.get("run_date").asText()).isEqualTo("2026-11-23");
    assertThat(previous.get("as_of").asText()).isEqualTo("2026-11-23T04:00:00Z");
    assertThat(previous.get("run_json_sha256").asText())
        .isEqualTo(DigestUtils.sha256Hex(Files.readAllBytes(first)));
  }

  @Test
  @Tag("R6")
  @DisplayName("R6: a failure leaves the published run and the staging, and no lock")
  void aFailureLeavesThePublishedRunAndTheStagingAndNoLock() throws IOException {
    run("nightly");
    Path published = directory.resolve("out/runs").resolve(DATE).resolve("run.json");
    String before = Files.readString(published);
    second =
        new FakeStage(
            "second",
            List.of(),
            (spark, run) -> {
              throw new IllegalStateException("A fault of ours.");
            });

    assertThat(run("nightly", "--replace")).isEqualTo(1);
    assertThat(err.toString()).contains("IllegalStateException: A fault of ours.", "\tat ");
    assertThat(published).hasContent(before);
    assertThat(directory.resolve("out/staging").resolve(DATE).resolve("ingest_ledger")).exists();
    assertThat(directory.resolve("out/staging").resolve(DATE + ".LOCK")).doesNotExist();
  }

  @Test
  void anAdminsMistakeInsideASparkTaskIsASentence() {
    second =
        new FakeStage(
            "second",
            List.of(),
            (spark, run) -> {
              MapFunction<Long, Long> fail =
                  id -> {
                    throw UserError.failed("Input /srv/drop/b is gone. Export it again.");
                  };
              spark.range(1).map(fail, Encoders.LONG()).collectAsList();
              return List.of();
            });

    assertThat(run("nightly")).isEqualTo(1);
    assertThat(err.toString().strip()).isEqualTo("Input /srv/drop/b is gone. Export it again.");
  }

  @Test
  @Tag("R8")
  @DisplayName("R8: a held lock ends the second start with 75, before any work")
  void aHeldLockEndsTheSecondStart() throws IOException {
    Path lock = directory.resolve("out/staging").resolve(DATE + ".LOCK");
    Files.createDirectories(lock.getParent());
    Files.writeString(lock, "elsewhere 4711 2026-11-23T00:00:00Z\n");

    assertThat(run("nightly")).isEqualTo(75);
    assertThat(err.toString()).contains("process 4711 on elsewhere");
    assertThat(ran).isEmpty();
  }

  @Test
  void oneStageAloneReplacesItsOwnTablesAndPublishesNothing() {
    assertThat(run("first")).isZero();
    assertThat(run("second")).isZero();
    assertThat(run("second")).as(err.toString()).isZero();
    Path staging = directory.resolve("out/staging").resolve(DATE);
    assertThat(staging.resolve("files")).exists();

    assertThat(run("first")).isZero();
    assertThat(staging.resolve("files")).as("made from what first wrote before").doesNotExist();
    assertThat(directory.resolve("out/runs")).doesNotExist();
    assertThat(ran).containsExactly("first", "second", "second", "first");
  }

  @Test
  @Tag("R22")
  @DisplayName("R22: models rollback is one command")
  void modelsAreListedAndRolledBack() {
    String root = directory.resolve("out").toString();
    assertThat(models("list")).as(err.toString()).isZero();
    assertThat(out.toString()).contains("No champion yet");
    assertThat(models("rollback")).isEqualTo(1);
    assertThat(err.toString()).contains("no champion before");
    assertThat(models("promote", "mlp-of-another-site")).isEqualTo(1);
    assertThat(err.toString()).contains("mlp-of-another-site is not in " + root);

    assertThat(models("promote", "cohort-table")).isZero();
    assertThat(out.toString()).contains("Champion: cohort-table");
  }

  private int models(String... arguments) {
    List<String> all = new ArrayList<>(List.of("models"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--settings", settings.toString()));
    CommandLine line = Main.commandLine(List.of());
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return line.execute(all.toArray(String[]::new));
  }

  private int run(String command, String... more) {
    FakeStage first =
        new FakeStage(
            "first",
            List.of(Tables.INGEST_LEDGER),
            (spark, run) -> {
              ran.add("first");
              write(spark, run, Tables.INGEST_LEDGER, "'/srv/drop/a' as source_file", 1);
              return List.of();
            });
    CommandLine line = Main.commandLine(List.<Stage>of(first, second));
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    List<String> arguments = new ArrayList<>(List.of(command, "--settings", settings.toString()));
    arguments.addAll(List.of(more));
    if (!arguments.contains("--date")) {
      arguments.addAll(List.of("--date", "2026-11-23"));
    }
    return line.execute(arguments.toArray(String[]::new));
  }

  private List<String> files(SparkSession spark, Run run) {
    ran.add("second");
    write(spark, run, Tables.FILES, "'/a' as path", 2);
    if (!new java.io.File(run.tables().root(), "report").exists()) {
      summary(run);
    }
    return List.of();
  }

  private static void summary(Run run) {
    try {
      Path report = Path.of(java.net.URI.create(run.tables().root())).resolve("report");
      Files.createDirectories(report);
      Files.writeString(report.resolve("summary.txt"), "Ten lines\n");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Rows of a table, null in every column but the one given. */
  private static void write(SparkSession spark, Run run, Table table, String column, int rows) {
    String name = column.substring(column.lastIndexOf(' ') + 1);
    Dataset<Row> all =
        spark
            .range(rows)
            .selectExpr(
                table.columns().stream()
                    .map(
                        c ->
                            c.name().equals(name)
                                ? column
                                : "cast(null as " + c.type().sql() + ") as " + c.name())
                    .toArray(String[]::new));
    run.tables().write(table, all);
  }
}
