package org.chunkopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Spark.class)
class GainOddsTest {
  @Test
  void aKnownUseIsNormal() {
    GainOdds odds = new GainOdds(new double[] {1}, new double[] {0.4}, new double[] {0.2});
    NormalDistribution normal = new NormalDistribution(0.4, 0.2);
    for (double gain : new double[] {-0.2, 0.1, 0.4, 0.7}) {
      assertThat(odds.below(gain)).isCloseTo(normal.cumulativeProbability(gain), within(0.0003));
    }
    for (double p : new double[] {0.1, 0.2, 0.9}) {
      assertThat(odds.quantile(p)).isCloseTo(normal.inverseCumulativeProbability(p), within(0.001));
    }
  }

  @Test
  void aGainForOneUseInFourIsNoRiskForTheOthers() {
    GainOdds odds =
        new GainOdds(new double[] {0.75, 0.25}, new double[] {0, 1}, new double[] {0.01, 0.01});
    // A normal distribution of this mean and spread has a quarter below a loss of 5 %.
    assertThat(odds.below(Math.log(0.95) / Math.log(2))).isLessThan(0.001);
    assertThat(odds.quantile(0.1)).isCloseTo(-0.011, within(0.003));
    assertThat(odds.quantile(0.9)).isCloseTo(1.0, within(0.01));
  }

  @Test
  void aCurveBecomesARowForEachChunkSize(SparkSession spark) {
    Double[] gains = {-1.0, -0.5, -0.2, 0.0, 0.1, 0.2, 0.3, 0.5};
    Double[] other = {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -1.0};
    Double[] covariances = Collections.nCopies(64, 0.0).toArray(Double[]::new);
    for (int arm = 0; arm < 8; arm++) {
      covariances[arm * 9] = arm == 3 ? 0 : 0.01;
    }
    Dataset<Row> curves =
        spark.createDataFrame(
            List.of(
                RowFactory.create(
                    "all",
                    "c43|use:*:*|t4|mix|s30",
                    new Row[] {
                      RowFactory.create(0.6, gains, covariances),
                      RowFactory.create(0.2, other, covariances)
                    },
                    Collections.nCopies(8, "prior").toArray(String[]::new),
                    9.0)),
            StructType.fromDDL(
                "fold STRING, cohort STRING, parts ARRAY<STRUCT<weight: DOUBLE, gains:"
                    + " ARRAY<DOUBLE>, covariances: ARRAY<DOUBLE>>>, tiers ARRAY<STRING>,"
                    + " level_log2 DOUBLE"));

    List<Row> rows = GainOdds.of(curves, 0.02).orderBy("position").collectAsList();

    assertThat(rows).hasSize(8);
    Row last = rows.get(7);
    assertThat(last.<Double>getAs("gain")).isCloseTo(0.75 * 0.5 - 0.25, within(1e-9));
    assertThat(last.<Double>getAs("se"))
        .as("the parts' own error and their scatter")
        .isCloseTo(Math.sqrt(0.01 + 0.75 * 0.25 * 1.5 * 1.5), within(1e-9));
    assertThat(last.<Double>getList(last.fieldIndex("slower")).get(3))
        .isCloseTo(0.25, within(0.01));
    assertThat(last.<Double>getList(last.fieldIndex("faster")).get(3))
        .isCloseTo(0.75, within(0.01));
    assertThat(last.<Double>getList(last.fieldIndex("gain_p10_log2")).get(7))
        .as("over itself")
        .isCloseTo(0.0, within(1e-3));
    assertThat(Arrays.asList("gain_p10_log2", "gain_p20_log2", "gain_p90_log2"))
        .extracting(column -> last.<Double>getList(last.fieldIndex(column)).get(3))
        .isSorted();
  }
}
