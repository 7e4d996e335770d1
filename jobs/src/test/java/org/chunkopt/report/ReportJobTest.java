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
        "{\"champion\": {\"policy\": \"mlp\"}, \"reason\": \"It beats the cohort table.\"}");
    Files.writeString(root.resolve("warnings.txt"), "Rejects of metrics are at 2 %.\n");
    report(spark);

    assertThat(lines("summary.txt"))
        .containsExactly(
            "Inputs    1 files, 100 lines, 2 rejected (2.0 %)",
            "Namespace 7 files, 700 MiB; server metrics cover 100.0 % of the files",
            "Evidence  40 observations in 1 cohorts; 1 cohorts have local data for more than one"
                + " chunk size",
            "Model     m1: It beats the cohort table. Trained 3 epochs.",
            "Advice    keep 3, set-directory 2, rewrite 1, prior-only 1, insufficient 0",
            "Gain      expected +50.0 % (80 % interval +45.0 % to +55.0 %) for 3 files, 300 MiB,"
                + " that local data supports",
            "Judged    ratio to the best possible by truth: keep 0.800, best-constant 0.900, mlp"
                + " 0.960",
            "Plan      1 of 2 directories (limit 1,000), 0 of 0 rewrites (limit 10,000), 0 B to copy"
                + " (limit 10 TiB)",
            "Warnings  Rejects of metrics are at 2 %.",
            "Output    /out/runs/run_date=2026-11-23/report/index.html");

    assertThat(lines("evaluation.txt"))
        .startsWith(
            "Overlap: 1,000 observations of 50 test directories in 7 contexts. 60.0 % of them are in"
                + " a context",
            "where the history supports two chunk sizes or more (1.70 on average); entropy of the"
                + " chunk size",
            "given the context 0.45 bits.",
            "",
            "Judged by the history of the test directories: log2 throughput over keeping and over"
                + " 512K,")
        .contains(
            "keep              0.000   0.600     1,000    +0.000 (-0.020 to +0.020)    -"
                + "                            -                            -",
            "mlp               0.000   0.100     12       not identifiable",
            "The network and the cohort table choose the same for 93.0 % of the held-out files that"
                + " either would change.",
            "Judged by truth: 1,000 files of 50 held-out directories; 95 % intervals by directory.",
            "Gates",
            "mlp               ratio-to-oracle       0.960                     at least 0.95"
                + "         passed")
        .anyMatch(line -> line.matches("best-constant +0.900 \\(0.880 to 0.920\\) +- .*"));

    String page = page();
    assertThat(page)
        .contains("beegfs-ctl --setpattern --chunksize=1m - &lt; directories-chunk=1048576.list")
        .contains("Trained 3 epochs.")
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
        .contains("kept: 2")
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
        .hasSize(10)
        .anyMatch(line -> line.contains("not identifiable"))
        .anyMatch(line -> line.contains("every curve is the prior"))
        .anyMatch(line -> line.contains("no file has advice that local data supports"));
    assertThat(lines("evaluation.txt"))
        .containsExactly("Not identifiable: the policies have not been judged.");
    assertThat(page()).contains("holds no regular file").doesNotContain("NaN", "null");
    assertSelfContained(page());
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
    List<Map<String, Object>> arms = new ArrayList<>();
    List<Map<String, Object>> observations = new ArrayList<>();
    for (int arm = 0; arm < 8; arm++) {
      boolean tried = arm == 3 || arm == 4;
      Map<String, Object> row =
          new java.util.HashMap<>(
              Map.of(
                  "cohort",
                  "flash|seq|4|20|28",
                  "level",
                  5,
                  "chunk_bytes",
                  65536L << arm,
                  "files",
                  tried ? 20L : 0L,
                  "directories",
                  tried ? 5L : 0L,
                  "prior_log2",
                  0.1 * arm - 0.35,
                  "posterior_log2",
                  0.2 * arm - 0.7,
                  "posterior_se",
                  0.1,
                  "tier",
                  "cohort",
                  "tie",
                  arm == 7));
      row.put("fold", "all");
      if (tried) {
        row.put("mean_log2", 0.2 * arm - 0.65);
      }
      arms.add(row);
    }
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
    tables().write(Tables.EVIDENCE, TableRows.of(spark, Tables.EVIDENCE, arms));
    tables().write(Tables.OBSERVATIONS, TableRows.of(spark, Tables.OBSERVATIONS, observations));
  }

  private void evaluation(SparkSession spark) {
    List<Map<String, Object>> rows = new ArrayList<>();
    Map.of("keep", 0.8, "best-constant", 0.9, "mlp", 0.96, "oracle", 1.0)
        .forEach((policy, value) -> rows.add(judged("truth", policy, "ratio-to-oracle", value)));
    rows.add(judged("truth", "mlp", "gate:ratio-to-oracle", 1));
    Map.of(
            "observations", 1000.0,
            "contexts", 7.0,
            "two-arms", 0.6,
            "supported-arms", 1.7,
            "entropy-bits", 0.45)
        .forEach((metric, value) -> rows.add(judged("observed", "history", metric, value)));
    Map.of("ess", 1000.0, "coverage", 0.6, "moved", 0.0, "identifiable", 1.0, "dr-over-keep", 0.0)
        .forEach((metric, value) -> rows.add(judged("observed", "keep", metric, value)));
    Map.of(
            "ess", 12.0,
            "coverage", 0.1,
            "moved", 0.0,
            "identifiable", 0.0,
            "agreement-with-cohort-table", 0.93)
        .forEach((metric, value) -> rows.add(judged("observed", "mlp", metric, value)));
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
      row.put("files", 2L);
      row.put("bytes", 200 * MIB);
      row.put("advised_files", 2L);
      row.put("current_chunk_bytes", HALF);
      row.put("recommended_chunk_bytes", MIB);
      row.put("expected_gain", 1.5);
      row.put("gain_p10", 1.45);
      row.put("gain_p90", 1.55);
      row.put("tier", "cohort");
      row.put("selected", selected);
      row.put("list_file", selected ? "directories-chunk=1048576.list" : null);
      row.put("reason", selected ? "ok" : "beyond plan.max-directories");
      rows.add(row);
    }
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
}
