package org.chunkopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.chunkopt.testing.TableRows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Planted history: owners with a directory that changed and a twin that did not, a drift that both
 * see, and noise.
 */
@ExtendWith(Spark.class)
class BeforeAfterTest {
  private static final long OLD = 512L << 10;
  private static final long NEW = 4L << 20;
  private static final Instant CHANGE = Instant.parse("2026-11-13T00:00:00Z");
  private static final int PAIRS = 60;
  private static final int HOURS = 12;
  private static final double EFFECT = 0.5;

  private final List<Map<String, Object>> observations = new ArrayList<>();
  private final List<Map<String, Object>> changes = new ArrayList<>();
  private final List<Map<String, Object>> features = new ArrayList<>();

  @Test
  void thePlantedEffectIsFoundInEveryPairWithAnHonestError(SparkSession spark) {
    Random random = new Random(20261123);
    for (int owner = 0; owner < PAIRS; owner++) {
      // What users who change their patterns have, and what the site did to them meanwhile.
      double level = 8 + random.nextGaussian();
      double drift = -0.8 + 0.3 * random.nextGaussian();
      write(random, owner, "/changed-" + owner, level, drift + EFFECT, NEW);
      write(random, owner, "/twin-" + owner, level - 1, drift, OLD);
      changes.add(
          Map.of(
              "source",
              "creation",
              "kind",
              "directory",
              "directory",
              "/changed-" + owner,
              "old_chunk_bytes",
              OLD,
              "new_chunk_bytes",
              NEW,
              "changed_after",
              Timestamp.from(CHANGE.minusSeconds(1)),
              "changed_before",
              Timestamp.from(CHANGE)));
    }
    Dataset<Row> pairs =
        BeforeAfter.of(
                TableRows.of(spark, Tables.OBSERVATIONS, observations),
                TableRows.of(spark, Tables.PATTERN_CHANGES, changes),
                TableRows.of(spark, Tables.FILE_FEATURES, features))
            .where("fold = 'all'")
            .localCheckpoint();

    List<Row> rows = pairs.collectAsList();
    assertThat(rows).hasSize(PAIRS).allMatch(row -> row.<Long>getAs("twins") == 1);
    double squares =
        rows.stream()
                .mapToDouble(
                    row ->
                        Math.pow(
                            (row.<Double>getAs("contrast_log2") - EFFECT)
                                / row.<Double>getAs("contrast_se"),
                            2))
                .sum()
            / PAIRS;
    assertThat(squares)
        .as("mean square of the errors over their standard errors")
        .isBetween(0.5, 1.5);

    Row pooled = BeforeAfter.contrasts(pairs, OLD).collectAsList().get(0);
    assertThat(pooled.<Long>getAs("arm")).isEqualTo(NEW);
    double error = pooled.getAs("contrast_se");
    assertThat(error).isLessThan(0.05);
    assertThat(pooled.<Double>getAs("contrast_log2")).isCloseTo(EFFECT, within(3 * error));
    Row seenFromTheOtherArm = BeforeAfter.contrasts(pairs, NEW).collectAsList().get(0);
    assertThat(seenFromTheOtherArm.<Double>getAs("contrast_log2"))
        .isEqualTo(-pooled.<Double>getAs("contrast_log2"));
  }

  /** As many hours before the change as after it, an access in each. */
  private void write(
      Random random, int owner, String directory, double level, double change, long chunkAfter) {
    for (int hour = -HOURS; hour < HOURS; hour++) {
      byte[] path = (directory + "/f" + (hour + HOURS)).getBytes(StandardCharsets.UTF_8);
      boolean after = hour >= 0;
      Map<String, Object> row = new HashMap<>();
      row.put("source", "darshan");
      row.put("observation_id", directory + hour);
      row.put("path_bytes", path);
      row.put("directory", directory);
      row.put("uid", (long) owner);
      row.put("split", "train");
      row.put("cohort", "flash|w-seq-private|t1|r22|s26");
      row.put("access_start", Timestamp.from(CHANGE.plus(Duration.ofHours(hour))));
      row.put("node_num_id", 1);
      row.put("chunk_bytes", after ? chunkAfter : OLD);
      row.put("log2_throughput", level + (after ? change : 0) + 0.3 * random.nextGaussian());
      row.put("weight", 0.9);
      observations.add(row);
      features.add(Map.of("path_bytes", path, "file_type", "array"));
    }
  }
}
