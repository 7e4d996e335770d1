package org.chunkopt.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;

/**
 * What {@code run.json} says of a run.
 *
 * @param run the run, its tables still in staging
 * @param settings effective settings by key, secrets hidden
 * @param stages finished stages in order
 * @param version version of this program
 */
public record RunRecord(
    Run run, Map<String, String> settings, List<StageRecord> stages, String version) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A finished stage.
   *
   * @param seconds wall time
   */
  public record StageRecord(String name, double seconds, List<String> warnings) {}

  public List<String> warnings() {
    return stages.stream().flatMap(stage -> stage.warnings().stream()).toList();
  }

  /** The record as JSON. */
  public String json(SparkSession spark) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("run_date", run.date().toString());
    json.put("as_of", run.asOf(spark).toString());
    run.previous().ifPresent(previous -> json.put("previous_run", json(previous)));
    json.put("version", version);
    json.put("spark_version", spark.version());
    json.put("java_version", Runtime.version().toString());
    json.put("master", spark.sparkContext().master());
    json.put("seed", run.settings().run().seed());
    json.put("warnings", warnings());
    json.put("stages", stages.stream().map(RunRecord::json).toList());
    json.put(
        "rows",
        RowCounts.of(spark.sparkContext().hadoopConfiguration(), run.tables(), Tables.PUBLISHED));
    json.put("inputs", inputs(spark, run.tables()));
    json.put("settings", settings);
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether the text is what a power loss leaves of a record: nothing, zero bytes or its head. */
  static boolean isTorn(String json) {
    if (json.isBlank() || json.indexOf(0) >= 0) {
      return true;
    }
    try {
      JSON.readTree(json);
      return false;
    } catch (JsonProcessingException e) {
      return json.startsWith("{");
    }
  }

  private static Map<String, Object> json(PreviousRun previous) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("run_date", previous.date().toString());
    json.put("as_of", previous.asOf().toString());
    json.put("run_json_sha256", previous.recordSha256());
    return json;
  }

  private static Map<String, Object> json(StageRecord stage) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", stage.name());
    json.put("seconds", stage.seconds());
    json.put("warnings", stage.warnings());
    return json;
  }

  /** One row per input file: bounded by the drop, not by the namespace. */
  private static List<Map<String, Object>> inputs(SparkSession spark, TableDirectory tables) {
    List<Map<String, Object>> inputs = new ArrayList<>();
    List<Row> ledger =
        tables
            .read(spark, Tables.INGEST_LEDGER)
            .select("source_file", "kind", "format", "bytes", "lines", "rejected")
            .orderBy("kind", "source_file")
            .collectAsList();
    for (Row row : ledger) {
      Map<String, Object> input = new LinkedHashMap<>();
      for (String field : row.schema().fieldNames()) {
        input.put(field, row.getAs(field));
      }
      inputs.add(input);
    }
    return inputs;
  }
}
