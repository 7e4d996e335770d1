package org.chunkopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.chunkopt.history.HabitGroups;
import org.chunkopt.history.ServerHistory;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.chunkopt.testing.TableRows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Spark.class)
class LabelsTest {
  private static final Settings SETTINGS = SettingsReader.defaults();
  private static final Cohort COHORT =
      new Cohort("c43", 2, 30, new Cohort.Use(true, true, false, 20, 0), null, null, null);
  private static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
  private static final long DEFAULT = 512 << 10;
  private static final long LARGE = 2 << 20;
  private static final int DIRECTORIES = 60;
  private static final int FILES = 6;
  private static final int MINUTES = 180;

  /**
   * What a label is made of, and the one input that the law of the pool encodes; everything else is
   * an input or names the file.
   */
  private static final Set<String> FROM_RESPONSES =
      Set.of(
          "label_log2_kib", "label_scaled", "weight", "spread_log2", "access_pattern_chunk_log2");

  @Test
  void shuffledResponsesChangeTheLabelsAndNoInput(SparkSession spark) {
    List<Map<String, Object>> rows = observations();
    Dataset<Row> truth = labels(spark, rows);
    List<Object> responses =
        new ArrayList<>(rows.stream().map(row -> row.get("log2_throughput")).toList());
    Collections.shuffle(responses, new Random(3));
    for (int i = 0; i < rows.size(); i++) {
      rows.get(i).put("log2_throughput", responses.get(i));
    }
    Dataset<Row> shuffled = labels(spark, rows);

    assertThat(json(shuffled, true)).as("what is learnt").isNotEqualTo(json(truth, true));
    assertThat(truth.where("never_logged = 1").count())
        .as("each file once as it is and once as if never logged")
        .isEqualTo(DIRECTORIES * FILES);
    assertThat(truth.count()).isEqualTo(2 * DIRECTORIES * FILES);
    List<String> inputs = json(truth, false);
    assertThat(inputs).hasSizeGreaterThan(DIRECTORIES * FILES / 2);
    assertThat(json(shuffled, false)).as("inputs before the access").isEqualTo(inputs);
    assertThat(truth.where("io_throughput_bytes_per_s IS NOT NULL").isEmpty())
        .as("inputs that could leak")
        .isFalse();
    assertThat(truth.select("cohort", "access_pattern_chunk_log2").distinct().count())
        .as("what the law encodes is one number for each cohort, whatever its files reached")
        .isEqualTo(truth.select("cohort").distinct().count());
    assertThat(truth.select("io_throughput_bytes_per_s", "storage_pressure").distinct().count())
        .as("server figures of different minutes")
        .isGreaterThan(50);
  }

  /** The rows by path, either the columns made from responses or all others. */
  private static List<String> json(Dataset<Row> labels, boolean fromResponses) {
    Column[] columns =
        Tables.LABELS.columnNames().stream()
            .filter(name -> FROM_RESPONSES.contains(name) == fromResponses)
            .map(functions::col)
            .toArray(Column[]::new);
    return labels.orderBy("path_bytes", "never_logged").select(columns).toJSON().collectAsList();
  }

  private static Dataset<Row> labels(SparkSession spark, List<Map<String, Object>> rows) {
    Dataset<Row> observations = TableRows.of(spark, Tables.OBSERVATIONS, rows);
    Dataset<Row> features = TableRows.of(spark, Tables.FILE_FEATURES, features());
    Dataset<Row> habits = TableRows.of(spark, Tables.HABITS, habits());
    Dataset<Row> learning =
        SqlFile.named("evidence/learning_files")
            .run(
                Map.of(
                    "observations", observations,
                    "file_features", features,
                    "groups", HabitGroups.of(habits, 4)),
                Map.of(
                    "seed", SETTINGS.run().seed(),
                    "as_of", START.plus(Duration.ofMinutes(MINUTES)),
                    "sample", 1.0))
            .localCheckpoint();
    Lessons lessons = Lessons.learn(observations, habits, features, learning, SETTINGS);
    Dataset<Row> targetMinutes = TableRows.of(spark, Tables.TARGET_MINUTES, targetMinutes());
    Dataset<Row> servers =
        SqlFile.named("evidence/access_servers")
            .run(
                Map.of(
                    "labelled",
                    learning.where("never_logged = 0"),
                    "target_nodes",
                    targetMinutes.select("target_id", "node_num_id").distinct(),
                    "server_history",
                    ServerHistory.of(
                        TableRows.of(spark, Tables.NODE_MINUTES, nodeMinutes()),
                        Duration.ofMinutes(10)),
                    "target_minutes",
                    targetMinutes),
                Map.of());
    return EvidenceJob.labels(learning, lessons.cohorts(spark), habits, servers).localCheckpoint();
  }

  /** The logged files of each directory, in the groups of their suffix and of all. */
  private static List<Map<String, Object>> habits() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int directory = 0; directory < DIRECTORIES; directory++) {
      for (int level : new int[] {4, 6}) {
        Map<String, Object> row = new HashMap<>();
        row.put("level", level);
        row.put("habit", level == 4 ? ".h5 files" : "all files");
        row.put("suffix", level == 4 ? "h5" : null);
        row.put("directory", "/d" + directory);
        row.put("use", COHORT.row().getStruct(3));
        row.put("files", (long) FILES);
        row.put("request_log2", 20.0);
        row.put("processes_log2", 0.0);
        rows.add(row);
      }
    }
    return rows;
  }

  private static long chunk(int directory) {
    return directory % 3 == 0 ? LARGE : DEFAULT;
  }

  private static byte[] path(int directory, int file) {
    return ("/d" + directory + "/" + file).getBytes(StandardCharsets.UTF_8);
  }

  /** Two accesses of each file, whose responses differ. */
  private static List<Map<String, Object>> observations() {
    Random random = new Random(1);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int directory = 0; directory < DIRECTORIES; directory++) {
      for (int file = 0; file < FILES; file++) {
        for (int access = 0; access < 2; access++) {
          Map<String, Object> row = new HashMap<>();
          row.put("source", "darshan");
          row.put("observation_id", directory + "/" + file + "/" + access);
          row.put("path_bytes", path(directory, file));
          row.put("directory", "/d" + directory);
          row.put("uid", directory % 7L);
          row.put("split", "train");
          row.put("cohort", COHORT.row());
          row.put("access_start", minute(20 + random.nextInt(MINUTES - 20)));
          row.put("access_end", minute(MINUTES));
          row.put("node_num_id", 1);
          row.put("size_bytes", 1L << 30);
          row.put("chunk_bytes", chunk(directory));
          row.put(
              "log2_throughput",
              (chunk(directory) == LARGE ? 10 : 9) + 0.2 * random.nextGaussian());
          row.put("request_bytes_log2", 20.0);
          row.put("page_cache", false);
          row.put("weight", access == 0 ? 0.6 : 0.9);
          rows.add(row);
        }
      }
    }
    return rows;
  }

  private static List<Map<String, Object>> features() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int directory = 0; directory < DIRECTORIES; directory++) {
      for (int file = 0; file < FILES; file++) {
        Map<String, Object> row = new HashMap<>();
        row.put("path_bytes", path(directory, file));
        row.put("parent_path", "/d" + directory);
        row.put("uid", directory % 7L);
        row.put("size_bytes", 1L << 30);
        row.put("id_base_time", minute(5));
        row.put("chunk_bytes", chunk(directory));
        row.put("target_ids", List.of(1, 2));
        row.put("file_type", "array");
        row.put("suffix", "h5");
        row.put("access_frequency_source", "events");
        row.put("cohort", COHORT.row());
        row.put("file_size_log2", 30.0);
        row.put("file_type_code", 6.0);
        row.put("access_run_log2", 20.0);
        row.put("current_chunk_log2_kib", Math.log(chunk(directory) / 1024.0) / Math.log(2));
        row.put("num_targets", 2.0);
        row.put("compressed_flag", 0.0);
        row.put("access_frequency_log2", 1.0);
        row.put("request_bytes_log2", 20.0);
        rows.add(row);
      }
    }
    return rows;
  }

  private static List<Map<String, Object>> nodeMinutes() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int minute = 0; minute < MINUTES; minute++) {
      for (String kind : List.of("storage", "meta")) {
        Map<String, Object> row = new HashMap<>();
        row.put("node_kind", kind);
        row.put("node_num_id", 1);
        row.put("minute", minute(minute));
        row.put("samples", 60);
        row.put("disk_read_bytes", 1e9 * minute);
        row.put("disk_write_bytes", 5e8);
        row.put("net_send_bytes", 2e9 * minute);
        row.put("work_requests", 60.0 * minute);
        row.put("queued_requests", minute / 10.0);
        row.put("cpu_usage_fraction", minute / 200.0);
        row.put("memory_usage_fraction", 0.5);
        row.put("network_latency_ms", 0.1 + minute / 1000.0);
        rows.add(row);
      }
    }
    return rows;
  }

  private static List<Map<String, Object>> targetMinutes() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int minute = 0; minute < MINUTES; minute++) {
      for (int target = 1; target <= 2; target++) {
        Map<String, Object> row = new HashMap<>();
        row.put("target_id", target);
        row.put("node_num_id", 1);
        row.put("minute", minute(minute));
        row.put("disk_space_total_bytes", 1e13);
        row.put("disk_space_free_bytes", 9e12 - 1e10 * minute);
        rows.add(row);
      }
    }
    return rows;
  }

  private static Timestamp minute(int minute) {
    return Timestamp.from(START.plus(Duration.ofMinutes(minute)));
  }
}
