package org.chunkopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AmplitudesTest {
  private static final StripeLaw LAW = LawSearch.best(List.of()).law();
  private static final AccessPattern WRITES =
      new AccessPattern(1L << 30, 1L << 22, 1, 1, false, true, true);
  private static final AccessPattern RANDOM_READS =
      new AccessPattern(1L << 30, 1L << 22, 1, 1, false, false, false);

  @Test
  void aFlatHistorySetsTheLawAside() {
    Amplitudes settled = Amplitudes.settle(history(0, 0, 2, 4, 6), LAW);
    assertThat(settled.shows(WRITES)).isFalse();
    assertThat(settled.shows(RANDOM_READS))
        .as("a kind without an answer follows the pool")
        .isFalse();
    assertThat(settled.share()).isZero();
  }

  @Test
  void aHistoryThatHasTheLawsDifferencesKeepsIt() {
    Amplitudes settled = Amplitudes.settle(history(1, 0, 2, 4, 6), LAW);
    assertThat(settled.shows(WRITES)).isTrue();
    assertThat(settled.share()).isEqualTo(1);
  }

  @Test
  void aHistoryOfOneChunkSizeSaysNothingAgainstTheLaw() {
    assertThat(Amplitudes.settle(history(0, 3), LAW).shows(WRITES)).isTrue();
    assertThat(Amplitudes.settle(List.of(), LAW).share()).isEqualTo(1);
  }

  @Test
  void aFewFlatDirectoriesAreNoClearAnswer() {
    List<Cell> two =
        List.of(Cells.history("/a", 1, WRITES, 3, 9, 10), Cells.history("/b", 1, WRITES, 4, 9, 10));
    assertThat(Amplitudes.settle(two, LAW).shows(WRITES)).isTrue();
  }

  /** Thirty directories of each size that follow the law by this share. */
  private static List<Cell> history(double share, int... positions) {
    SplittableRandom random = new SplittableRandom(4);
    List<Cell> cells = new ArrayList<>();
    for (int position : positions) {
      for (int directory = 0; directory < 30; directory++) {
        double log2 =
            8 + share * LAW.log2Throughput(WRITES, position) + 0.2 * random.nextGaussian();
        cells.add(
            Cells.history("/" + position + "/" + directory, directory, WRITES, position, log2, 9));
      }
    }
    return cells;
  }
}
