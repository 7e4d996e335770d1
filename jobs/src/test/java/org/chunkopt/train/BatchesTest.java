package org.chunkopt.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.model.Scaling;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.testing.Spark;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

@ExtendWith(Spark.class)
class BatchesTest {
  private static final int ROWS = 101;

  @Test
  void everyRowHasItsWeightOnceAnEpochInFullBatches() {
    float[] packed = new float[ROWS * 3];
    for (int row = 0; row < ROWS; row++) {
      packed[row * 3] = row;
      packed[row * 3 + 1] = row / 100f;
      packed[row * 3 + 2] = 1 + row % 2;
    }
    Batches batches = new Batches(1, 8, 7, 2, 1.5);
    double[] weights = new double[ROWS];
    List<Integer> order = new ArrayList<>();
    for (int round = 0; round < 2; round++) {
      Iterator<DataSet> data = batches.round(packed, round, 3, 0);
      int count = 0;
      while (data.hasNext()) {
        DataSet batch = data.next();
        count++;
        assertThat(batch.numExamples()).isEqualTo(8);
        for (int i = 0; i < 8; i++) {
          int row = (int) batch.getFeatures().getFloat(i, 0);
          float mask = batch.getLabelsMaskArray().getFloat(i, 0);
          assertThat(batch.getLabels().getFloat(i, 0)).isCloseTo(mask * row / 100, within(1e-6f));
          weights[row] += mask * mask * mask;
          order.add(row);
        }
      }
      assertThat(count).isEqualTo(7);
    }
    for (int row = 0; row < ROWS; row++) {
      assertThat(weights[row]).isCloseTo((1 + row % 2) / 1.5, within(1e-5));
    }
    assertThat(order.subList(0, ROWS)).doesNotHaveDuplicates().isNotEqualTo(sorted(order));
  }

  @Test
  void theGradientIsWeightedAndItsTargetIsNot() {
    float[] packed = new float[64 * 3];
    for (int row = 0; row < 64; row++) {
      packed[row * 3 + 1] = row % 2;
      packed[row * 3 + 2] = row % 2 == 1 ? 3 : 1;
    }
    Settings.Model model =
        SettingsReader.parse("chunkopt.model { hidden-layers = [4], dropout-retain = 1 }").model();
    MultiLayerNetwork network = Dl4jNetwork.create(1, model, 0, 0.02, 1);
    Batches batches = new Batches(1, 64, 1, 1, 2);
    for (int epoch = 0; epoch < 300; epoch++) {
      network.fit(batches.round(packed, 0, epoch, 0).next());
    }

    float learnt = network.output(Nd4j.create(new float[1], new int[] {1, 1})).getFloat(0);

    assertThat(learnt).as("weighted mean of 0 and 1").isCloseTo(0.75f, within(0.03f));
  }

  @Test
  void noRowIsLostOnTheWayToTheWorkers(SparkSession spark) {
    List<String> features = List.of("file_size_log2");
    TrainingRows rows =
        TrainingRows.of(
            ToyLabels.of(spark, 1_000, "id", "1"),
            features,
            new Scaling(new double[1], new double[1], new double[] {1}),
            3,
            9);

    List<float[]> partitions = rows.partitions().collect();

    assertThat(rows.count()).isEqualTo(1_000);
    assertThat(partitions).hasSize(3);
    boolean[] seen = new boolean[1_000];
    for (float[] packed : partitions) {
      for (int target = 1; target < packed.length; target += 3) {
        assertThat(seen[(int) packed[target]]).isFalse();
        seen[(int) packed[target]] = true;
      }
    }
    assertThat(seen).doesNotContain(false);
    Batches batches = Batches.of(rows, 64, 4);
    assertThat((long) batches.perRound() * batches.rounds() * 64)
        .isGreaterThanOrEqualTo(rows.mostRows());
    rows.unpersist();
  }

  private static List<Integer> sorted(List<Integer> order) {
    return order.subList(0, ROWS).stream().sorted().toList();
  }
}
