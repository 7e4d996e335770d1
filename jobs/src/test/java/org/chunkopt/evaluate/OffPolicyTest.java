package org.chunkopt.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A simulated history whose propensities and effects are known. */
@ExtendWith(Spark.class)
class OffPolicyTest {
  private static final StructType LOGGED =
      StructType.fromDDL(
          "source STRING, observation_id STRING, path_bytes BINARY, directory STRING, position INT,"
              + " weight DOUBLE, value DOUBLE, gains ARRAY<DOUBLE>, context STRING,"
              + " propensities ARRAY<DOUBLE>, supported ARRAY<BOOLEAN>, entropy_bits DOUBLE");
  private static final Settings SETTINGS =
      SettingsReader.parse("chunkopt { evaluate.bootstrap = 300 }");

  private static final int FILES = 3_000;

  /** Two kinds of files: in a the large chunk is better by 0.4, in b worse by 0.3. */
  private static final double[][] EFFECTS = {
    {0, 0, 0, 0, 0.2, 0.4, 0, 0}, {0, 0, 0, 0, -0.1, -0.3, 0, 0}
  };

  /** The history picks the large chunk for those files where it is better: the confounder. */
  private static final double[][] PROPENSITIES = {
    {0, 0, 0, 0.5, 0.2, 0.3, 0, 0}, {0, 0, 0, 0.7, 0.2, 0.1, 0, 0}
  };

  private record History(List<Row> logged, List<Row> proposals) {}

  @Test
  void findsTheValueOfAPolicyDespiteTheConfounder(SparkSession spark) {
    Map<String, Row> rows = judged(spark, history(7, EFFECTS, new double[8], PROPENSITIES));
    // Half of the files gain 0.4 and half lose 0.3 with the constant; the network moves the first
    // kind.
    isNear(rows.get("best-constant snips-over-default"), 0.05);
    isNear(rows.get("best-constant dr-over-default"), 0.05);
    isNear(rows.get("mlp dr-over-default"), 0.2);
    isNear(rows.get("mlp snips-over-default"), 0.2);
    // The history has 0.2 * 0.2 + 0.3 * 0.4 in one half, 0.2 * -0.1 + 0.1 * -0.3 in the other.
    isNear(rows.get("mlp dr-over-keep"), 0.2 - (0.16 - 0.05) / 2);
    assertThat(value(rows, "mlp identifiable")).isEqualTo(1);
    assertThat(value(rows, "keep dr-over-keep")).isCloseTo(0, within(1e-9));
    assertThat(value(rows, "default-512k dr-over-default")).isCloseTo(0, within(1e-9));
    assertThat(value(rows, "history two-arms")).isEqualTo(1);
    isNear(rows.get("mlp dr-over-cohort-table"), 0.2 - 0.05);
  }

  @Test
  void aWrongCurveDoesNotBiasTheDoublyRobustValue(SparkSession spark) {
    double[] wrong = {0, 0, 0, 0, 1, -2, 3, 0};
    Map<String, Row> rows = judged(spark, history(8, EFFECTS, wrong, PROPENSITIES));
    isNear(rows.get("best-constant dr-over-default"), 0.05);
    isNear(rows.get("mlp dr-over-default"), 0.2);
  }

  @Test
  @Tag("R22")
  @DisplayName("R22: shuffled responses have no value")
  void shuffledResponsesHaveNoValue(SparkSession spark) {
    History history = history(9, EFFECTS, new double[8], PROPENSITIES);
    List<Object> values =
        new ArrayList<>(history.logged().stream().map(row -> row.get(6)).toList());
    Collections.shuffle(values, new Random(10));
    List<Row> shuffled = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Object[] columns = columns(history.logged().get(i));
      columns[6] = values.get(i);
      shuffled.add(RowFactory.create(columns));
    }
    Map<String, Row> rows = judged(spark, new History(shuffled, history.proposals()));
    for (String metric : List.of("snips-over-keep", "dr-over-keep", "dr-over-default")) {
      Row row = rows.get("mlp " + metric);
      assertThat(row.getDouble(4)).as(metric).isLessThan(0);
      assertThat(row.getDouble(5)).as(metric).isGreaterThan(0);
    }
  }

  @Test
  void ofAHistoryWithOneChunkSizeNothingIsIdentifiable(SparkSession spark) {
    double[] one = {0, 0, 0, 1, 0, 0, 0, 0};
    Map<String, Row> rows =
        judged(spark, history(11, EFFECTS, new double[8], new double[][] {one, one}));
    assertThat(rows.keySet())
        .noneMatch(name -> name.contains("dr-over") || name.contains("snips-over"));
    assertThat(
            rows.entrySet().stream()
                .filter(row -> row.getKey().endsWith(" identifiable"))
                .map(row -> row.getValue().getDouble(3)))
        .isNotEmpty()
        .allMatch(identifiable -> identifiable == 0);
    assertThat(value(rows, "history entropy-bits")).isZero();
  }

  @Test
  void aHistoryWithoutTestObservationsSaysSo(SparkSession spark) {
    Map<String, Row> rows = judged(spark, new History(List.of(), List.of()));
    assertThat(rows).containsOnlyKeys("history observations");
    assertThat(value(rows, "history observations")).isZero();
  }

  /** Within four of its own standard errors, which must be small enough to mean something. */
  private static void isNear(Row row, double truth) {
    double error = (row.getDouble(5) - row.getDouble(4)) / (2 * 1.96);
    assertThat(error).as(row.toString()).isBetween(1e-4, 0.06);
    assertThat(row.getDouble(3)).as(row.toString()).isCloseTo(truth, within(4 * error));
  }

  private static Object[] columns(Row row) {
    return IntStream.range(0, row.size()).mapToObj(row::get).toArray();
  }

  private static double value(Map<String, Row> rows, String name) {
    return rows.get(name).getDouble(3);
  }

  private static History history(
      long seed, double[][] effects, double[] curve, double[][] propensities) {
    Random random = new Random(seed);
    List<Row> logged = new ArrayList<>();
    List<Row> proposals = new ArrayList<>();
    for (int i = 0; i < FILES; i++) {
      int kind = i % 2;
      double[] shares = propensities[kind];
      double drawn = random.nextDouble();
      int arm = 0;
      for (double sum = shares[0]; arm < 7 && drawn >= sum; sum += shares[arm]) {
        arm++;
      }
      byte[] path = ByteBuffer.allocate(4).putInt(i).array();
      logged.add(
          RowFactory.create(
              "darshan",
              "o" + i,
              path,
              "/d" + i / 10,
              arm,
              1.0,
              effects[kind][arm] + random.nextGaussian() * 0.4,
              Arrays.stream(curve).boxed().toList(),
              "kind" + kind,
              Arrays.stream(shares).boxed().toList(),
              Arrays.stream(shares).mapToObj(share -> share > 0).toList(),
              Arrays.stream(shares)
                  .map(share -> share > 0 ? 0 - share * Math.log(share) / Math.log(2) : 0)
                  .sum()));
      for (int current = 0; current < 8; current++) {
        proposals.add(
            RowFactory.create(
                path,
                65536L << current,
                "/d" + i / 10,
                1L,
                current,
                Map.of(
                    "keep",
                    current,
                    "default-512k",
                    3,
                    "mlp",
                    kind == 0 ? 5 : 3,
                    "cohort-table",
                    5),
                Map.of()));
      }
    }
    return new History(logged, proposals);
  }

  private static Map<String, Row> judged(SparkSession spark, History history) {
    return OffPolicy.rows(
            spark.createDataFrame(history.logged(), LOGGED).coalesce(2),
            spark.createDataFrame(history.proposals(), JudgementTest.PROPOSALS).coalesce(2),
            5,
            SETTINGS)
        .stream()
        .collect(Collectors.toMap(row -> row.getString(1) + " " + row.getString(2), row -> row));
  }
}
