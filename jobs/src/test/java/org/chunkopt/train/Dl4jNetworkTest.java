package org.chunkopt.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.chunkopt.model.BlockedKernel;
import org.chunkopt.model.Network;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class Dl4jNetworkTest {
  private static final int INPUTS = 15;

  private final Settings.Model model = SettingsReader.defaults().model();

  @Test
  void theKernelComputesWhatDeeplearning4jComputes() {
    MultiLayerNetwork trained = Dl4jNetwork.create(INPUTS, model, 0, 0.001, 1);
    Random random = new Random(2);
    for (int batch = 0; batch < 60; batch++) {
      trained.fit(
          new DataSet(
              Nd4j.create(gaussians(random, 64 * INPUTS), new int[] {64, INPUTS}),
              Nd4j.create(gaussians(random, 64), new int[] {64, 1})));
    }
    Network network = Dl4jNetwork.network(trained, INPUTS, model);
    float[] rows = gaussians(random, BlockedKernel.ROWS * INPUTS);

    float[] expected =
        trained
            .output(Nd4j.create(rows, new int[] {BlockedKernel.ROWS, INPUTS}))
            .dup()
            .data()
            .asFloat();
    BlockedKernel kernel = new BlockedKernel(network.folded());
    for (int row = 0; row < BlockedKernel.ROWS; row++) {
      for (int i = 0; i < INPUTS; i++) {
        kernel.inputs()[i][row] = rows[row * INPUTS + i];
      }
    }
    float[] actual = kernel.run();

    assertThat(network.hidden().get(0).mean())
        .as("normalisation was trained")
        .isNotEqualTo(new float[128]);
    for (int row = 0; row < BlockedKernel.ROWS; row++) {
      assertThat(actual[row]).isCloseTo(expected[row], within(1e-5f));
    }
  }

  @Test
  void aNetworkThatIsLoadedIsTheSame() {
    Network network =
        Dl4jNetwork.network(Dl4jNetwork.create(INPUTS, model, 0, 0.001, 1), INPUTS, model);
    float[] flat = network.flat();
    Random random = new Random(3);
    for (int i = 0; i < flat.length; i++) {
      flat[i] = 0.5f + random.nextFloat();
    }
    MultiLayerNetwork target = Dl4jNetwork.create(INPUTS, model, 0, 0.001, 2);

    Dl4jNetwork.load(target, Network.of(INPUTS, network.widths(), flat), model);

    float[] loaded = Dl4jNetwork.network(target, INPUTS, model).flat();
    for (int i = 0; i < flat.length; i++) {
      assertThat(loaded[i]).isCloseTo(flat[i], within(1e-5f));
    }
  }

  @Test
  void anUntrainedNetworkPredictsTheMeanTarget() {
    MultiLayerNetwork network = Dl4jNetwork.create(INPUTS, model, 0.25, 0.001, 1);

    float[] outputs =
        network
            .output(Nd4j.create(gaussians(new Random(4), 8 * INPUTS), new int[] {8, INPUTS}))
            .dup()
            .data()
            .asFloat();

    assertThat(outputs).containsOnly(0.25f);
  }

  @Test
  void hasTheShapeOfTheMission() {
    Network network =
        Dl4jNetwork.network(Dl4jNetwork.create(INPUTS, model, 0, 0.001, 1), INPUTS, model);

    assertThat(network.widths()).containsExactly(128, 64, 32);
    assertThat(network.flat()).hasSize(13_313);
  }

  private static float[] gaussians(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
