package org.chunkopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.chunkopt.evidence.BoostedTrees.Binned;
import org.chunkopt.evidence.BoostedTrees.Growth;
import org.junit.jupiter.api.Test;

class BoostedTreesTest {
  private static final Growth GROWTH = new Growth(80, 16, 0.12, 1, 20);

  @Test
  void refindsAStep() {
    SplittableRandom random = new SplittableRandom(1);
    double[][] inputs = new double[1000][];
    double[] target = new double[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      double x = random.nextDouble();
      inputs[i] = new double[] {random.nextDouble(), x};
      target[i] = (x > 0.3 ? 1 : -1) + 0.1 * random.nextGaussian();
    }

    BoostedTrees trees = fit(inputs, target, ones(inputs.length), ones(inputs.length));

    assertThat(trees.predict(new double[] {0.5, 0.1})).isCloseTo(-1, within(0.1));
    assertThat(trees.predict(new double[] {0.5, 0.27})).isCloseTo(-1, within(0.1));
    assertThat(trees.predict(new double[] {0.5, 0.34})).isCloseTo(1, within(0.1));
    assertThat(trees.predict(new double[] {0.5, 0.9})).isCloseTo(1, within(0.1));
  }

  @Test
  void refindsAnInteraction() {
    SplittableRandom random = new SplittableRandom(2);
    double[][] inputs = new double[2000][];
    double[] target = new double[inputs.length];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = new double[] {random.nextInt(4), random.nextInt(4), random.nextInt(4)};
      target[i] = (inputs[i][0] >= 2 && inputs[i][2] >= 2 ? 1 : 0) + 0.1 * random.nextGaussian();
    }

    BoostedTrees trees = fit(inputs, target, ones(inputs.length), ones(inputs.length));

    assertThat(trees.predict(new double[] {3, 0, 3})).isCloseTo(1, within(0.08));
    assertThat(trees.predict(new double[] {3, 3, 1})).isCloseTo(0, within(0.08));
    assertThat(trees.predict(new double[] {1, 3, 3})).isCloseTo(0, within(0.08));
    assertThat(trees.predict(new double[] {0, 0, 0})).isCloseTo(0, within(0.08));
  }

  @Test
  void aLeafHoldsTheLeastNumberOfObservations() {
    double[][] inputs =
        IntStream.range(0, 100).mapToObj(i -> new double[] {i}).toArray(double[][]::new);
    double[] target = IntStream.range(0, 100).mapToDouble(i -> i < 95 ? 0 : 10).toArray();

    BoostedTrees of20Rows = fit(inputs, target, ones(100), ones(100));
    // The last twenty rows cannot be told apart: their mean is 5 * 10 / 20.
    assertThat(of20Rows.predict(new double[] {99})).isCloseTo(2.5, within(0.1));
    assertThat(of20Rows.predict(new double[] {81})).isEqualTo(of20Rows.predict(new double[] {99}));

    double[] ten = new double[100];
    Arrays.fill(ten, 10);
    BoostedTrees of2Rows = fit(inputs, target, ones(100), ten);
    assertThat(of2Rows.predict(new double[] {99})).isCloseTo(10, within(0.5));
    assertThat(of2Rows.predict(new double[] {81})).isCloseTo(0, within(0.5));
  }

  @Test
  void predictsNothingWithoutData() {
    assertThat(BoostedTrees.none().predict(new double[] {1, 2})).isZero();
    assertThat(
            fit(new double[0][], new double[0], new double[0], new double[0])
                .predict(new double[] {1, 2}))
        .isZero();
  }

  @Test
  void rowsThatAreAllAlikeHaveTheirMean() {
    double[][] inputs = {{7, 1}, {7, 1}, {7, 1}};
    // Each of 80 trees adds .12 * 3 / (3 + 1) of what is left.
    double mean = 4 * (1 - Math.pow(1 - 0.09, 80));
    assertThat(fit(inputs, new double[] {3, 4, 5}, ones(3), ones(3)).predict(new double[] {7, 1}))
        .isCloseTo(mean, within(1e-9));
  }

  @Test
  void rowsOfWeightZeroDoNotCount() {
    double[][] inputs =
        IntStream.range(0, 200).mapToObj(i -> new double[] {i % 50}).toArray(double[][]::new);
    double[] target = new double[200];
    double[] weight = new double[200];
    Arrays.setAll(target, i -> i < 100 ? (i % 50 < 25 ? 0 : 1) : 1000);
    Arrays.setAll(weight, i -> i < 100 ? 1 : 0);

    BoostedTrees trees = fit(inputs, target, weight, ones(200));
    BoostedTrees without =
        fit(Arrays.copyOf(inputs, 100), Arrays.copyOf(target, 100), ones(100), ones(100));

    for (double[] row : inputs) {
      assertThat(trees.predict(row)).isEqualTo(without.predict(row));
    }
    assertThat(trees.predict(new double[] {40})).isCloseTo(1, within(0.05));
  }

  private static BoostedTrees fit(
      double[][] inputs, double[] target, double[] weight, double[] count) {
    return BoostedTrees.fit(new Binned(inputs), target, weight, count, GROWTH);
  }

  private static double[] ones(int length) {
    double[] ones = new double[length];
    Arrays.fill(ones, 1);
    return ones;
  }
}
