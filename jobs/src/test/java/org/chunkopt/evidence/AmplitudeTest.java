package org.chunkopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class AmplitudeTest {
  /** Gains of a usual use, log2, from 64 KiB to 8 MiB. */
  private static final double[] CURVE = {-1, -0.6, -0.3, 0, 0.2, 0.3, 0.35, 0.3};

  private static final double ERROR = 0.2;

  @Test
  void isNearOneWhereCohortsDifferAsTheCurvesSay() {
    Amplitude amplitude = Amplitude.of(history(arm -> CURVE[arm]), use -> CURVE, 0.4);
    assertThat(amplitude.factor()).isCloseTo(1, within(2 * Math.sqrt(amplitude.variance())));
    assertThat(amplitude.unknownShare()).as("physics may still be missed").isGreaterThan(0.6);
  }

  @Test
  void isZeroWhereTheChunkSizeMakesNoDifference() {
    Amplitude amplitude = Amplitude.of(history(arm -> 0), use -> CURVE, 0.4);
    assertThat(amplitude.factor()).isZero();
    assertThat(amplitude.unknownShare()).as("nothing else shows either").isLessThan(0.1);
  }

  @Test
  void differencesThatAreNotTheCurvesLeaveTheirMissesOpen() {
    Amplitude amplitude =
        Amplitude.of(history(arm -> arm % 2 == 0 ? 0.8 : -0.8), use -> CURVE, 0.4);
    assertThat(amplitude.factor()).isLessThan(0.5);
    assertThat(amplitude.unknownShare()).isEqualTo(1);
  }

  @Test
  void aHistoryOfOneChunkSizeAndASweepSayNothing() {
    List<LawPoint> points = new ArrayList<>();
    history(arm -> 0).forEach(p -> points.add(at(p, p.arm(), p.group(), true)));
    history(arm -> 0).forEach(p -> points.add(at(p, 3, p.group() + p.arm(), false)));
    Amplitude amplitude = Amplitude.of(points, use -> CURVE, 0.4);
    assertThat(amplitude.factor()).isEqualTo(1);
    assertThat(amplitude.unknownShare()).isEqualTo(1);
    assertThat(amplitude.variance()).isCloseTo(0.0025, within(1e-9));
    assertThat(Amplitude.of(List.of(), use -> CURVE, 0.4).variance()).isCloseTo(0.09, within(1e-9));
  }

  private static LawPoint at(LawPoint p, int arm, String group, boolean swept) {
    return new LawPoint(p.use(), arm, group, p.log2(), p.error(), p.levelError(), swept);
  }

  /** Sixty cohorts of three chunk sizes, each of its own level. */
  private static List<LawPoint> history(IntToDoubleFunction effect) {
    SplittableRandom random = new SplittableRandom(5);
    Use use = new Use(1 << 30, 1 << 20, 1, 4, false, true, true);
    List<LawPoint> points = new ArrayList<>();
    for (int cohort = 0; cohort < 60; cohort++) {
      double level = 8 + 2 * random.nextDouble();
      int first = random.nextInt(6);
      for (int arm = first; arm < first + 3; arm++) {
        double seen = level + effect.applyAsDouble(arm) + ERROR * (random.nextGaussian());
        points.add(new LawPoint(use, arm, "darshan c" + cohort, seen, ERROR, 0.3, false));
      }
    }
    return points;
  }
}
