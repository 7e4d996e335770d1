package org.chunkopt.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.run.Run;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.AdvisedFile;
import org.chunkopt.testing.Scripts;
import org.chunkopt.testing.Spark;
import org.chunkopt.testing.TableRows;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The report of a run full of hostile names, in a real browser: {@code check-report.sh}. */
@ExtendWith(Spark.class)
class ReportInChromiumTest {
  private static final long HALF = 512 << 10;
  private static final long MIB = 1 << 20;

  /** Names that would run, hide, turn, break lines or push the page wide. */
  private static final List<String> NAMES =
      List.of(
          "<img src=x onerror=alert(1)>",
          "</script><script>alert(1)</script>",
          "\"><svg onload=alert(1)>",
          "invoice\u202Efdp.exe",
          "two\nlines\r\u2028three",
          "javascript:alert(1)",
          "</title></style></pre></details>",
          "<!--",
          "w".repeat(255));

  @TempDir Path root;

  @Test
  @Tag("R18")
  @DisplayName("R18: hostile names are inert in a browser, on screen and paper")
  void hostileNamesAreInertOnScreenAndPaper(SparkSession spark) throws Exception {
    render(spark);
    Path page = root.resolve("report/index.html");

    assertThat(Files.readString(page))
        .contains("&lt;img src=x onerror=alert(1)&gt;", "invoice\\u202Efdp.exe", "two\\u000Alines")
        .contains("sed -n &#39;5{p;q}&#39; directories-chunk=1048576.list | beegfs-ctl")
        .contains("sed -zn &#39;6{p;q}&#39; directories-chunk=1048576.list0 | beegfs entry set")
        .contains("The files are others in file_size_log2.");
    assertThat(check(page)).isEmpty();
  }

  @Test
  @Tag("R18")
  @DisplayName("R18: the check of the report sees what it is made to see")
  void theCheckSeesWhatItIsMadeToSee(SparkSession spark) throws Exception {
    render(spark);
    Path page = root.resolve("report/index.html");
    Path broken = root.resolve("broken.html");
    Files.writeString(
        broken,
        Files.readString(page)
            .replace(
                "<main>",
                "<main>"
                    + NAMES.get(0)
                    + NAMES.get(3)
                    + "<pre style=\"overflow:visible;white-space:pre\">"
                    + NAMES.get(8)));

    assertThat(check(broken))
        .contains(
            "an attribute that runs: IMG onerror",
            "asks for file:",
            "an invisible character: U+202e",
            "px wide on a screen of 390 px");
  }

  /** What the check has to say against a page, nothing where it holds. */
  private static String check(Path page) throws IOException {
    Scripts.Result result = Scripts.run("check-report.sh", page.toString());
    assertThat(result.code()).as(result.err()).isLessThan(2);
    return result.code() == 0 ? "" : result.err();
  }

  private void render(SparkSession spark) throws IOException {
    List<Map<String, Object>> advice = new ArrayList<>();
    List<Map<String, Object>> plan = new ArrayList<>();
    List<Map<String, Object>> rejects = new ArrayList<>();
    List<Map<String, Object>> ledger = new ArrayList<>();
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    ByteArrayOutputStream list0 = new ByteArrayOutputStream();
    for (int i = 0; i < NAMES.size(); i++) {
      String name = NAMES.get(i);
      byte[] path = ("/" + name).getBytes(UTF_8);
      advice.add(AdvisedFile.of(path, 100 * MIB, HALF, MIB, 1.5, "set-directory"));
      // Raw on purpose: the report must not rely on the tables' escaping.
      plan.add(planned("/" + name, path, (NAMES.size() - i) * MIB));
      rejects.add(Map.of("source_file", name, "reason", "MALFORMED", "detail", name));
      ledger.add(read(name));
      list0.writeBytes(("/mnt/beegfs/" + name + "\0").getBytes(UTF_8));
      if (!name.contains("\n")) {
        list.writeBytes(("/mnt/beegfs/" + name + "\n").getBytes(UTF_8));
      }
    }
    Files.createDirectories(root.resolve("plan"));
    Files.write(root.resolve("plan/directories-chunk=1048576.list"), list.toByteArray());
    Files.write(root.resolve("plan/directories-chunk=1048576.list0"), list0.toByteArray());
    write(spark, Tables.RECOMMENDATIONS, advice);
    write(spark, Tables.DIRECTORY_PLAN, plan);
    write(spark, Tables.REJECTS, rejects);
    write(spark, Tables.INGEST_LEDGER, ledger);
    write(spark, Tables.FILES, List.of());
    write(spark, Tables.NODE_MINUTES, List.of());
    write(spark, Tables.OBSERVATIONS, observations());
    write(spark, Tables.EVIDENCE, evidence());
    write(spark, Tables.LABELS, inputs(20, Map.of("split", "train")));
    write(spark, Tables.FILE_FEATURES, inputs(30, Map.of()));
    Files.writeString(root.resolve("warnings.txt"), String.join("\n", NAMES) + "\n");
    Files.writeString(
        root.resolve("train.json"),
        """
        {"model_id": "m1", "sentence": "<b>Trained</b>", "train_files": 9, "validation_files": 1,
         "best_epoch": 1, "epochs": [{"number": 1, "train_loss": 0.3, "validation_loss": 0.31}]}
        """);
    Run run =
        new Run(
            LocalDate.parse("2026-11-23"),
            SettingsReader.parse("chunkopt.output.root = \"" + root + "\""),
            tables());
    new ReportJob().run(spark, run);
  }

  private static Map<String, Object> planned(String name, byte[] path, long bytes) {
    Map<String, Object> row = new HashMap<>();
    row.put("path", name);
    row.put("path_bytes", path);
    row.put("files", 2L);
    row.put("bytes", bytes);
    row.put("advised_files", 2L);
    row.put("current_chunk_bytes", HALF);
    row.put("recommended_chunk_bytes", MIB);
    row.put("expected_gain", 1.5);
    row.put("gain_p10", 1.45);
    row.put("gain_p90", 1.55);
    row.put("part", "change");
    row.put("hours", 2.0);
    row.put("hours_saved", bytes / 1e9);
    row.put("hours_lost", 0.0);
    row.put("tier", "measured");
    row.put("selected", true);
    row.put("list_file", "directories-chunk=1048576.list");
    row.put("reason", "ok");
    return row;
  }

  private static Map<String, Object> read(String name) {
    Map<String, Object> row = new HashMap<>();
    for (String column : List.of("comments", "blanks", "unknown", "duplicates")) {
      row.put(column, 0L);
    }
    row.put("source_file", name);
    row.put("kind", "metrics");
    row.put("format", "line-protocol");
    row.put("bytes", 50L);
    row.put("lines", 10L);
    row.put("accepted", 9L);
    row.put("rejected", 1L);
    return row;
  }

  private static List<Map<String, Object>> observations() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < NAMES.size(); i++) {
      rows.add(
          Map.of(
              "split",
              "test",
              "cohort",
              AdvisedFile.cohort(NAMES.get(0), null),
              "log2_throughput",
              5.0 + i,
              "source",
              "darshan",
              "observation_id",
              "o" + i,
              "directory",
              NAMES.get(i),
              "chunk_bytes",
              i % 2 == 0 ? HALF : MIB,
              "weight",
              0.5));
    }
    return rows;
  }

  /** A curve a name, in both folds: storage pools and directories have names too. */
  private static List<Map<String, Object>> evidence() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String name : NAMES) {
      for (String fold : List.of("learn", "all")) {
        rows.addAll(AdvisedFile.changes(AdvisedFile.cohort(name, null), fold));
      }
      rows.addAll(AdvisedFile.changes(AdvisedFile.cohort("flash", name), "all"));
    }
    return rows;
  }

  /** Rows of file_features or labels with sizes from 2 to the power of this on. */
  private static List<Map<String, Object>> inputs(int log2, Map<String, Object> more) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Map<String, Object> row = new HashMap<>(more);
      row.put("path_bytes", ("/f" + i).getBytes(UTF_8));
      row.put("file_size_log2", log2 + i / 20.0);
      row.put("cpu_usage_fraction", i / 40.0);
      rows.add(row);
    }
    return rows;
  }

  private void write(SparkSession spark, Table table, List<Map<String, Object>> rows) {
    tables().write(table, TableRows.of(spark, table, rows));
  }

  private TableDirectory tables() {
    return new TableDirectory(root.toString());
  }
}
