package org.chunkopt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.chunkopt.testing.InfluxStub.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.HostileTree;
import org.chunkopt.testing.InfluxStub;
import org.chunkopt.testing.Scripts;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One night over a tree of hostile names, in a process of its own whose environment holds a token:
 * with DEBUG logging, the event log and the UI of Spark. What it wrote and said is looked at from
 * outside.
 */
class HostileNightTest {
  private static final String CANARY = "canary-7c1e-token";
  private static final String CONF_CANARY = "canary-of-the-spark-conf";

  private static final String EVIL_CHAMPION = "{\"policy\": \"mlp\", \"model_id\": \"mlp-evil\"}";

  @TempDir static Path house;
  private static HostileTree tree;
  private static Connection duckDb;

  @BeforeAll
  static void theNight() throws Exception {
    tree = new HostileTree(house);
    Files.createDirectories(models().resolve("mlp-evil"));
    Files.writeString(models().resolve("mlp-evil/model.json"), "{\"@class\": \"Gadget\"}");
    Files.writeString(models().resolve("champion.json"), EVIL_CHAMPION);
    try (InfluxStub influx = new InfluxStub(status(401, "unauthorized"))) {
      for (int i = 0; i < 9; i++) {
        influx.faults().add(status(401, "unauthorized"));
      }
      Files.writeString(
          house.resolve("site.conf"),
          tree.settings(
              """
              influx { url = "%s", org = hpc, bucket = mon, directory = "%s", retries = 1 }
              plan { horizon-days = 3650, history-days = 3650, copy-bytes-per-s = 1e14 }
              """
                  .formatted(influx.url(), house.resolve("pulled"))));
      run();
      assertThat(influx.requests()).as("it is sent").anyMatch(line -> line.contains(CANARY));
    }
    duckDb = DriverManager.getConnection("jdbc:duckdb:");
    for (Table table : Tables.PUBLISHED) {
      try (Statement statement = duckDb.createStatement()) {
        statement.execute(
            "CREATE VIEW %s AS FROM read_parquet('%s/*.parquet', hive_partitioning = false)"
                .formatted(table.name(), published().resolve(table.name())));
      }
    }
  }

  private static void run() throws Exception {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens") || argument.startsWith("-XX:+Ign"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx2g", "-XX:TieredStopAtLevel=1", "-XX:+UseParallelGC"));
    Properties conf = new Properties();
    try (var in = Files.newBufferedReader(Path.of("../conf/spark-defaults.conf"))) {
      conf.load(in);
    }
    conf.forEach((key, value) -> command.add("-D" + key + "=" + value.toString().strip()));
    Path events = Files.createDirectories(house.resolve("seen/events"));
    for (String property :
        List.of(
            "spark.master=local[2]",
            "spark.driver.host=127.0.0.1",
            "spark.driver.bindAddress=127.0.0.1",
            "spark.ui.enabled=true",
            "spark.ui.port=0",
            "spark.sql.shuffle.partitions=2",
            // Of so little data, compiling it costs more than it saves.
            "spark.sql.codegen.wholeStage=false",
            "spark.eventLog.enabled=true",
            "spark.eventLog.dir=" + events.toUri(),
            "spark.chunkopt.auth=" + CONF_CANARY,
            "site.credential=" + CONF_CANARY,
            "log4j2.configurationFile=" + debugging())) {
      command.add("-D" + property);
    }
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            CanaryProcess.class.getName(),
            house.resolve("site.conf").toString(),
            house.resolve("seen").toString()));
    ProcessBuilder builder = new ProcessBuilder(command).directory(house.toFile());
    builder.environment().put("INFLUXDB_TOKEN", CANARY);
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.redirectOutput(house.resolve("seen/out").toFile());
    int code = builder.redirectError(house.resolve("seen/log").toFile()).start().waitFor();
    assertThat(code).as(() -> tail(house.resolve("seen/log"))).isZero();
    assertThat(house.resolve("seen/codes"))
        .as(() -> tail(house.resolve("seen/log")))
        .hasContent("2 1 1");
  }

  /** The log settings of the project with every library at DEBUG, but for two. */
  private static Path debugging() throws IOException {
    String conf =
        Files.readString(Path.of("../conf/log4j2.properties"))
            .replace("rootLogger.level = warn", "rootLogger.level = debug")
            .replace("logger.chunkopt.level = info", "logger.chunkopt.level = debug")
            // A line for each value that is read, and for each task that is forgotten.
            .concat("logger.values.name = org.apache.parquet.io.MessageColumnIO\n")
            .concat("logger.values.level = info\n")
            .concat("logger.cleaner.name = org.apache.spark.ContextCleaner\n")
            .concat("logger.cleaner.level = info\n");
    assertThat(conf).contains("rootLogger.level = debug", "chunkopt.level = debug");
    return Files.writeString(house.resolve("debug.properties"), conf);
  }

  @AfterAll
  static void close() throws SQLException {
    if (duckDb != null) {
      duckDb.close();
    }
  }

  @Test
  @Tag("R18")
  @DisplayName("R18: every file of the inventory has one recommendation, by its exact bytes")
  void theSetOfPathsOutIsTheSetIn() throws SQLException {
    List<String> files = new ArrayList<>(HostileTree.files());
    files.add(HostileTree.CLIMBING);
    assertThat(bytes("SELECT path_bytes FROM files WHERE entry_type = 'file'"))
        .containsExactlyInAnyOrderElementsOf(files);
    assertThat(bytes("SELECT path_bytes FROM recommendations"))
        .containsExactlyInAnyOrderElementsOf(files);
    assertThat(texts("SELECT reason || ' ' || count(*) FROM rejects GROUP BY reason"))
        .as("the record and the line of the lossy name")
        .containsExactly("LOSSY_NAME 2");
    for (Table table : Tables.PUBLISHED) {
      assertThat(texts("SELECT count(*) FROM (SELECT COLUMNS(*) FROM " + table.name() + ")"))
          .as("DuckDB reads " + table.name())
          .hasSize(1);
    }
    assertThat(texts("SELECT path FROM recommendations"))
        .as("text for people")
        .doesNotHaveDuplicates()
        .noneMatch(HostileNightTest::holdsControls);
  }

  @Test
  @Tag("R18")
  @DisplayName("R18: the lists give the tools exactly these bytes on standard input, none on argv")
  void listsHoldExactBytes() throws IOException {
    List<String> directories =
        HostileTree.NAMES.stream().map(name -> tree.mount() + "/" + name).toList();
    Path plan = published().resolve("plan");
    String nul = Files.readString(plan.resolve("directories-chunk=2097152.list0"), ISO_8859_1);
    assertThat(nul.split("\0")).containsExactlyInAnyOrderElementsOf(directories);
    String lines = Files.readString(plan.resolve("directories-chunk=2097152.list"), ISO_8859_1);
    assertThat(lines.split("\n", -1))
        .hasSize((int) directories.stream().filter(name -> !name.contains("\n")).count() + 1)
        .allMatch(line -> line.isEmpty() || directories.contains(line));
    assertThat(lines).endsWith("\n").doesNotContain("\n\n").doesNotContain("victim");

    tree.fresh();
    tree.bash(
        "cd -- \"$0\"; beegfs entry set --chunk-size 2Mi --stdin-delimiter '\\x00' - \\\n"
            + "  < directories-chunk=2097152.list0\n"
            + "beegfs-ctl --setpattern --chunksize=2m - < directories-chunk=2097152.list",
        plan);
    List<String> calls = tree.calls();
    assertThat(calls).hasSize(2);
    for (int i = 0; i < 2; i++) {
      var call = new ObjectMapper().readTree(calls.get(i));
      assertThat(call.get(0).toString()).doesNotContain("mount", "PWNED", "victim");
      assertThat(call.get(1).asText()).isEqualTo(i == 0 ? nul : lines);
    }
  }

  @Test
  @Tag("R18")
  @DisplayName("R18: apply-plan.sh changes each of them, and refuses beegfs-ctl a newline")
  void theyAreApplied() throws IOException {
    tree.fresh();
    Scripts.Result seven = apply("v7", "--only=directories");
    assertThat(seven.code()).as(seven.err()).isEqualTo(2);
    assertThat(seven.err()).contains("has a newline in its path").contains("x\\x0A/mnt/beegfs");
    assertThat(seven.out()).contains("Directories: " + (HostileTree.NAMES.size() - 2) + " changed");
    Scripts.Result eight = apply("v8");
    assertThat(eight.code()).as(eight.err()).isZero();
    assertThat(eight.out()).contains("Files: " + HostileTree.NAMES.size() + " changed");
    for (Scripts.Result result : List.of(seven, eight)) {
      assertThat(holdsControls(result.out() + result.err())).isFalse();
    }
    assertThat(tree.calls())
        .isNotEmpty()
        .noneMatch(call -> call.substring(0, call.indexOf(']')).contains("victim"));
    for (Path place : List.of(house, tree.mount(), published().resolve("plan"), Path.of("."))) {
      assertThat(place.resolve("PWNED")).doesNotExist();
    }
  }

  @Test
  @Tag("R18")
  @DisplayName("R18: log, terminal and runbook hold no raw control character, the report is inert")
  void whatPeopleReadIsInert() throws IOException {
    for (Path text :
        List.of(
            house.resolve("seen/log"),
            house.resolve("seen/out"),
            published().resolve("plan/RUNBOOK.txt"),
            published().resolve("report/summary.txt"),
            published().resolve("report/index.html"))) {
      try (Stream<String> lines = Files.lines(text, UTF_8)) {
        assertThat(lines.filter(HostileNightTest::holdsControls)).as(text.toString()).isEmpty();
      }
    }
    assertThat(Files.readString(published().resolve("report/index.html")))
        .contains("&lt;img src=x onerror=alert(1)&gt;")
        .doesNotContain("<img src=x");
    Scripts.Result check =
        Scripts.run("check-report.sh", published().resolve("report/index.html").toString());
    assertThat(check.code()).as(check.err()).isZero();
  }

  @Test
  @Tag("R20")
  @DisplayName("R20: no byte of log, event log, UI, report, tables and staging holds the token")
  void nothingTellsTheToken() throws IOException, SQLException {
    assertThat(Files.readString(house.resolve("seen/log")))
        .contains(" DEBUG ", "does not accept the token", "\tat org.chunkopt.CanaryProcess")
        .contains("token=***");
    assertThat(Files.readString(house.resolve("seen/ui_environment_")))
        .contains("spark.chunkopt.auth", "site.credential", "redacted");
    TreeSet<String> looked = new TreeSet<>();
    try (Stream<Path> files = Files.walk(house)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.startsWith(tree.mount())) {
          continue;
        }
        looked.add(house.relativize(file).getName(0).toString());
        String text = Files.readString(file, ISO_8859_1);
        assertThat(text.contains(CANARY) || text.contains(CONF_CANARY)).as("" + file).isFalse();
      }
    }
    assertThat(looked).contains("out", "seen", "site.conf");
    // Pages of Parquet are compressed.
    for (Table table : Tables.PUBLISHED) {
      assertThat(
              texts(
                  "SELECT t FROM (SELECT CAST(r AS VARCHAR) AS t FROM %s AS r) WHERE t LIKE '%%canary%%'"
                      .formatted(table.name())))
          .as(table.name())
          .isEmpty();
    }
  }

  @Test
  @Tag("R21")
  @DisplayName("R21: a champion that cannot be read costs a warning, is kept, and the table scores")
  void aDamagedChampionIsKeptAndNotUsed() throws IOException, SQLException {
    assertThat(models().resolve("champion.json")).hasContent(EVIL_CHAMPION);
    assertThat(texts("SELECT DISTINCT model_id FROM recommendations"))
        .containsExactly("cohort-table");
    for (String told : List.of("run.json", "report/summary.txt", "report/index.html")) {
      assertThat(Files.readString(published().resolve(told)))
          .contains("mlp-evil/model.json is not what this version writes");
    }
    assertThat(Files.readString(published().resolve("decision.json")))
        .contains("stands in for the champion");
  }

  @Test
  @Tag("R25")
  @DisplayName("R25: a night asks no other host for anything")
  void nothingIsDownloaded() throws IOException {
    assertThat(Files.readAllLines(house.resolve("seen/connections")))
        .isNotEmpty()
        .allMatch(host -> host.equals("127.0.0.1") || host.equals("localhost"));
  }

  private static Scripts.Result apply(String cli, String... more) throws IOException {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--run=" + published(),
                "--mount=" + tree.mount(),
                "--cli=" + cli,
                "--yes",
                "--journal=" + house.resolve("journal-" + cli),
                "--keep-free=0",
                "--quiet-seconds=0"));
    options.addAll(Arrays.asList(more));
    return Scripts.run(tree.environment(), "apply-plan.sh", options.toArray(String[]::new));
  }

  private static boolean holdsControls(String text) {
    return text.codePoints()
        .anyMatch(
            c ->
                c != '\n'
                    && c != '\t'
                    && (Character.isISOControl(c)
                        || Character.getType(c) == Character.FORMAT
                        || Character.getType(c) == Character.LINE_SEPARATOR));
  }

  private static Path published() {
    return house.resolve("out/runs/run_date=2026-11-24");
  }

  private static Path models() {
    return house.resolve("out/models");
  }

  private static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log, ISO_8859_1);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static List<String> bytes(String query) throws SQLException {
    try (Statement statement = duckDb.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(new String(rows.getBytes(1), ISO_8859_1));
      }
      return values;
    }
  }

  private static List<String> texts(String query) throws SQLException {
    try (Statement statement = duckDb.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }
}
