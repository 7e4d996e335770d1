package org.chunkopt.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  @Test
  void weighsFilesNotDirectories() {
    List<Bootstrap.Sum> directories = List.of(new Bootstrap.Sum(90, 90), new Bootstrap.Sum(0, 10));
    assertThat(new Bootstrap(1, 100).mean(directories).value()).isCloseTo(0.9, within(1e-12));
  }

  @Test
  void intervalIsThatOfTheDirectories() {
    // Means of 0 and 1 in 400 directories of equal size: standard error 0.025.
    List<Bootstrap.Sum> directories =
        IntStream.range(0, 400).mapToObj(i -> new Bootstrap.Sum(i % 2 * 5, 5)).toList();
    Bootstrap.Interval interval = new Bootstrap(1, 1000).mean(directories);
    assertThat(interval.low()).isCloseTo(0.5 - 1.96 * 0.025, within(0.01));
    assertThat(interval.high()).isCloseTo(0.5 + 1.96 * 0.025, within(0.01));
  }

  @Test
  void sameSeedSameInterval() {
    List<Bootstrap.Sum> directories =
        IntStream.range(0, 20).mapToObj(i -> new Bootstrap.Sum(i, 3)).toList();
    assertThat(new Bootstrap(9, 50).mean(directories))
        .isEqualTo(new Bootstrap(9, 50).mean(directories));
  }
}
