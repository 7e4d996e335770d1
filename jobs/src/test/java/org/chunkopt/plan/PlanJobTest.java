package org.chunkopt.plan;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
import org.chunkopt.tables.Table;
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
  private final List<Map<String, Object>> observations = new ArrayList<>();

  /** What a change does to files whose advice it is not. */
  private double otherGain = 1;

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
        .isCloseTo(3 * 30 * 6000 * MIB / 5e8 / 3, within(1e-6));
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
              assertThat(Double.parseDouble(fields[0])).isCloseTo(saved, within(1e-6));
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
  void aDirectoryIsSetWhereTheHoursSavedOutweighThoseThatMayBeLost(SparkSession spark) {
    List<Map<String, Object>> advice = new ArrayList<>();
    add(advice, "/agree", 6, MIB, 1.4, "set-directory");
    add(advice, "/agree", 2, HALF, 1.0, "keep");
    // The six others would be 2 % slower.
    add(advice, "/split", 2, MIB, 1.4, "set-directory");
    add(advice, "/split", 6, HALF, 1.0, "keep");
    add(advice, "/tie", 6, MIB, 1.01, "set-directory");
    add(advice, "/prior", 6, MIB, 1.4, "prior-only");
    add(advice, "/keep", 6, HALF, 1.0, "keep");
    add(advice, "/set-already", 6, MIB, 1.4, "rewrite");
    otherGain = 0.98;
    plan(
        spark,
        advice,
        "chunkopt.plan.trust = measured",
        List.of(AdvisedFile.directory(bytes("/set-already"), MIB)));

    List<Row> rows = tables().read(spark, Tables.DIRECTORY_PLAN).orderBy("path").collectAsList();
    assertThat(rows)
        .extracting(r -> r.getAs("path") + " " + r.getAs("selected") + " " + r.getAs("reason"))
        .containsExactly(
            "/agree true hours saved outweigh those that may be lost",
            "/prior false only predicted: see plan.trust, and the pilots",
            "/split false the hours that may be lost outweigh those saved (advice.loss-budget), or"
                + " the gain is a tie",
            "/tie false the hours that may be lost outweigh those saved (advice.loss-budget), or"
                + " the gain is a tie");
    Row agree = rows.get(0);
    assertThat(agree.<Long>getAs("files")).isEqualTo(8);
    assertThat(agree.<Long>getAs("advised_files")).isEqualTo(6);
    // Three opens a day of 100 MiB each, at 500 MB/s.
    double hours = 3 * 100 * MIB / 5e8 / 3600;
    assertThat(agree.<Double>getAs("hours")).isCloseTo(8 * hours, within(1e-9));
    assertThat(agree.<Double>getAs("hours_saved"))
        .isCloseTo(6 * hours * (1 - 1 / 1.4), within(1e-9));
    assertThat(agree.<Double>getAs("hours_lost"))
        .isCloseTo(2 * hours * (1 / 0.98 - 1), within(1e-9));
    assertThat(agree.<String>getAs("list_file")).isEqualTo("directories-chunk=1048576.list");
  }

  @Test
  void aPilotTreatsHalfOfTheDirectoriesOfAKindAndIsPromotedOnceItIsMeasured(SparkSession spark)
      throws IOException {
    List<Map<String, Object>> advice = new ArrayList<>();
    List<Map<String, Object>> inventory = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      add(advice, "/d" + i, 3, MIB, 1.4, "prior-only");
      inventory.add(AdvisedFile.directory(bytes("/d" + i), HALF));
    }
    String budget = "chunkopt.plan.pilot-budget = 1";
    publish(spark, advice, "2026-11-23", "2026-11-23T00:00:00Z", budget, inventory);

    List<Row> pilots = lastNight.read(spark, Tables.PILOTS).collectAsList();
    assertThat(pilots).hasSize(10).allMatch(r -> r.getAs("state").equals("running"));
    Set<String> treated =
        pilots.stream()
            .filter(r -> r.getAs("role").equals("treated"))
            .map(r -> r.<String>getAs("path"))
            .collect(Collectors.toSet());
    assertThat(treated).hasSize(5);
    assertThat(lastNight.read(spark, Tables.DIRECTORY_PLAN).where("selected").collectAsList())
        .allMatch(r -> r.getAs("part").equals("try"))
        .extracting(r -> r.<String>getAs("path"))
        .containsExactlyInAnyOrderElementsOf(treated);
    Path plan = Path.of(java.net.URI.create(lastNight.root())).resolve("plan");
    assertThat(plan.resolve("try-chunk=1048576.list0")).isNotEmptyFile();
    assertThat(plan.resolve("RUNBOOK.txt"))
        .content()
        .contains(
            "5 directories, which together",
            "setpattern --chunksize=1m - < try-chunk=1048576.list\n");
    assertThat(lastNight.read(spark, Tables.OUTCOMES).collectAsList())
        .hasSize(5)
        .allMatch(r -> r.getAs("verdict").equals("waiting"));

    // The admin sets them; the next night's history has measured the size.
    advice.forEach(file -> file.put("tier", "measured"));
    inventory.clear();
    for (int i = 0; i < 10; i++) {
      inventory.add(
          AdvisedFile.directory(bytes("/d" + i), treated.contains("/d" + i) ? MIB : HALF));
    }
    publish(spark, advice, "2026-11-24", "2026-11-24T00:00:00Z", budget, inventory);
    assertThat(lastNight.read(spark, Tables.PILOTS).collectAsList())
        .hasSize(10)
        .allMatch(r -> r.getAs("state").equals("promoted"));
    assertThat(lastNight.read(spark, Tables.DIRECTORY_PLAN).where("selected").collectAsList())
        .as("the controls follow")
        .hasSize(5)
        .allMatch(r -> r.getAs("part").equals("change") && !treated.contains(r.getAs("path")));
    assertThat(lastNight.read(spark, Tables.OUTCOMES).where("origin = 'try'").collectAsList())
        .hasSize(5)
        .allMatch(r -> r.getAs("verdict").equals("open"))
        .allMatch(r -> r.getAs("followed_on").toString().equals("2026-11-24"));
  }

  @Test
  void aPilotThatMeasuresNoGainGoesBack(SparkSession spark) throws IOException {
    List<Map<String, Object>> advice = new ArrayList<>();
    add(advice, "/alone", 3, MIB, 1.4, "prior-only");
    publish(
        spark,
        advice,
        "2026-11-23",
        "2026-11-23T00:00:00Z",
        "chunkopt.plan.pilot-budget = 1",
        List.of(AdvisedFile.directory(bytes("/alone"), HALF)));
    assertThat(lastNight.read(spark, Tables.PILOTS).head().<Double>getAs("propensity"))
        .isEqualTo(1);

    advice.forEach(
        file -> {
          file.put("tier", "measured");
          file.put("expected_gain", 0.9);
        });
    publish(
        spark,
        advice,
        "2026-11-24",
        "2026-11-24T00:00:00Z",
        "",
        List.of(AdvisedFile.directory(bytes("/alone"), MIB)));
    assertThat(lastNight.read(spark, Tables.PILOTS).head().<String>getAs("state"))
        .isEqualTo("reverted");
    Row undo = lastNight.read(spark, Tables.DIRECTORY_PLAN).where("selected").head();
    assertThat(undo.<String>getAs("part")).isEqualTo("undo");
    assertThat(undo.<Long>getAs("current_chunk_bytes")).isEqualTo(MIB);
    assertThat(undo.<Long>getAs("recommended_chunk_bytes")).isEqualTo(HALF);
    assertThat(
            Path.of(java.net.URI.create(lastNight.root())).resolve("plan/undo-chunk=524288.list0"))
        .isNotEmptyFile();
  }

  @Test
  void trialsStayWithinTheirBudgetAndEndByThemselves(SparkSession spark) throws IOException {
    List<Map<String, Object>> advice = new ArrayList<>();
    List<Map<String, Object>> inventory = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      add(advice, "/d" + i, 3, MIB, 1.4, "prior-only");
      inventory.add(AdvisedFile.directory(bytes("/d" + i), HALF));
    }
    publish(spark, advice, "2026-11-10", "2026-11-23T00:00:00Z", "", inventory);
    // A tenth of the hours of ten equal directories is one.
    assertThat(lastNight.read(spark, Tables.PILOTS).where("role = 'treated'").count()).isEqualTo(1);

    publish(spark, advice, "2026-11-24", "2026-11-23T00:00:00Z", "", inventory);
    assertThat(lastNight.read(spark, Tables.PILOTS).collectAsList())
        .isNotEmpty()
        .allMatch(r -> r.getAs("state").equals("dropped"));
    assertThat(lastNight.read(spark, Tables.DIRECTORY_PLAN).where("selected").isEmpty()).isTrue();
  }

  @Test
  void whatCameOfAChangeIsMeasuredWithinTheDirectory(SparkSession spark) throws IOException {
    List<Map<String, Object>> advice = new ArrayList<>();
    add(advice, "/d", 3, MIB, 1.4, "set-directory");
    publish(
        spark,
        advice,
        "2026-11-23",
        "2026-11-23T00:00:00Z",
        "",
        List.of(AdvisedFile.directory(bytes("/d"), HALF)));

    for (int i = 0; i < 40; i++) {
      observations.add(
          observation("/d", i % 2 == 0 ? HALF : MIB, (i % 2 == 0 ? 8 : 7.5) + i % 4 * 0.01));
    }
    publish(
        spark,
        advice,
        "2026-11-24",
        "2026-11-24T00:00:00Z",
        "",
        List.of(AdvisedFile.directory(bytes("/d"), MIB)));
    Row outcome = lastNight.read(spark, Tables.OUTCOMES).where("origin = 'change'").head();
    assertThat(outcome.<Double>getAs("promised_gain")).isCloseTo(1.4, within(1e-9));
    assertThat(outcome.<Double>getAs("measured_gain")).isCloseTo(Math.pow(2, -0.49), within(1e-6));
    assertThat(outcome.<Double>getAs("measured_high")).isLessThan(0.95);
    assertThat(outcome.<Long>getAs("files_after")).isEqualTo(20);
    assertThat(outcome.<String>getAs("verdict")).isEqualTo("slower");
    Row undo = lastNight.read(spark, Tables.DIRECTORY_PLAN).where("part = 'undo'").head();
    assertThat(undo.<String>getAs("path")).isEqualTo("/d");
    assertThat(undo.<String>getAs("reason")).isEqualTo("files made since the change are slower");
  }

  @Test
  void theOutlookOfTheLevelsIsThatOfTheirDirectories(SparkSession spark) throws IOException {
    List<Map<String, Object>> advice = new ArrayList<>();
    add(advice, "/measured", 4, MIB, 1.4, "set-directory");
    add(advice, "/predicted", 4, MIB, 2.0, "prior-only");
    plan(spark, advice, "chunkopt.plan { trust = pilots, pilot-budget = 1 }");

    double hours = 4 * 3 * 100 * MIB / 5e8 / 3600;
    Map<String, Row> levels =
        tables().read(spark, Tables.PLAN_OUTLOOK).collectAsList().stream()
            .collect(Collectors.toMap(r -> r.getAs("trust"), r -> r));
    assertThat(levels.keySet()).containsExactlyInAnyOrder("none", "measured", "pilots", "all");
    double measured = hours * (1 - 1 / 1.4);
    assertThat(levels.get("none").<Double>getAs("hours")).isCloseTo(2 * hours, within(1e-9));
    assertThat(levels.get("none").<Double>getAs("hours_avoidable"))
        .isCloseTo(measured + hours / 2, within(1e-9));
    assertThat(levels.get("measured").<Double>getAs("hours_saved"))
        .isCloseTo(measured, within(1e-9));
    assertThat(levels.get("all").<Double>getAs("hours_saved"))
        .isCloseTo(measured + hours / 2, within(1e-9));
    assertThat(levels.get("all").<Long>getAs("directories")).isEqualTo(2);
    assertThat(runbook()).contains("this plan is that of pilots", "Default of the root");
  }

  @Test
  void theOutlookTellsWhatTrialsWouldEarnWhereThePlanBeginsNone(SparkSession spark) {
    List<Map<String, Object>> advice = new ArrayList<>();
    add(advice, "/predicted", 4, MIB, 2.0, "prior-only");
    plan(spark, advice, "chunkopt.plan { trust = measured, pilot-budget = 1 }");

    Row pilots = tables().read(spark, Tables.PLAN_OUTLOOK).where("trust = 'pilots'").head();
    assertThat(pilots.<Long>getAs("directories")).isEqualTo(1);
    assertThat(pilots.<Double>getAs("hours_saved"))
        .isCloseTo(4 * 3 * 100 * MIB / 5e8 / 3600 / 2, within(1e-9));
    assertThat(tables().read(spark, Tables.PILOTS).isEmpty()).isTrue();
    assertThat(tables().read(spark, Tables.DIRECTORY_PLAN).where("selected").isEmpty()).isTrue();
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
        .containsExactly("/a 100", "/c 200");
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

    assertRegret(night(spark, file, "2026-11-20", "2026-11-20T00:00:00Z"), lost, 1);
    // The night after fails; the one after it sees the same exports twice.
    assertRegret(night(spark, file, "2026-11-21", "2026-11-20T00:00:00Z"), lost, 1);
    assertThat(rewrites(spark)).isEmpty();
    List<Double> late = night(spark, file, "2026-11-23", "2026-11-22T00:00:00Z");
    assertThat(late.get(0)).isCloseTo(3 * lost, within(1e-6));
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

  private static Map<String, Object> observation(String directory, long chunk, double log2) {
    Map<String, Object> row = new HashMap<>();
    row.put("source", "darshan");
    row.put("directory", directory);
    row.put("cohort", AdvisedFile.cohort("flash", null));
    row.put("chunk_bytes", chunk);
    row.put("log2_throughput", log2);
    row.put("weight", 1.0);
    return row;
  }

  private static void assertRegret(List<Double> night, double seconds, int nights) {
    assertThat(night).hasSize(2);
    assertThat(night.get(0)).isCloseTo(seconds, within(1e-9));
    assertThat(night.get(1)).isEqualTo(nights);
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

  private void plan(
      SparkSession spark,
      List<Map<String, Object>> advice,
      Run run,
      List<Map<String, Object>> inventory) {
    Map<Object, Map<String, Object>> evidence = new LinkedHashMap<>();
    for (Map<String, Object> file : advice) {
      for (Map<String, Object> row : AdvisedFile.evidence(file, otherGain)) {
        evidence.put(
            List.of(row.get("cohort"), row.get("from_chunk_bytes"), row.get("to_chunk_bytes")),
            row);
      }
    }
    write(spark, run, Tables.RECOMMENDATIONS, advice);
    write(spark, run, Tables.EVIDENCE, List.copyOf(evidence.values()));
    write(spark, run, Tables.FILES, inventory);
    write(spark, run, Tables.OBSERVATIONS, observations);
    write(spark, run, Tables.PATTERN_CHANGES, List.of());
    write(
        spark,
        run,
        Tables.FILE_FEATURES,
        advice.stream().map(row -> features(row, inventory)).toList());
    assertThat(new PlanJob().run(spark, run)).isEmpty();
  }

  private static void write(
      SparkSession spark, Run run, Table table, List<Map<String, Object>> rows) {
    run.tables().write(table, TableRows.of(spark, table, rows));
  }

  private static Map<String, Object> features(
      Map<String, Object> advice, List<Map<String, Object>> inventory) {
    Map<String, Object> features = AdvisedFile.features(advice);
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
