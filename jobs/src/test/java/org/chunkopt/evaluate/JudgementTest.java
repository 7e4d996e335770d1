package org.chunkopt.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.chunkopt.policy.Gate;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A planted truth: every figure can be worked out by hand. */
@ExtendWith(Spark.class)
class JudgementTest {
  static final StructType PROPOSALS =
      StructType.fromDDL(
          "path_bytes BINARY, chunk_bytes BIGINT, directory STRING, size_bytes BIGINT,"
              + " current_position INT, positions MAP<STRING, INT>,"
              + " promises MAP<STRING, STRUCT<gain: DOUBLE, p10: DOUBLE, p90: DOUBLE>>");
  private static final StructType JUDGE =
      StructType.fromDDL("path_bytes BINARY, ln_throughput ARRAY<DOUBLE>");
  private static final Settings SETTINGS =
      SettingsReader.parse("chunkopt { evaluate.bootstrap = 100 }");

  @Test
  void metricsAndGatesComputeExactly(SparkSession spark) {
    // 100 files in 20 directories have 512 KiB. With 2 MiB 90 are twice as fast; 10 are as they
    // were.
    // The network moves the 90, promising exactly that, and one of the others, to a fifth of its
    // speed.
    List<Row> proposals = new ArrayList<>();
    List<Row> judge = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      boolean gains = i < 90;
      byte[] path = {(byte) i};
      int network = gains ? 5 : i == 99 ? 0 : 3;
      proposals.add(
          RowFactory.create(
              path,
              524288L,
              "/d" + i % 20,
              gains ? 100L : 900L,
              3,
              Map.of("keep", 3, "mlp", network, "cohort-table", i < 45 ? 5 : 3),
              Map.of("mlp", RowFactory.create(1.0, i % 5 == 0 ? 1.1 : 0.9, 1.2))));
      double slow = Math.log(100);
      double there = gains ? Math.log(200) : slow;
      judge.add(
          RowFactory.create(
              path, List.of(Math.log(20), slow, slow, slow, slow, there, slow, slow)));
    }
    Map<String, Row> rows = judged(spark, proposals, judge, 5);

    assertThat(value(rows, "mlp ratio-to-oracle")).isCloseTo(Math.pow(0.2, 0.01), within(1e-9));
    assertThat(value(rows, "keep ratio-to-oracle")).isCloseTo(Math.pow(2, -0.9), within(1e-9));
    assertThat(value(rows, "mlp gain-over-current"))
        .isCloseTo(Math.exp(0.9 * Math.log(2) + 0.01 * Math.log(0.2)), within(1e-9));
    assertThat(value(rows, "mlp gain-over-current-bytes"))
        .isCloseTo(Math.exp((9000 * Math.log(2) + 900 * Math.log(0.2)) / 18000), within(1e-9));
    assertThat(value(rows, "keep gain-over-default")).isEqualTo(1);
    assertThat(value(rows, "mlp harm")).isCloseTo(0.01, within(1e-9));
    assertThat(value(rows, "mlp moved")).isCloseTo(0.91, within(1e-9));
    assertThat(value(rows, "mlp within-octave")).isCloseTo(1, within(1e-9));
    assertThat(value(rows, "mlp strict-hit")).isCloseTo(0.99, within(1e-9));
    assertThat(value(rows, "keep within-octave")).isCloseTo(0.1, within(1e-9));
    assertThat(value(rows, "mlp regret-p95")).isCloseTo(0, within(1e-9));
    // Realised on promised through the origin: 90 times 1, once log2(0.2).
    double last = Math.log(0.2) / Math.log(2);
    assertThat(value(rows, "mlp calibration-slope")).isCloseTo((90 + last) / 91, within(1e-9));
    // 18 of the 90 intervals begin above the gain; the one file that was harmed lies below its own.
    assertThat(value(rows, "mlp coverage-80")).isCloseTo(72 / 91.0, within(1e-9));
    assertThat(value(rows, "best-constant ratio-to-oracle")).isCloseTo(1, within(1e-9));
    assertThat(value(rows, "mlp ratio-to-best-constant"))
        .isCloseTo(Math.pow(0.2, 0.01), within(1e-9));

    Map<String, Double> gates = gates(rows);
    assertThat(gates)
        .containsEntry("mlp ratio-to-oracle", 1.0)
        .containsEntry("mlp above-best-constant", 0.0)
        .containsEntry("mlp above-cohort-table", 1.0)
        .containsEntry("mlp gain-over-default", 1.0)
        .containsEntry("mlp gain-over-current", 1.0)
        .containsEntry("mlp within-octave", 1.0)
        .containsEntry("mlp harm", 1.0)
        .containsEntry("mlp regret-p95", 1.0)
        .containsEntry("mlp calibration-slope", 1.0)
        .containsEntry("mlp coverage-80", 1.0)
        .containsEntry("cohort-table ratio-to-oracle", 0.0)
        .containsEntry("cohort-table regret-p95", 0.0)
        .doesNotContainKeys("cohort-table above-cohort-table", "keep harm", "mlp negative-control");
  }

  @Test
  void onAFlatSiteTheOneGateIsToLeaveFilesAlone(SparkSession spark) {
    List<Row> proposals = new ArrayList<>();
    List<Row> judge = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      byte[] path = {(byte) i};
      proposals.add(
          RowFactory.create(
              path,
              524288L,
              "/d" + i % 10,
              1L,
              3,
              Map.of("mlp", i < 6 ? 4 : 3, "cohort-table", i < 5 ? 4 : 3),
              Map.of()));
      judge.add(RowFactory.create(path, List.of(5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0)));
    }
    assertThat(gates(judged(spark, proposals, judge, 3)))
        .containsOnly(
            Map.entry("mlp negative-control", 0.0),
            Map.entry("cohort-table negative-control", 1.0));
  }

  private static Map<String, Row> judged(
      SparkSession spark, List<Row> proposals, List<Row> judge, int bestConstant) {
    Dataset<Row> proposed = spark.createDataFrame(proposals, PROPOSALS);
    List<Row> rows =
        new ArrayList<>(
            Judgement.rows(
                "truth", proposed, spark.createDataFrame(judge, JUDGE), bestConstant, SETTINGS));
    rows.addAll(Gates.of("truth", rows, 1));
    return rows.stream()
        .collect(Collectors.toMap(row -> row.getString(1) + " " + row.getString(2), row -> row));
  }

  private static double value(Map<String, Row> rows, String name) {
    return rows.get(name).getDouble(3);
  }

  private static Map<String, Double> gates(Map<String, Row> rows) {
    return rows.entrySet().stream()
        .filter(row -> row.getKey().contains(Gate.PREFIX))
        .collect(
            Collectors.toMap(
                row -> row.getKey().replace(Gate.PREFIX, ""), row -> row.getValue().getDouble(3)));
  }
}
