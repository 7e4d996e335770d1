package org.chunkopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.chunkopt.evidence.StripeLaw.Traits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessPatternTest {
  /** a w is 80,000 bytes. */
  private static final StripeLaw LAW =
      new StripeLaw(2e-4, 2e-5, 1e-3, 4e8, 1e10, 0.6, 0.03, 8, Traits.USUAL);

  @ParameterizedTest
  @CsvSource({
    // size, position of the smallest candidate that holds it
    "0, 0",
    "65536, 0",
    "65537, 1",
    "307200, 3",
    "524288, 3",
    "524289, 4",
    "8388608, 7",
    "1099511627776, 7"
  })
  void theSmallestCandidateThatHoldsTheFile(long size, int position) {
    AccessPattern use = Cells.reads(size, 20, 4);
    assertThat(use.wholeFilePosition()).isEqualTo(position);
    assertThat(use.effective(7)).isEqualTo(position);
    assertThat(use.effective(0)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"true, true, true, 7", "true, false, false, 4", "false, true, true, 3"})
  void sharingOrderAndDirectionAreOneNumber(
      boolean shared, boolean sequential, boolean writes, int kind) {
    assertThat(new AccessPattern(1, 1, 1, 1, shared, sequential, writes).kind()).isEqualTo(kind);
  }

  @Test
  void chunkSizesThatHoldTheFileWholeAreAlike() {
    double[] curve = LAW.log2Throughput(Cells.reads(300 << 10, 20, 4));
    assertThat(curve[4]).isEqualTo(curve[3]);
    assertThat(curve[7]).isEqualTo(curve[3]);
    assertThat(curve[2]).isNotEqualTo(curve[3]);
  }

  @Test
  void oneTargetAndLargeRequestsReachTheSaturatingCurve() {
    // T(c) = w c / (c + a w)
    double[] curve = LAW.log2Throughput(Cells.reads(1L << 34, 26, 1));
    for (int position = 0; position < curve.length; position++) {
      double chunk = Math.pow(2, 16 + position);
      double expected = 4e8 * chunk / (chunk + 80_000) / 1048576;
      assertThat(curve[position]).isCloseTo(Math.log(expected) / Math.log(2), within(1e-6));
    }
  }
}
