package org.chunkopt.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  @Test
  void weighsFilesNotDirectories() {
    assertThat(new Bootstrap(1, 100, 2).ratio(new double[] {90, 0}, new double[] {90, 10}).value())
        .isCloseTo(0.9, within(1e-12));
  }

  @Test
  void intervalIsThatOfTheDirectories() {
    // Means of 0 and 1 in 400 directories of equal size: standard error 0.025.
    double[] totals = IntStream.range(0, 400).mapToDouble(i -> i % 2 * 5).toArray();
    double[] files = IntStream.range(0, 400).mapToDouble(i -> 5).toArray();
    Bootstrap.Interval interval = new Bootstrap(1, 1000, 400).ratio(totals, files);
    assertThat(interval.low()).isCloseTo(0.5 - 1.96 * 0.025, within(0.01));
    assertThat(interval.high()).isCloseTo(0.5 + 1.96 * 0.025, within(0.01));
  }

  @Test
  void aDifferenceIsPaired() {
    double[] one = IntStream.range(0, 50).mapToDouble(i -> i).toArray();
    double[] other = IntStream.range(0, 50).mapToDouble(i -> i - 0.5).toArray();
    double[] files = IntStream.range(0, 50).mapToDouble(i -> 1).toArray();
    Bootstrap.Interval difference =
        new Bootstrap(3, 100, 50).of(new double[][] {one, other, files}, s -> (s[0] - s[1]) / s[2]);
    assertThat(difference.low()).isCloseTo(0.5, within(1e-9));
    assertThat(difference.high()).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void aRatioToNothingHasNoValue() {
    Bootstrap.Interval interval =
        new Bootstrap(3, 20, 2).ratio(new double[] {0, 0}, new double[] {0, 0});
    assertThat(interval.value()).isNaN();
    assertThat(interval.low()).isNaN();
  }
}
