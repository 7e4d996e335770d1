package org.chunkopt.plan;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.run.Run;
import org.chunkopt.run.RunDirectory;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.AdvisedFile;
import org.chunkopt.testing.Spark;
import org.chunkopt.testing.TableRows;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Spark.class)
class PlanJobTest {
  private static final long MIB = 1 << 20;
  private static final long HALF = 512 << 10;

  /** Names as bytes, one byte a character. */
  private static final List<String> HOSTILE =
      List.of(
          "plain",
          "x\n/mnt/beegfs/victim",
          "quote'\"`",
          "$(touch PWNED)",
          ";rm -rf ~",
          "-rf",
          " blank ",
          "a=b",
          "\u00ff\u00fe",
          "tab\tcr\r",
          "%2F*",
          "<script>alert(1)</script>");

  @TempDir Path root;
  private TableDirectory lastNight;

  @Test
  @Tag("R18")
  @DisplayName("R18: NUL lists hold every hostile directory by its exact bytes")
  void everyHostileDirectoryStandsInTheNulListByItsExactBytes(SparkSession spark)
      throws IOException {
    plan(spark, hostileDirectories(), "chunkopt.beegfs.cli = v8");

    assertThat(entries("directories-chunk=1048576.list0", '\0'))
        .containsExactlyInAnyOrderElementsOf(
            HOSTILE.stream().map(name -> "/mnt/beegfs/" + name).toList());
    assertThat(root.resolve("PWNED")).doesNotExist();
  }

  @Test
  @Tag("R18")
  @DisplayName("R18: a name with a newline enters no list of lines, and is reported")
  void aNameWithANewlineNeverEntersAListOfLines(SparkSession spark) throws IOException {
    plan(spark, hostileDirectories(), "chunkopt.beegfs.cli = v7");

    List<String> lines = entries("directories-chunk=1048576.list", '\n');
    assertThat(lines)
        .hasSize(HOSTILE.size() - 1)
        .doesNotContain("", "/mnt/beegfs/victim")
        .allMatch(line -> line.startsWith("/mnt/beegfs/"));
    Row skipped =
        tables().read(spark, Tables.DIRECTORY_PLAN).where("NOT selected").collectAsList().get(0);
    assertThat(skipped.<String>getAs("path")).isEqualTo("/x\\x0A/mnt/beegfs/victim");
    assertThat(skipped.<String>getAs("reason")).startsWith("NOT_ACTIONABLE_V7");
    assertThat(runbook()).contains("left out: 1, NOT_ACTIONABLE_V7").doesNotContain("victim");
  }

  @Test
  @Tag("R19")
  @DisplayName("R19: the limits of the plan keep the largest saving and say so")
  void limitsKeepTheLargestSavingAndSaySo(SparkSession spark) throws IOException {
    List<Map<String, Object>> advice = new ArrayList<>();
    for (int i = 1; i <= 6; i++) {
      byte[] path = bytes("/d" + i + "/f");
      advice.add(AdvisedFile.of(path, i * 1000 * MIB, HALF, MIB, 1.5, "rewrite"));
    }
    plan(
        spark,
        advice,
        """
        chunkopt.beegfs.cli = v8
        chunkopt.plan { max-directories = 2, max-files = 4, max-bytes = 11534336000 }
        """);

    assertThat(entries("directories-chunk=1048576.list0", '\0'))
        .containsExactly("/mnt/beegfs/d6", "/mnt/beegfs/d5");
    // 6000 + 5000 MiB fit into 11,000 MiB; the third would not.
    assertThat(entries("files-chunk=1048576.list0", '\0'))
        .containsExactly("/mnt/beegfs/d6/f", "/mnt/beegfs/d5/f");
    assertThat(runbook())
        .contains("2 of 6 candidate directories selected, at most 2")
        .contains("left out: 4, beyond plan.max-directories")
        .contains("left out: 2, beyond plan.max-bytes")
        .contains("left out: 2, beyond plan.max-files")
        .contains("Nothing has been executed");
    Row saved =
        tables().read(spark, Tables.FILE_PLAN).where("path = '/d6/f'").collectAsList().get(0);
    // Three opens a day over 30 days, 6000 MiB at 500 MB/s, a third of the time saved.
    assertThat(saved.<Double>getAs("time_saved_s"))
        .isCloseTo(3 * 30 * 6000 * MIB / 5e8 / 3, org.assertj.core.data.Offset.offset(1e-6));
  }

  @Test
  void recordsHoldWhatARewriteIsCheckedAgainst(SparkSession spark) throws IOException {
    String hostile = "/d\t\n/\u00ff\tf";
    List<Map<String, Object>> advice = new ArrayList<>();
    advice.add(AdvisedFile.of(bytes("/a/unseen"), 10 * MIB, HALF, MIB, 1.5, "rewrite"));
    advice.add(AdvisedFile.of(bytes(hostile), 20 * MIB, HALF, 2 * MIB, 1.5, "rewrite"));
    advice.get(0).put("entry_id", "no\tid");
    advice.add(AdvisedFile.of(bytes("/kept"), 20 * MIB, HALF, HALF, 1.0, "keep"));
    Map<String, Object> entry = AdvisedFile.linked(bytes(hostile), 7, 1);
    entry.put("mtime", java.sql.Timestamp.from(Instant.parse("2026-11-22T12:00:00.123456Z")));
    plan(spark, advice, "chunkopt.beegfs.cli = v8", List.of(entry));

    double saved = 3 * 30 * 20 * MIB / 5e8 / 3;
    assertThat(entries("rewrites.tsv0", '\0'))
        .satisfiesExactly(
            header -> assertThat(header).isEqualTo("rewrites\t1\t2026-11-23\tv8\t/mnt/beegfs"),
            first -> {
              String[] fields = first.split("\t", 2);
              assertThat(Double.parseDouble(fields[0]))
                  .isCloseTo(saved, org.assertj.core.data.Offset.offset(1e-6));
              assertThat(fields[1])
                  .isEqualTo(
                      "20971520\t1795348800123456\t1-6563A1B2-1\t524288\t2097152\t" + hostile);
            },
            second -> assertThat(second).endsWith("\t10485760\t\t\t524288\t1048576\t/a/unseen"));
    assertThat(entries("directories.tsv0", '\0'))
        .hasSize(3)
        .startsWith("directories\t1\t2026-11-23\tv8\t/mnt/beegfs")
        .anyMatch(record -> record.endsWith("\t524288\t2097152\t/d\t\n"));
  }

  @Test
  void aDirectoryIsAdvisedOnlyWhereItsFilesAgreeAndDataSupportsTheGain(SparkSession spark) {
    List<Map<String, Object>> advice = new ArrayList<>();
    add(advice, "/agree", 6, MIB, 1.4, "set-directory");
    add(advice, "/agree", 2, HALF, 1.0, "keep");
    add(advice, "/split", 2, MIB, 1.4, "set-directory");
    add(advice, "/split", 6, HALF, 1.0, "keep");
    add(advice, "/small-gain", 6, MIB, 1.01, "set-directory");
    add(advice, "/prior", 6, MIB, 1.4, "prior-only");
    add(advice, "/keep", 6, HALF, 1.0, "keep");
    add(advice, "/set-already", 6, MIB, 1.4, "rewrite");
    plan(spark, advice, "", List.of(AdvisedFile.directory(bytes("/set-already"), MIB)));

    List<Row> rows = tables().read(spark, Tables.DIRECTORY_PLAN).orderBy("path").collectAsList();
    assertThat(rows)
        .extracting(r -> r.<String>getAs("path"))
        .containsExactly("/agree", "/small-gain", "/split");
    assertThat(rows)
        .extracting(r -> r.<Boolean>getAs("selected"))
        .containsExactly(true, false, false);
    assertThat(rows)
        .extracting(r -> r.<String>getAs("reason"))
        .containsExactly(
            "its files agree and local data supports the gain",
            "the lower bound of the gain is below plan.min-gain",
            "its files do not agree: below plan.min-agreement");
    Row agree = rows.get(0);
    assertThat(agree.<Long>getAs("files")).isEqualTo(8);
    assertThat(agree.<Long>getAs("advised_files")).isEqualTo(6);
    assertThat(agree.<Double>getAs("expected_gain"))
        .isCloseTo(Math.pow(1.4, 6 / 8.0), org.assertj.core.data.Offset.offset(1e-9));
    assertThat(agree.<String>getAs("list_file")).isEqualTo("directories-chunk=1048576.list");
  }

  @Test
  void aFileWithSeveralLinksIsNeverRewrittenAndItsBytesCountOnce(SparkSession spark)
      throws IOException {
    List<Map<String, Object>> advice = new ArrayList<>();
    List<Map<String, Object>> inventory = new ArrayList<>();
    for (String path : List.of("/a/one", "/a/two", "/b/three")) {
      advice.add(AdvisedFile.of(bytes(path), 100 * MIB, HALF, MIB, 1.5, "rewrite"));
      inventory.add(AdvisedFile.linked(bytes(path), 7, 3));
    }
    // The other link of this one is outside the inventory.
    advice.add(AdvisedFile.of(bytes("/c/alone"), 100 * MIB, HALF, MIB, 1.5, "rewrite"));
    inventory.add(AdvisedFile.linked(bytes("/c/alone"), 8, 2));
    advice.add(AdvisedFile.of(bytes("/c/single"), 100 * MIB, HALF, MIB, 1.5, "rewrite"));
    inventory.add(AdvisedFile.linked(bytes("/c/single"), 9, 1));
    plan(spark, advice, "chunkopt.beegfs.cli = v8", inventory);

    assertThat(entries("files-chunk=1048576.list0", '\0')).containsExactly("/mnt/beegfs/c/single");
    assertThat(
            tables()
                .read(spark, Tables.FILE_PLAN)
                .where("NOT selected AND reason LIKE '%more than one hard link%'")
                .orderBy("path")
                .collectAsList())
        .extracting(r -> r.<String>getAs("path"))
        .containsExactly("/a/one", "/c/alone");
    assertThat(tables().read(spark, Tables.FILE_PLAN).count()).isEqualTo(3);
    assertThat(tables().read(spark, Tables.DIRECTORY_PLAN).orderBy("path").collectAsList())
        .extracting(r -> r.<String>getAs("path") + " " + r.<Long>getAs("bytes") / MIB)
        .containsExactly("/a 100", "/b 0", "/c 200");
    assertThat(runbook()).contains("left out: 2, NOT_ACTIONABLE: the file has more than one");
  }

  @Test
  void aRewriteIsProposedInTheNightInWhichTheTimeLostReachesTheCopy(SparkSession spark) {
    // Lost a day: three opens, each longer than it had to be by the lower bound of the gain.
    Map<String, Object> file =
        AdvisedFile.of(bytes("/a/f"), 1000 * MIB, HALF, MIB, 1.5, "set-directory");
    double gain = 1.5 * Math.pow(1.45 / 1.5, 0.8416 / 1.2816);
    double lost = 3 * (1000 * MIB / 5e8) * (1 - 1 / gain);
    double cost = 2.5 * lost;
    file.put("rewrite_cost_s", cost);

    assertThat(night(spark, file, "2026-11-20", "2026-11-20T00:00:00Z")).containsExactly(lost, 1.0);
    // The night after fails; the one after it sees the same exports twice.
    assertThat(night(spark, file, "2026-11-21", "2026-11-20T00:00:00Z")).containsExactly(lost, 1.0);
    assertThat(rewrites(spark)).isEmpty();
    List<Double> late = night(spark, file, "2026-11-23", "2026-11-22T00:00:00Z");
    assertThat(late.get(0)).isCloseTo(3 * lost, org.assertj.core.data.Offset.offset(1e-6));
    assertThat(late.get(1)).isEqualTo(2);
    assertThat(rewrites(spark))
        .extracting(r -> r.<String>getAs("reason"))
        .containsExactly("the time lost over the nights has reached the copy");
    // A night again: it carries on from the one before it, not from itself.
    assertThat(night(spark, file, "2026-11-23", "2026-11-22T00:00:00Z")).isEqualTo(late);

    file.put("entry_id", "2-6563A1B2-1");
    file.put("current_chunk_bytes", MIB);
    file.put("recommended_chunk_bytes", MIB);
    file.put("action", "keep");
    assertThat(night(spark, file, "2026-11-24", "2026-11-23T00:00:00Z"))
        .as("a copy begins anew")
        .isEmpty();
    assertThat(rewrites(spark)).isEmpty();
  }

  @Test
  void explorationIsOffByDefault(SparkSession spark) throws IOException {
    explore(spark, "2026-11-22", "", List.of());
    explore(spark, "2026-11-23", "", newDirectories(200));

    assertThat(lastNight.read(spark, Tables.EXPLORATION).isEmpty()).isTrue();
    assertThat(lastNight.read(spark, Tables.FILES).count()).isEqualTo(201);
    Path plan = Path.of(java.net.URI.create(lastNight.root())).resolve("plan");
    assertThat(plan.resolve("RUNBOOK.txt"))
        .content()
        .contains("Off (plan.exploration-percent = 0)");
    try (var files = Files.list(plan)) {
      assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith("explore"));
    }
  }

  @Test
  void aFewNewDirectoriesAreExploredByALotThatNothingElseMoves(SparkSession spark)
      throws IOException {
    String two = "chunkopt.plan.exploration-percent = 2";
    int many = 5000;
    explore(spark, "2026-11-22", two, List.of());
    assertThat(lots(spark)).as("nothing is new in a first run").isEmpty();

    explore(spark, "2026-11-23", two, newDirectories(many));
    Map<String, Long> lots = lots(spark);
    // Four standard deviations around two percent.
    assertThat(lots).hasSizeBetween(60, 140);
    assertThat(lots.values().stream().filter(chunk -> chunk == HALF / 2))
        .hasSizeBetween(lots.size() / 4, lots.size() * 3 / 4);
    assertThat(lots.values()).containsOnly(HALF / 2, MIB);
    List<Row> rows = lastNight.read(spark, Tables.EXPLORATION).collectAsList();
    assertThat(rows)
        .allMatch(row -> row.<Double>getAs("propensity") == 0.01)
        .allMatch(row -> row.<Long>getAs("current_chunk_bytes") == HALF);
    Path plan = Path.of(java.net.URI.create(lastNight.root())).resolve("plan");
    assertThat(plan.resolve("explore-chunk=262144.list0")).isNotEmptyFile();
    assertThat(plan.resolve("RUNBOOK.txt"))
        .content()
        .contains(
            lots.size() + " new directories drawn by lot, each with a chance of 2 %",
            "beegfs-ctl --setpattern --chunksize=1m - < explore-chunk=1048576.list\n");

    // Other paths, other sizes and fewer neighbours, the night done again.
    List<Map<String, Object>> others = new ArrayList<>();
    for (Map<String, Object> row : newDirectories(many)) {
      byte[] path = bytes("/elsewhere" + row.get("path"));
      if (others.size() < many / 2) {
        Map<String, Object> other = AdvisedFile.directory(path, HALF * 4);
        other.put("entry_id", row.get("entry_id"));
        other.put("id_base_time", row.get("id_base_time"));
        others.add(other);
      }
    }
    explore(spark, "2026-11-23", two, others);
    Map<String, Long> again = lots(spark);
    assertThat(again).hasSizeGreaterThan(20);
    again.forEach((id, chunk) -> assertThat(lots).containsEntry(id, chunk / 4));

    explore(spark, "2026-11-24", two, others);
    assertThat(lots(spark)).as("carried, and nobody is drawn twice").isEqualTo(again);
    try (var files = Files.list(Path.of(java.net.URI.create(lastNight.root())).resolve("plan"))) {
      assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith("explore"));
    }
  }

  @Test
  @Tag("R19")
  @DisplayName("R19: a path that climbs with .. is not planned")
  void theRootAndAPathThatClimbsAreHandled(SparkSession spark) throws IOException {
    plan(
        spark,
        List.of(
            AdvisedFile.of(bytes("/top"), MIB, HALF, 2 * MIB, 1.5, "set-directory"),
            AdvisedFile.of(bytes("/a/../../etc/f"), MIB, HALF, 2 * MIB, 1.5, "set-directory")),
        "");

    assertThat(entries("directories-chunk=2097152.list", '\n')).containsExactly("/mnt/beegfs/");
    assertThat(
            tables()
                .read(spark, Tables.DIRECTORY_PLAN)
                .where("reason LIKE 'NOT_ACTIONABLE:%'")
                .select("path")
                .collectAsList())
        .extracting(r -> r.getString(0))
        .containsExactly("/a/../../etc");
  }

  @Test
  @Tag("R17")
  @DisplayName("R17: an empty plan has a runbook and no lists")
  void anEmptyPlanHasARunbookAndNoLists(SparkSession spark) throws IOException {
    plan(spark, List.of(AdvisedFile.of(bytes("/a/f"), MIB, HALF, HALF, 1.0, "keep")), "");

    try (var files = Files.list(root.resolve("plan"))) {
      assertThat(files)
          .extracting(f -> f.getFileName().toString())
          .containsExactlyInAnyOrder("RUNBOOK.txt", "directories.tsv0", "rewrites.tsv0");
    }
    assertThat(runbook()).contains("0 of 0 candidate directories selected");
  }

  @Test
  void theRunbookNamesTheCommandsOfBothTools(SparkSession spark) throws IOException {
    plan(spark, hostileDirectories(), "");

    assertThat(runbook())
        .contains(
            "beegfs-ctl --setpattern --chunksize=1m - < directories-chunk=1048576.list\n",
            "beegfs entry set --chunk-size 1Mi --stdin-delimiter \"\\x00\" - <"
                + " directories-chunk=1048576.list0\n");
  }

  @Test
  void anotherEngineReadsThePlans(SparkSession spark) throws SQLException {
    plan(spark, hostileDirectories(), "");

    Set<String> paths = new HashSet<>();
    try (var duckdb = DriverManager.getConnection("jdbc:duckdb:");
        var statement = duckdb.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT path_bytes FROM read_parquet('"
                    + root
                    + "/directory_plan/*.parquet') WHERE path IS NOT NULL AND selected")) {
      while (rows.next()) {
        paths.add(new String(rows.getBytes(1), ISO_8859_1));
      }
    }
    assertThat(paths).hasSize(HOSTILE.size() - 1).contains("/\u00ff\u00fe", "/a=b");
  }

  private static List<Map<String, Object>> newDirectories(int count) {
    List<Map<String, Object>> directories = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<String, Object> row = AdvisedFile.directory(bytes("/new/d" + i), HALF);
      row.put("entry_id", Integer.toHexString(i) + "-6563A1B2-1");
      row.put("id_base_time", java.sql.Timestamp.from(Instant.parse("2026-11-22T12:00:00Z")));
      directories.add(row);
    }
    return directories;
  }

  /** A published night over a site with one old directory and these. */
  private void explore(
      SparkSession spark, String date, String settings, List<Map<String, Object>> directories) {
    Map<String, Object> old = AdvisedFile.directory(bytes("/old"), HALF);
    old.put("entry_id", "old-6563A1B2-1");
    List<Map<String, Object>> inventory = new ArrayList<>(directories);
    inventory.add(old);
    publish(spark, List.of(), date, date + "T00:00:00Z", settings, inventory);
  }

  private Map<String, Long> lots(SparkSession spark) {
    return lastNight.read(spark, Tables.EXPLORATION).collectAsList().stream()
        .collect(
            Collectors.toMap(
                row -> row.getAs("entry_id"), row -> row.getAs("assigned_chunk_bytes")));
  }

  /** Sum and nights of the only file's regret in a run that is published, empty without a row. */
  private List<Double> night(
      SparkSession spark, Map<String, Object> file, String date, String asOf) {
    publish(spark, List.of(file), date, asOf, "", List.of());
    return lastNight.read(spark, Tables.FILE_REGRET).collectAsList().stream()
        .flatMap(
            r ->
                Stream.of(
                    r.<Double>getAs("accumulated_regret_s"),
                    (double) r.<Integer>getAs("regret_nights")))
        .toList();
  }

  private void publish(
      SparkSession spark,
      List<Map<String, Object>> advice,
      String date,
      String asOf,
      String settings,
      List<Map<String, Object>> inventory) {
    RunDirectory directory =
        RunDirectory.of(
            spark.sparkContext().hadoopConfiguration(), root.toString(), LocalDate.parse(date));
    directory.resume(List.of());
    Run run =
        new Run(
            LocalDate.parse(date),
            SettingsReader.parse("chunkopt.run.as-of = \"" + asOf + "\"\n" + settings),
            new TableDirectory(directory.staging()),
            directory.previous());
    plan(spark, advice, run, inventory);
    directory.write("run.json", "{\"as_of\": \"" + asOf + "\"}");
    directory.publish(RunDirectory.Existing.REPLACE);
    lastNight = new TableDirectory(directory.published());
  }

  private List<Row> rewrites(SparkSession spark) {
    return lastNight.read(spark, Tables.FILE_PLAN).where("selected").collectAsList();
  }

  private List<Map<String, Object>> hostileDirectories() {
    return HOSTILE.stream()
        .map(name -> AdvisedFile.of(bytes("/" + name + "/f"), MIB, HALF, MIB, 1.5, "set-directory"))
        .toList();
  }

  private static void add(
      List<Map<String, Object>> advice,
      String directory,
      int files,
      long chunk,
      double gain,
      String action) {
    for (int i = 0; i < files; i++) {
      byte[] path = bytes(directory + "/" + action + i);
      advice.add(AdvisedFile.of(path, 100 * MIB, HALF, chunk, gain, action));
    }
  }

  private void plan(SparkSession spark, List<Map<String, Object>> advice, String settings) {
    plan(spark, advice, settings, List.of());
  }

  private void plan(
      SparkSession spark,
      List<Map<String, Object>> advice,
      String settings,
      List<Map<String, Object>> inventory) {
    String all = "chunkopt.run.as-of = \"2026-11-23T00:00:00Z\"\n" + settings;
    plan(
        spark,
        advice,
        new Run(LocalDate.parse("2026-11-23"), SettingsReader.parse(all), tables()),
        inventory);
  }

  private static void plan(
      SparkSession spark,
      List<Map<String, Object>> advice,
      Run run,
      List<Map<String, Object>> inventory) {
    run.tables().write(Tables.RECOMMENDATIONS, TableRows.of(spark, Tables.RECOMMENDATIONS, advice));
    run.tables().write(Tables.EVIDENCE, TableRows.of(spark, Tables.EVIDENCE, List.of()));
    run.tables().write(Tables.FILES, TableRows.of(spark, Tables.FILES, inventory));
    run.tables()
        .write(
            Tables.FILE_FEATURES,
            TableRows.of(
                spark,
                Tables.FILE_FEATURES,
                advice.stream().map(row -> features(row, inventory)).toList()));
    assertThat(new PlanJob().run(spark, run)).isEmpty();
  }

  private static Map<String, Object> features(
      Map<String, Object> advice, List<Map<String, Object>> inventory) {
    Map<String, Object> features =
        AdvisedFile.features((byte[]) advice.get("path_bytes"), (long) advice.get("size_bytes"));
    inventory.stream()
        .filter(entry -> entry.get("path").equals(advice.get("path")))
        .forEach(entry -> features.put("links", entry.get("links")));
    return features;
  }

  private TableDirectory tables() {
    return new TableDirectory(root.toString());
  }

  /** Entries of a list, one byte a character; every one must end with the delimiter. */
  private List<String> entries(String list, char end) throws IOException {
    String text = new String(Files.readAllBytes(root.resolve("plan").resolve(list)), ISO_8859_1);
    assertThat(text).endsWith(String.valueOf(end));
    return Arrays.asList(text.substring(0, text.length() - 1).split(String.valueOf(end), -1));
  }

  private String runbook() throws IOException {
    return Files.readString(root.resolve("plan/RUNBOOK.txt"), UTF_8);
  }

  private static byte[] bytes(String path) {
    return path.getBytes(ISO_8859_1);
  }
}
