package org.chunkopt.report;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.run.Run;
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
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

@ExtendWith(Spark.class)
class ReportJobTest {
  private static final long MIB = 1 << 20;
  private static final long HALF = 512 << 10;
  private static final String EVIL = "<script>alert(1)</script>";

  @TempDir Path root;

  @Test
  void aFullRunIsToldInTenLinesAndOnePage(SparkSession spark) throws Exception {
    advice(spark);
    evidence(spark);
    evaluation(spark);
    ingest(spark);
    directoryPlan(spark);
    Files.writeString(
        root.resolve("train.json"),
        """
        {"model_id": "m1", "sentence": "Trained 3 epochs.", "train_files": 900,
         "validation_files": 100, "best_epoch": 2, "epochs": [
          {"number": 1, "train_loss": 0.3, "validation_loss": 0.31},
          {"number": 2, "train_loss": 0.1, "validation_loss": 0.12},
          {"number": 3, "train_loss": 0.09, "validation_loss": 0.13}]}
        """);
    Files.writeString(
        root.resolve("decision.json"),
        "{\"champion\": {\"policy\": \"mlp\"}, \"reason\": \"The network is published: it is no worse.\"}");
    Files.writeString(root.resolve("warnings.txt"), "Rejects of metrics are at 2 %.\n");
    report(spark);

    assertThat(lines("summary.txt"))
        .containsExactly(
            "Saves     expected 1.75 (saved 2.00, lost 0.25) of 10.00 hours of I/O a day of new files"
                + " (80 % interval 1.00 to 2.50), with plan.trust = pilots; the best chunk size for"
                + " every file would save 4.00; by truth 1.50 (saved 2.00, lost 0.50) of 3.00"
                + " avoidable (50.0 %), ratio to the best possible 0.930, 2.0 % of new files slower"
                + " by more than 5 %",
            "Inputs    1 files, 100 lines, 2 rejected (2.0 %)",
            "Namespace 7 files, 700 MiB; server metrics cover 100.0 % of the files",
            "Evidence  40 observations; the history or a benchmark has seen another chunk size in such"
                + " a use for 2 of 2 cohorts (100.0 % of their files)",
            "Model     The network m1 scored all 7 files. The network is published: it is no worse."
                + " Trained 3 epochs.",
            "Advice    keep 3, set-directory 2, rewrite 1, prior-only 1, insufficient 0",
            "Gain      expected +50.0 % (80 % interval +45.0 % to +55.0 %) for 3 files, 300 MiB,"
                + " that local data supports",
            "Judged    ratio to the best possible by truth: keep 0.800, best-constant 0.900, mlp"
                + " 0.960",
            "Plan      1 of 2 directories (limit 1,000), 0 to try, 0 to set back, 0 of 0 rewrites (limit"
                + " 10,000), 0 B to copy (limit 10 TiB)",
            "Outcomes  3 change faster (promised +20.0 %, measured +10.0 %), 1 hand open",
            "Warnings  Rejects of metrics are at 2 %.",
            "Output    /out/runs/run_date=2026-11-23/report/index.html");

    assertThat(lines("evaluation.txt"))
        .startsWith(
            "The advice of the network gains +0.0012 (-0.0188 to +0.0212) octaves over that of the"
                + " cohort table: mean and 95 % interval over 1,000 rows of logged files of the"
                + " held-out directories, each file as it is and as if never logged.",
            "",
            "Judged by the response model of the learning directories: 1,000 files of 50 held-out"
                + " directories; 95 % intervals by directory.")
        .contains(
            "Judged by the truth of the simulated site: 1,000 files of 50 held-out directories; 95 %"
                + " intervals by directory.",
            "Gates",
            "mlp               ratio-to-oracle       0.960                     at least 0.95"
                + "         passed")
        .anyMatch(line -> line.matches("best-constant +0.900 \\(0.880 to 0.920\\) +- .*"))
        .anyMatch(line -> line.matches("keep +0.850 \\(0.830 to 0.870\\) +- .*"))
        .anyMatch(line -> line.matches("policy .* harm +harm-of-moved +regret-p95 +moved"))
        .anyMatch(line -> line.matches("policy .* moved +calibration-slope +coverage-80"));

    String page = page();
    assertThat(page)
        .contains("beegfs-ctl --setpattern --chunksize=1m - &lt; directories-chunk=1048576.list")
        .contains("Trained 3 epochs.")
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
        .contains("kept: 2")
        .contains("The network m1 scored all 7 files.")
        .contains(
            "flash, private sequential writes of about 1 MiB by 16 processes, 4 targets, files of"
                + " up to 256 MiB")
        .contains(
            "flash, never logged, taken to be used like &lt;script&gt;alert(1)&lt;/script&gt; and"
                + " .dat files, 4 targets, files of up to 256 MiB")
        .contains(
            "8M is faster by +32.0 % (+26.2 % to +37.9 %), predicted; nothing measured confirms it."
                + " 20 of the cohort&#39;s 20 files have 512K now.")
        .doesNotContain("NaN", "Infinity", "null");
    assertSelfContained(page);
    assertThat(lines("metrics.lp"))
        .allMatch(
            Pattern.compile(
                    "[a-z_]+(,[a-z]+=[a-z/-]+)* [a-z_0-9]+=[0-9.]+i?(,[a-z_0-9]+=[0-9.]+i?)* [0-9]{19}")
                .asMatchPredicate())
        .anyMatch(
            line ->
                line.startsWith(
                    "chunkopt_advice,mount=/mnt/beegfs,action=keep files=3i,bytes=314572800i 17"));
  }

  @Test
  @Tag("R17")
  @DisplayName("R17: a report of nothing says so in words")
  void anEmptyRunSaysSoInWords(SparkSession spark) throws Exception {
    for (Table table : List.of(Tables.NODE_MINUTES, Tables.FILES, Tables.RECOMMENDATIONS)) {
      tables().write(table, TableRows.of(spark, table, List.of()));
    }
    report(spark);

    assertThat(lines("summary.txt"))
        .hasSize(12)
        .anyMatch(line -> line.contains("nothing is known of the hours"))
        .anyMatch(line -> line.contains("no plan and no change"))
        .anyMatch(line -> line.contains("nothing to judge by"))
        .anyMatch(line -> line.contains("every gain is predicted"))
        .anyMatch(line -> line.contains("No file was scored."))
        .anyMatch(line -> line.contains("no file has advice that local data supports"));
    assertThat(lines("evaluation.txt")).containsExactly("The policies have not been judged.");
    assertThat(page()).contains("holds no regular file").doesNotContain("NaN", "null");
    assertSelfContained(page());
  }

  @Test
  void theSummarySaysWhyTheCohortTableScored(SparkSession spark) throws Exception {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String path : List.of("/a", "/b")) {
      Map<String, Object> row = row(path, HALF, 1.0, "keep");
      row.put("model_id", "cohort-table");
      rows.add(row);
    }
    tables().write(Tables.NODE_MINUTES, TableRows.of(spark, Tables.NODE_MINUTES, List.of()));
    tables().write(Tables.FILES, TableRows.of(spark, Tables.FILES, List.of()));
    tables().write(Tables.RECOMMENDATIONS, TableRows.of(spark, Tables.RECOMMENDATIONS, rows));
    tables()
        .write(
            Tables.EVALUATION,
            TableRows.of(
                spark,
                Tables.EVALUATION,
                List.of(
                    judged("evidence", "keep", "ratio-to-oracle", 0.9),
                    judged("evidence", "cohort-table", "ratio-to-oracle", 1.0))));
    Files.writeString(
        root.resolve("decision.json"),
        "{\"reason\": \"The cohort table is published: there is no network yet.\"}");
    report(spark);

    assertThat(lines("summary.txt"))
        .contains(
            "Model     The cohort table scored all 2 files. The cohort table is published: there is no"
                + " network yet. This run holds no record of a training.",
            "Judged    ratio to the best possible by the response model of the learning directories:"
                + " keep 0.900, cohort-table 1.000");
    assertThat(lines("evaluation.txt"))
        .startsWith("No network was compared with the cohort table.");
  }

  @Test
  void theBytesOfAFileWithSeveralLinksCountOnce(SparkSession spark) throws Exception {
    List<Map<String, Object>> rows = new ArrayList<>();
    List<Map<String, Object>> inventory = new ArrayList<>();
    for (String path : List.of("/a/one", "/a/two", "/b/three")) {
      rows.add(row(path, HALF, 1.0, "keep"));
      inventory.add(AdvisedFile.linked(path.getBytes(ISO_8859_1), 7, 3));
    }
    rows.add(row("/c/single", HALF, 1.0, "keep"));
    tables().write(Tables.NODE_MINUTES, TableRows.of(spark, Tables.NODE_MINUTES, List.of()));
    tables().write(Tables.RECOMMENDATIONS, TableRows.of(spark, Tables.RECOMMENDATIONS, rows));
    tables().write(Tables.FILES, TableRows.of(spark, Tables.FILES, inventory));
    report(spark);

    assertThat(lines("summary.txt"))
        .anyMatch(line -> line.startsWith("Namespace 4 files, 200 MiB"));
  }

  @Test
  void invisibleCharactersAndMarkupAreShownAsText() {
    assertThat(Html.escape("a<b>&\"'\u202Ec\n\u0007"))
        .isEqualTo("a&lt;b&gt;&amp;&quot;&#39;\\u202Ec\\u000A\\u0007");
  }

  /** Well-formed as XML but for the void elements, no script, nothing fetched. */
  private static void assertSelfContained(String page)
      throws ParserConfigurationException, IOException, SAXException {
    assertThat(page.toLowerCase(java.util.Locale.ROOT))
        .doesNotContain("<script", "<link", "<img", "<iframe", "src=", "@import", "url(", "onload");
    assertThat(page.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", ""))
        .doesNotContain("http");
    String xml = page.replace("<!DOCTYPE html>", "").replaceAll("<meta ([^>]*)>", "<meta $1/>");
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  private void advice(SparkSession spark) {
    List<Map<String, Object>> rows = new ArrayList<>();
    rows.add(row("/" + EVIL + "/a", MIB, 1.5, "set-directory"));
    rows.add(row("/" + EVIL + "/b", MIB, 1.5, "set-directory"));
    rows.add(row("/d/c", 2 * MIB, 1.5, "rewrite"));
    rows.add(row("/d/d", 2 * MIB, 1.2, "prior-only"));
    for (String name : List.of("/e/1", "/e/2", "/e/3")) {
      rows.add(row(name, HALF, 1.0, "keep"));
    }
    tables().write(Tables.RECOMMENDATIONS, TableRows.of(spark, Tables.RECOMMENDATIONS, rows));
    tables().write(Tables.FILES, TableRows.of(spark, Tables.FILES, List.of()));
  }

  private static Map<String, Object> row(String path, long chunk, double gain, String action) {
    return AdvisedFile.of(path.getBytes(ISO_8859_1), 100 * MIB, HALF, chunk, gain, action);
  }

  private void evidence(SparkSession spark) {
    List<Map<String, Object>> changes =
        new ArrayList<>(AdvisedFile.changes(AdvisedFile.cohort("flash", null), "all"));
    changes.addAll(AdvisedFile.changes(AdvisedFile.cohort("flash", EVIL), "all"));
    List<Map<String, Object>> observations = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      observations.add(
          Map.of(
              "source",
              "darshan",
              "observation_id",
              "o" + i,
              "directory",
              "d" + i % 5,
              "chunk_bytes",
              i % 2 == 0 ? HALF : MIB,
              "weight",
              0.5));
    }
    tables().write(Tables.EVIDENCE, TableRows.of(spark, Tables.EVIDENCE, changes));
    tables().write(Tables.OBSERVATIONS, TableRows.of(spark, Tables.OBSERVATIONS, observations));
  }

  private void evaluation(SparkSession spark) {
    List<Map<String, Object>> rows = new ArrayList<>();
    Map.of("keep", 0.8, "best-constant", 0.9, "mlp", 0.96, "oracle", 1.0)
        .forEach((policy, value) -> rows.add(judged("truth", policy, "ratio-to-oracle", value)));
    rows.add(judged("truth", "mlp", "gate:ratio-to-oracle", 1));
    Map.of("keep", 0.85, "mlp", 0.97, "oracle", 1.0)
        .forEach((policy, value) -> rows.add(judged("evidence", policy, "ratio-to-oracle", value)));
    rows.add(judged("evidence", "mlp", "octaves-over-cohort-table", 0.0012));
    tables().write(Tables.EVALUATION, TableRows.of(spark, Tables.EVALUATION, rows));
  }

  private static Map<String, Object> judged(
      String basis, String policy, String metric, double value) {
    return Map.of(
        "basis",
        basis,
        "policy",
        policy,
        "metric",
        metric,
        "value",
        value,
        "low",
        value - 0.02,
        "high",
        value + 0.02,
        "files",
        1000L,
        "directories",
        50L);
  }

  private void ingest(SparkSession spark) {
    Map<String, Object> ledger = new java.util.HashMap<>();
    ledger.put("source_file", "export" + EVIL + ".lp");
    ledger.put("kind", "metrics");
    ledger.put("format", "line-protocol");
    for (String column : List.of("comments", "blanks", "unknown", "duplicates")) {
      ledger.put(column, 0L);
    }
    ledger.put("bytes", 5000L);
    ledger.put("lines", 100L);
    ledger.put("accepted", 98L);
    ledger.put("rejected", 2L);
    tables()
        .write(Tables.INGEST_LEDGER, TableRows.of(spark, Tables.INGEST_LEDGER, List.of(ledger)));
    tables()
        .write(
            Tables.REJECTS,
            TableRows.of(
                spark,
                Tables.REJECTS,
                List.of(
                    Map.of("source_file", "a", "reason", "MALFORMED", "detail", EVIL + "\u202E"))));
    tables()
        .write(
            Tables.NODE_MINUTES,
            TableRows.of(
                spark,
                Tables.NODE_MINUTES,
                List.of(
                    Map.of(
                        "node_kind",
                        "storage",
                        "node_num_id",
                        1,
                        "minute",
                        Timestamp.from(Instant.parse("2026-11-22T23:59:00Z"))))));
  }

  private void directoryPlan(SparkSession spark) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String name : List.of("/" + EVIL, "/left")) {
      boolean selected = !name.equals("/left");
      Map<String, Object> row = new java.util.HashMap<>();
      row.put("path", name);
      row.put("path_bytes", name.getBytes(ISO_8859_1));
      row.put("part", "change");
      row.put("hours", 10.0);
      row.put("hours_saved", 2.0);
      row.put("hours_lost", 0.25);
      row.put("files", 2L);
      row.put("bytes", 200 * MIB);
      row.put("advised_files", 2L);
      row.put("current_chunk_bytes", HALF);
      row.put("recommended_chunk_bytes", MIB);
      row.put("expected_gain", 1.5);
      row.put("gain_p10", 1.45);
      row.put("gain_p90", 1.55);
      row.put("tier", "measured");
      row.put("selected", selected);
      row.put("list_file", selected ? "directories-chunk=1048576.list" : null);
      row.put("reason", selected ? "ok" : "beyond plan.max-directories");
      rows.add(row);
    }
    outlook(spark);
    tables().write(Tables.DIRECTORY_PLAN, TableRows.of(spark, Tables.DIRECTORY_PLAN, rows));
  }

  private void report(SparkSession spark) {
    Run run =
        new Run(
            LocalDate.parse("2026-11-23"),
            SettingsReader.parse("chunkopt.output.root = /out"),
            tables());
    assertThat(new ReportJob().run(spark, run)).isEmpty();
  }

  private TableDirectory tables() {
    return new TableDirectory(root.toString());
  }

  private List<String> lines(String file) throws IOException {
    return Files.readAllLines(root.resolve("report").resolve(file));
  }

  private String page() throws IOException {
    return Files.readString(root.resolve("report/index.html"));
  }

  /** What the plan is worth, and what came of those before. */
  private void outlook(SparkSession spark) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String basis : List.of("evidence", "truth")) {
      Map<String, Object> row = new java.util.HashMap<>();
      row.put("trust", "pilots");
      row.put("basis", basis);
      row.put("directories", 1L);
      row.put("hours", 10.0);
      row.put("hours_saved", 2.0);
      row.put("hours_lost", basis.equals("truth") ? 0.5 : 0.25);
      row.put("hours_saved_p10", 1.0);
      row.put("hours_saved_p90", 2.5);
      row.put("hours_avoidable", basis.equals("truth") ? 3.0 : 4.0);
      row.put("slower_share", 0.02);
      row.put("ratio_to_oracle", basis.equals("truth") ? 0.93 : null);
      rows.add(row);
    }
    tables().write(Tables.PLAN_OUTLOOK, TableRows.of(spark, Tables.PLAN_OUTLOOK, rows));
    List<Map<String, Object>> outcomes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Map<String, Object> row = new java.util.HashMap<>();
      row.put("path", "/o" + i);
      row.put("origin", i < 3 ? "change" : "hand");
      row.put("verdict", i < 3 ? "faster" : "open");
      row.put("promised_gain", i < 3 ? 1.2 : null);
      row.put("measured_gain", i < 3 ? 1.1 : null);
      outcomes.add(row);
    }
    tables().write(Tables.OUTCOMES, TableRows.of(spark, Tables.OUTCOMES, outcomes));
  }
}
