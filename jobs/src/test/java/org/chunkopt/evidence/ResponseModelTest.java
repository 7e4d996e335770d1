package org.chunkopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.chunkopt.evidence.ResponseModel.Gain;
import org.chunkopt.settings.SettingsReader;
import org.junit.jupiter.api.Test;

class ResponseModelTest {
  private static final int DEFAULT = 3;

  /** A curve with a dip at 1 MiB that no stripe law has, log2 over the smallest chunk size. */
  private static final double[] DIP = {0, 0.2, 0.4, 0.6, -0.1, 0.5, 0.9, 0.9};

  private static final double[] NOTHING = new double[8];

  @Test
  void refindsACurveThatTheLawDoesNotKnow() {
    ResponseModel model =
        ResponseModel.fit(SettingsReader.defaults().evidence(), directories(40, 4, DIP, 0.05), 1);

    ResponseModel.Curves curves = model.curves(Cells.READS);
    for (int to = 0; to < DIP.length; to++) {
      assertThat(curves.gain(DEFAULT, to).mean())
          .as("gain of position %d over 512 KiB", to)
          .isCloseTo(DIP[to] - DIP[DEFAULT], within(0.15));
    }
    assertThat(model.kappa()).isGreaterThan(0.7);
  }

  @Test
  void whatTreesLearntOfPermutedChunkSizesIsShrunk() {
    assertThat(
            ResponseModel.fit(SettingsReader.defaults().evidence(), uses(NOTHING, true), 1).kappa())
        .isLessThan(0.3);
    assertThat(ResponseModel.fit(SettingsReader.defaults().evidence(), uses(DIP, false), 1).kappa())
        .isGreaterThan(0.6);
  }

  @Test
  void nothingIsGainedBetweenSizesThatHoldTheFileWhole() {
    ResponseModel model =
        ResponseModel.fit(SettingsReader.defaults().evidence(), directories(10, 4, DIP, 0.05), 1);
    ResponseModel.Curves small = model.curves(Cells.reads(300 << 10, 18, 4));
    assertThat(small.gain(3, 7)).isEqualTo(new Gain(0, 0));
    assertThat(small.gain(5, 4)).isEqualTo(new Gain(0, 0));
    assertThat(small.gain(3, 2).sd()).isPositive();
  }

  @Test
  void theMoreDirectoriesHaveASizeTheSurerItsGain() {
    StripeLaw law = LawSearch.best(List.of()).law();
    SplittableRandom random = new SplittableRandom(2);
    double previous = Double.POSITIVE_INFINITY;
    for (int others : new int[] {0, 4, 40}) {
      List<Cell> cells = new ArrayList<>();
      for (int directory = 0; directory < 60; directory++) {
        int position = directory < others ? 6 : DEFAULT;
        double log2 = law.log2Throughput(Cells.READS, position) + 0.2 * random.nextGaussian();
        cells.add(Cells.history("/d" + directory, directory, Cells.READS, position, log2, 10));
      }
      double sd =
          ResponseModel.fit(SettingsReader.defaults().evidence(), cells, 1)
              .curves(Cells.READS)
              .gain(DEFAULT, 6)
              .sd();
      assertThat(sd).as("%d directories with 4 MiB", others).isLessThan(previous);
      previous = sd;
    }
    assertThat(previous).isLessThan(0.2);
  }

  @Test
  void withoutCellsItIsTheLawOfThePriors() {
    ResponseModel model = ResponseModel.fit(SettingsReader.defaults().evidence(), List.of(), 1);
    assertThat(model.reference()).isEqualTo(DEFAULT);
    assertThat(model.kappa()).as("nothing confirms the trees").isZero();
    assertThat(model.unseenVariance()).isCloseTo(0.0784, within(1e-12));
    assertThat(model.curves(Cells.READS).tier(DEFAULT, 5)).isEqualTo(Tier.PREDICTED);
    // Three octaves of which nothing was seen have at least the deviation sqrt(3 * 0.0784).
    assertThat(model.curves(Cells.READS).gain(DEFAULT, 6).sd()).isGreaterThan(0.48);
  }

  @Test
  void theSameCellsAndSeedGiveTheSameModel() {
    List<Cell> cells = directories(12, 3, DIP, 0.05);
    assertThat(
            ResponseModel.fit(SettingsReader.defaults().evidence(), cells, 5)
                .curves(Cells.READS)
                .gain(3, 6))
        .isEqualTo(
            ResponseModel.fit(SettingsReader.defaults().evidence(), cells, 5)
                .curves(Cells.READS)
                .gain(3, 6));
  }

  /** Directories of one use with a level each and this many chunk sizes, forty files of each. */
  private static List<Cell> directories(int count, int sizes, double[] curve, double noise) {
    SplittableRandom random = new SplittableRandom(9);
    List<Cell> cells = new ArrayList<>();
    for (int directory = 0; directory < count; directory++) {
      double level = 8 + 0.5 * random.nextGaussian();
      int first = random.nextInt(8);
      for (int size = 0; size < sizes; size++) {
        int position = (first + 3 * size) % 8;
        double log2 = level + curve[position] + noise * random.nextGaussian();
        cells.add(Cells.history("/d" + directory, directory, Cells.READS, position, log2, 40));
      }
    }
    return cells;
  }

  /** Ten uses of thirty directories with one chunk size each, half of them the default. */
  private static List<Cell> uses(double[] curve, boolean unlike) {
    SplittableRandom random = new SplittableRandom(9);
    List<Cell> cells = new ArrayList<>();
    for (int directory = 0; directory < 300; directory++) {
      AccessPattern use = Cells.reads(1L << 34, 16 + directory % 10, 4);
      int position = random.nextBoolean() ? DEFAULT : random.nextInt(8);
      double level = 8 + (unlike ? 0.8 : 0.1) * random.nextGaussian();
      cells.add(
          Cells.history(
              "/d" + directory, directory % 7, use, position, level + curve[position], 200));
    }
    return cells;
  }
}
