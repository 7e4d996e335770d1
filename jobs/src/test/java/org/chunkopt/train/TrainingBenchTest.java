package org.chunkopt.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.bench.BenchRow;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Spark.class)
class TrainingBenchTest {
  @Test
  void everyTrainingIsTimedToTheSameLoss(SparkSession spark) {
    TrainingBench.Result result =
        new TrainingBench(
                spark,
                SettingsReader.defaults(),
                ToyLabels.of(spark, 1_500, ToyLabels.SAME_SIGN, "1"),
                Long.MAX_VALUE,
                3)
            .run();

    assertThat(result.figures()).hasSize(4);
    assertThat(result.figures().stream().map(row -> row.name().replaceAll(".* to loss", "")))
        .as("the loss")
        .containsOnly(result.figures().get(0).name().replaceAll(".* to loss", ""));
    // 1,050 rows an epoch, and at most 3 epochs.
    assertThat(result.figures()).allSatisfy(row -> assertThat(row.units() % 1050).isZero());
    assertThat(result.figures().get(0).ratio()).isNaN();
    assertThat(result.figures().subList(1, 4))
        .allSatisfy(row -> assertThat(row.ratio()).isPositive());
    assertThat(result.sentences()).hasSize(4).last().asString().contains("4 executors");
  }

  @Test
  void theKernelsAgree() {
    List<BenchRow> figures =
        KernelBench.run(SettingsReader.defaults().model(), 1, network -> List.of());

    assertThat(figures).hasSize(3).allSatisfy(row -> assertThat(row.perSecond()).isPositive());
  }
}
