package org.chunkopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ResidualTest {
  private static final int DEFAULT = 3;
  private static final int LARGE = 5;

  @Test
  void refindsAContrastThatIsConfoundedWithTheLevelsOfUsers() {
    // Users of odd number are twice as fast, and four of five of their directories have large
    // chunks; of the others' one of five. Large chunks gain 0.4; the plain means differ by 1.
    List<Cell> cells = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(1);
    for (int directory = 0; directory < 400; directory++) {
      int user = directory % 20;
      boolean fast = user % 2 == 1;
      boolean large = directory / 20 % 5 < (fast ? 4 : 1);
      double log2 = 8 + (fast ? 1 : 0) + (large ? 0.4 : 0) + 0.1 * random.nextGaussian();
      cells.add(
          Cells.history("/d" + directory, user, Cells.READS, large ? LARGE : DEFAULT, log2, 20));
    }

    Residual residual = fit(cells, noOwnLevel(cells));

    double contrast =
        residual.contrast(Cells.READS, LARGE) - residual.contrast(Cells.READS, DEFAULT);
    assertThat(contrast).isCloseTo(0.4, within(0.08));
    assertThat(residual.level(cells.get(1)) - residual.level(cells.get(0)))
        .as("level of a fast user over that of a slow one")
        .isCloseTo(1, within(0.2));
  }

  @Test
  void aBenchmarkCellOfTwoSizesHasALevelOfItsOwn() {
    // Cells of a benchmark differ by up to three octaves, and in each the large size gains 0.5.
    List<Cell> cells = new ArrayList<>();
    int[] own = new int[120];
    for (int group = 0; group < 60; group++) {
      AccessPattern use = Cells.reads(1L << 30, 16 + group % 8, 4);
      double level = group * 37 % 7 / 2.0;
      for (int size = 0; size < 2; size++) {
        own[cells.size()] = group;
        cells.add(
            Cells.benchmark("g" + group, use, size == 0 ? DEFAULT : LARGE, level + 0.5 * size));
      }
    }

    Residual residual = fit(cells, own);

    for (int request : new int[] {16, 19, 23}) {
      AccessPattern use = Cells.reads(1L << 30, request, 4);
      assertThat(residual.contrast(use, LARGE) - residual.contrast(use, DEFAULT))
          .as("requests of 2^%d bytes", request)
          .isCloseTo(0.5, within(0.1));
    }
  }

  private static Residual fit(List<Cell> cells, int[] own) {
    double[] law = new double[cells.size()];
    double[] weight = cells.stream().mapToDouble(Cell::weight).toArray();
    return Residual.fit(new Residual.Rows(cells, own), law, weight);
  }

  private static int[] noOwnLevel(List<Cell> cells) {
    int[] own = new int[cells.size()];
    Arrays.fill(own, -1);
    return own;
  }
}
