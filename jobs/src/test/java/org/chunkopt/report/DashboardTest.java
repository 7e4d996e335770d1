package org.chunkopt.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.run.Run;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.AdvisedFile;
import org.chunkopt.testing.Influxd;
import org.chunkopt.testing.InfluxdTwo;
import org.chunkopt.testing.Scripts;
import org.chunkopt.testing.Spark;
import org.chunkopt.testing.TableRows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The queries of {@code conf/grafana/chunkopt.json} in a real InfluxDB 1.x and 2.x that two nights
 * fed.
 */
@ExtendWith(Spark.class)
class DashboardTest {
  private static final long MIB = 1 << 20;
  private static final String MOUNT = "/mnt/bee gfs,site=a";
  private static final List<String> NIGHTS =
      List.of("2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z");

  @TempDir Path home;
  @TempDir Path root;

  @Test
  void everyQueryOfEveryPanelFindsItsSeries(SparkSession spark) throws Exception {
    JsonNode dashboard = dashboard();
    tables(spark);
    try (Influxd influxd = Influxd.start(home)) {
      influxd.createDatabase("chunkopt");
      String lines = metrics(spark, NIGHTS.get(1), MOUNT);
      send(influxd);
      influxd.write("chunkopt", lines);
      influxd.write("chunkopt", lines.replace(nanos(NIGHTS.get(1)), nanos(NIGHTS.get(0))));
      // Another file system beside it, whose numbers must not be mixed in.
      String other = lines.replace("mount=/mnt/bee\\ gfs\\,site\\=a", "mount=/mnt/other");
      influxd.write("chunkopt", other.replace("files=6i", "files=1000i"));

      assertPanels(dashboard, statement -> influxd.ask("chunkopt", statement));
    }
  }

  @Test
  void everyQueryFindsItsSeriesInInfluxTwoAsWell(SparkSession spark) throws Exception {
    JsonNode dashboard = dashboard();
    tables(spark);
    try (InfluxdTwo influxd = InfluxdTwo.start(home, "chunkopt", "a-token")) {
      influxd.mapDatabase("chunkopt");
      String lines = metrics(spark, NIGHTS.get(1), MOUNT);
      influxd.write(lines);
      influxd.write(lines.replace(nanos(NIGHTS.get(1)), nanos(NIGHTS.get(0))));
      String other = lines.replace("mount=/mnt/bee\\ gfs\\,site\\=a", "mount=/mnt/other");
      influxd.write(other.replace("files=6i", "files=1000i"));
      assertPanels(dashboard, statement -> influxd.ask("chunkopt", statement));
    }
  }

  /** Answers a statement of InfluxQL. */
  private interface Asked {
    JsonNode ask(String statement) throws IOException;
  }

  private static void assertPanels(JsonNode dashboard, Asked influxd) throws IOException {
    Map<String, List<String>> variables = variables(influxd, dashboard);
    assertThat(variables.get("mount")).containsExactlyInAnyOrder(MOUNT, "/mnt/other");
    assertThat(variables.get("policy")).containsExactlyInAnyOrder("keep", "cohort-table", "mlp");
    assertThat(variables.get("metric")).containsExactly("ratio-to-oracle");

    Map<String, JsonNode> answers = new LinkedHashMap<>();
    for (JsonNode panel : dashboard.at("/panels")) {
      for (JsonNode target : panel.at("/targets")) {
        String query = substituted(target.at("/query").asText(), variables);
        JsonNode result = influxd.ask(query).at("/results/0");
        String name = panel.at("/title").asText() + " " + target.at("/refId").asText();
        assertThat(result.has("error")).as(name + ": " + query + " " + result).isFalse();
        assertThat(result.at("/series").size()).as(name + ": " + query).isPositive();
        for (JsonNode series : result.at("/series")) {
          assertThat(series.at("/values").size()).as(name + ": " + query).isPositive();
          for (JsonNode row : series.at("/values")) {
            assertThat(row.get(1).isNumber()).as(name + ": " + row).isTrue();
          }
        }
        answers.put(name, result);
      }
    }

    assertThat(answers.get("Files A").at("/series/0/values")).hasSize(2);
    assertThat(values(answers.get("Files A"))).containsOnly(6.0);
    assertThat(values(answers.get("Rejected lines A"))).containsOnly(0.02);
    assertThat(values(answers.get("To copy A"))).containsOnly(2.0 * MIB);
    assertThat(values(answers.get("Expected gain A")).get(0)).isBetween(0.49, 0.51);
    assertThat(answers.get("Files by advice A").at("/series")).hasSize(5);
    assertThat(answers.get("Policies: ${metric} A").at("/series")).hasSize(3);
    assertThat(answers.get("Age of the newest run A").at("/series/0/values/0/0").asText())
        .isEqualTo(NIGHTS.get(1));
  }

  @Test
  void noPanelIsBoundToOneInstallation() throws IOException {
    JsonNode dashboard = dashboard();
    assertThat(dashboard.has("uid")).isFalse();
    assertThat(dashboard.at("/id").isMissingNode()).isTrue();
    assertThat(dashboard.findValues("uid")).allMatch(uid -> uid.asText().equals("${datasource}"));
    assertThat(dashboard.at("/templating/list/0/type").asText()).isEqualTo("datasource");
    List<Integer> ids = new ArrayList<>();
    for (JsonNode panel : dashboard.at("/panels")) {
      ids.add(panel.at("/id").asInt());
      assertThat(panel.at("/fieldConfig/defaults/unit").asText()).isNotEmpty();
      assertThat(panel.at("/title").asText()).isNotEmpty();
      assertThat(panel.at("/description").asText()).endsWith(".");
      assertThat(panel.at("/gridPos/x").asInt() + panel.at("/gridPos/w").asInt())
          .isLessThanOrEqualTo(24);
    }
    assertThat(ids).doesNotHaveDuplicates().hasSizeGreaterThan(10);
  }

  /** Sends the run's lines by the command of the README; the same points again change nothing. */
  private void send(Influxd influxd) throws IOException {
    String command =
        Files.readString(Path.of("../README.md"))
            .lines()
            .filter(line -> line.startsWith("curl "))
            .findFirst()
            .orElseThrow()
            .replace("OUTPUT/runs/run_date=2026-11-23", root.toString())
            .replace("http://localhost:8086", influxd.url());
    Scripts.execute(Map.of(), List.of("/bin/bash", "-c", command)).requireSuccess();
  }

  private static JsonNode dashboard() throws IOException {
    return new ObjectMapper().readTree(Path.of("../conf/grafana/chunkopt.json").toFile());
  }

  /** The values of every variable, asked for in their order as Grafana does. */
  private static Map<String, List<String>> variables(Asked influxd, JsonNode dashboard)
      throws IOException {
    Map<String, List<String>> variables = new LinkedHashMap<>();
    for (JsonNode variable : dashboard.at("/templating/list")) {
      if (!variable.at("/type").asText().equals("query")) {
        continue;
      }
      String query = substituted(variable.at("/query").asText(), variables);
      List<String> values = new ArrayList<>();
      for (JsonNode row : influxd.ask(query).at("/results/0/series/0/values")) {
        values.add(row.get(1).asText());
      }
      assertThat(values).as(query).isNotEmpty();
      variables.put(variable.at("/name").asText(), values);
    }
    return variables;
  }

  /**
   * The query as Grafana sends it: a variable of one value is the mount, of several all of them.
   */
  private static String substituted(String query, Map<String, List<String>> variables) {
    String sent =
        query.replace(
            "$timeFilter", "time >= " + millis(NIGHTS.get(0)) + "ms and time <= 1795478400000ms");
    for (Map.Entry<String, List<String>> variable : variables.entrySet()) {
      List<String> values = variable.getValue();
      String one = values.contains(MOUNT) ? MOUNT : values.get(0);
      sent =
          sent.replace("${" + variable.getKey() + "}", one)
              .replace(
                  "${" + variable.getKey() + ":regex}",
                  "(" + String.join("|", values).replace("-", "\\-") + ")");
    }
    assertThat(sent).doesNotContain("${").doesNotContain("$time").doesNotContain("$__");
    return sent;
  }

  private static long millis(String instant) {
    return Instant.parse(instant).toEpochMilli();
  }

  private static String nanos(String instant) {
    return " " + millis(instant) + "000000\n";
  }

  private static List<Double> values(JsonNode result) {
    List<Double> values = new ArrayList<>();
    for (JsonNode row : result.at("/series/0/values")) {
      values.add(row.get(1).asDouble());
    }
    return values;
  }

  private String metrics(SparkSession spark, String asOf, String mount) throws IOException {
    Run run =
        new Run(
            LocalDate.parse(asOf.substring(0, 10)),
            SettingsReader.parse(
                "chunkopt { output.root = \"/out\", run.as-of = \""
                    + asOf
                    + "\", beegfs.mount = \""
                    + mount
                    + "\" }"),
            new TableDirectory(root.toString()));
    new ReportJob().run(spark, run);
    return Files.readString(root.resolve("report/metrics.lp"));
  }

  private void tables(SparkSession spark) {
    List<Map<String, Object>> advice = new ArrayList<>();
    for (String name : List.of("/a/1", "/a/2", "/a/3")) {
      advice.add(file(name, MIB / 2, 1.0, "keep"));
    }
    advice.add(file("/b/1", MIB, 1.5, "set-directory"));
    advice.add(file("/b/2", MIB, 1.5, "rewrite"));
    advice.add(file("/c/1", MIB, 1.2, "prior-only"));
    write(spark, Tables.RECOMMENDATIONS, advice);
    write(spark, Tables.FILES, List.of());
    write(spark, Tables.NODE_MINUTES, List.of());
    write(spark, Tables.EVIDENCE, List.of());
    write(spark, Tables.OBSERVATIONS, List.of());
    write(spark, Tables.DIRECTORY_PLAN, List.of());
    Map<String, Object> rewrite = new HashMap<>();
    rewrite.put("path_bytes", "/b/2".getBytes(UTF_8));
    rewrite.put("size_bytes", 2 * MIB);
    rewrite.put("recommended_chunk_bytes", MIB);
    rewrite.put("selected", true);
    rewrite.put("reason", "ok");
    write(spark, Tables.FILE_PLAN, List.of(rewrite));
    Map<String, Object> ledger = new HashMap<>();
    for (String column : List.of("comments", "blanks", "unknown", "duplicates")) {
      ledger.put(column, 0L);
    }
    ledger.putAll(Map.of("source_file", "m.lp", "kind", "metrics", "format", "line-protocol"));
    ledger.putAll(Map.of("bytes", 5000L, "lines", 100L, "accepted", 98L, "rejected", 2L));
    write(spark, Tables.INGEST_LEDGER, List.of(ledger));
    List<Map<String, Object>> evaluation = new ArrayList<>();
    for (String policy : List.of("keep", "cohort-table", "mlp")) {
      Map<String, Object> row = new HashMap<>();
      row.putAll(Map.of("basis", "evidence", "policy", policy, "metric", "ratio-to-oracle"));
      row.putAll(Map.of("value", 0.2, "low", 0.1, "high", 0.3, "files", 9L, "directories", 3L));
      evaluation.add(row);
    }
    write(spark, Tables.EVALUATION, evaluation);
  }

  private static Map<String, Object> file(String path, long chunk, double gain, String action) {
    return AdvisedFile.of(path.getBytes(UTF_8), 2 * MIB, MIB / 2, chunk, gain, action);
  }

  private void write(SparkSession spark, Table table, List<Map<String, Object>> rows) {
    new TableDirectory(root.toString()).write(table, TableRows.of(spark, table, rows));
  }
}
