package org.chunkopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Test;

class PoolCurvesTest {
  private static final int DEFAULT = 3;

  /** A pool that no default describes. */
  private static final StripeLaw DISKS = disks(1 << 20, 1.4);

  private static final Use LARGE_WRITES = new Use(1L << 31, 1 << 24, 1, 1, false, true, true);

  /** The one public sweep of BeeGFS, relative to 512 KiB. */
  private static final double[] PUBLISHED = {0.49, 0.68, 0.84, 1, 1.06, 1.10, 1.11, 1.06};

  @Test
  void findsTheLawOfAPoolFromSpeedsAtOneChunkSize() {
    // Speeds at one chunk size tell that there is a parity RAID, but not its full stripe.
    for (double rewriteLoss : new double[] {0.02, 1.4}) {
      StripeLaw law = disks(1 << 20, rewriteLoss);
      PoolCurves pool =
          PoolCurves.of(points(uses(), List.of(DEFAULT), false, law::log2Throughput, 0.1), 0.4);
      assertThat(pool.swept()).isFalse();
      for (Use use : uses()) {
        double[] truth = LawFit.contrasts(law, use, DEFAULT);
        double[] gains = pool.curve(use, DEFAULT).gains();
        int best = best(gains);
        if (rewriteLoss < 1 || !use.write()) {
          assertThat(gains[best])
              .as("gain promised for %s, rewrite loss %s", use, rewriteLoss)
              .isCloseTo(truth[best], within(0.35));
        }
        assertThat(gains[best])
            .as("gain promised for %s, rewrite loss %s", use, rewriteLoss)
            .isLessThan(truth[best] + 0.35);
        assertThat(truth[best(truth)] - truth[best])
            .as("log2 lost by the choice for %s, rewrite loss %s", use, rewriteLoss)
            .isLessThan(0.1);
      }
    }
  }

  @Test
  void aFullStripeThatNoChunkSizeShowedIsPartOfTheError() {
    for (int fullStripe : new int[] {1 << 20, 2 << 20, 4 << 20}) {
      StripeLaw law = disks(fullStripe, 1.4);
      PoolCurves pool =
          PoolCurves.of(points(uses(), List.of(DEFAULT), false, law::log2Throughput, 0.1), 0.4);
      PoolCurves.Curve curve = pool.curve(LARGE_WRITES, DEFAULT);
      double[] truth = LawFit.contrasts(law, LARGE_WRITES, DEFAULT);
      assertThat(pool.lawShare()).as("of the likeliest, %d", fullStripe).isLessThan(0.7);
      for (int arm : new int[] {4, 5, 6, 7}) {
        double error = Math.sqrt(curve.variance(arm));
        assertThat(truth[arm])
            .as("gain at arm %d, full stripe %d", arm, fullStripe)
            .isBetween(curve.gains()[arm] - 2 * error, curve.gains()[arm] + 2 * error);
      }
      assertThat(curve.gains()[4]).as("of 1 MiB, less than of 4 MiB").isLessThan(curve.gains()[6]);
      assertThat(curve.variance(4)).as("of 1 MiB").isGreaterThan(curve.variance(6));
    }
  }

  @Test
  void aFullStripeThatChunkSizesShowIsFound() {
    for (int fullStripe : new int[] {1 << 20, 2 << 20}) {
      StripeLaw law = disks(fullStripe, 1.4);
      PoolCurves pool =
          PoolCurves.of(
              points(uses(), List.of(DEFAULT, 4, 5), false, law::log2Throughput, 0.1), 0.4);
      assertThat(pool.law().traits().fullStripeBytes()).isEqualTo(fullStripe);
      PoolCurves.Curve curve = pool.curve(LARGE_WRITES, DEFAULT);
      for (int arm : new int[] {4, 5, 6, 7}) {
        assertThat(curve.gains()[arm])
            .isCloseTo(LawFit.contrasts(law, LARGE_WRITES, DEFAULT)[arm], within(0.2));
        assertThat(Math.sqrt(curve.variance(arm))).isLessThan(0.2);
      }
    }
  }

  @Test
  void withoutMeasurementsHoldsToPublishedHardware() {
    PoolCurves pool = PoolCurves.of(List.of(), 0.4);
    assertThat(pool.law().targetBytesPerSecond()).isCloseTo(4e8, within(1e6));
    assertThat(pool.shape()).isEqualTo(PhysicsCurve.PUBLISHED);
    assertThat(pool.curve(uses().get(0), DEFAULT).variance(0))
        .as("variance of what 64 KiB does to an unmeasured pool")
        .isGreaterThan(0.01);
  }

  @Test
  void followsASweepThatBreaksTheLaw() {
    // Half of the effect of the law, and 8 MiB a third slower than that for every use.
    ToDoubleBiFunction<Use, Integer> other =
        (use, arm) -> 9 + 0.5 * LawFit.contrasts(DISKS, use, DEFAULT)[arm] - (arm == 7 ? 0.5 : 0);
    List<Integer> arms = List.of(0, 1, 2, 3, 4, 5, 6, 7);
    PoolCurves pool = PoolCurves.of(points(uses(), arms, true, other, 0.03), 0.4);
    assertThat(pool.swept()).isTrue();
    int covered = 0;
    double squares = 0;
    for (Use use : uses()) {
      PoolCurves.Curve curve = pool.curve(use, DEFAULT);
      for (int arm : arms) {
        double truth = other.applyAsDouble(use, arm) - other.applyAsDouble(use, DEFAULT);
        double error = Math.sqrt(curve.variance(arm));
        assertThat(curve.gains()[arm]).as("%s at arm %d", use, arm).isCloseTo(truth, within(0.2));
        assertThat(error).as("error of %s at arm %d", use, arm).isLessThan(0.15);
        covered += Math.abs(curve.gains()[arm] - truth) <= 1.2816 * error ? 1 : 0;
        squares += Math.pow(curve.gains()[arm] - truth, 2);
      }
    }
    int points = uses().size() * arms.size();
    assertThat(Math.sqrt(squares / points)).as("root mean square error").isLessThan(0.1);
    assertThat(covered / (double) points).as("covered by 80 % intervals").isGreaterThan(0.7);
    Use far = new Use(1L << 30, 1 << 12, 64, 16, true, false, false);
    assertThat(pool.curve(far, DEFAULT).variance(0))
        .as("variance far from every cell")
        .isGreaterThan(pool.curve(uses().get(0), DEFAULT).variance(0));
  }

  @Test
  void thePublishedSweepGivesItsHalfSpeedItsBestSizesAndItsGain() {
    for (int targets : new int[] {1, 4, 8}) {
      Use streams = new Use(1L << 34, 16 << 20, 1, targets, false, true, true);
      ToDoubleBiFunction<Use, Integer> published = (use, arm) -> 10 + log2(PUBLISHED[arm]);
      PoolCurves pool =
          PoolCurves.of(
              points(List.of(streams), List.of(0, 1, 2, 3, 4, 5, 6, 7), true, published, 0), 0.4);
      assertThat(pool.shape().halfBytes() / 1024)
          .as("h in KiB, %d targets", targets)
          .isBetween(70.0, 100.0);
      PoolCurves.Curve curve = pool.curve(streams, DEFAULT);
      int best = best(curve.gains());
      assertThat(best).as("best arm, %d targets", targets).isBetween(4, 6);
      double error = Math.sqrt(curve.variance(5));
      assertThat(log2(1.10))
          .as("gain of 2 MiB, %d targets", targets)
          .isBetween(curve.gains()[5] - 1.2816 * error, curve.gains()[5] + 1.2816 * error);
      assertThat(error).isLessThan(0.2);
    }
  }

  private static StripeLaw disks(double fullStripeBytes, double rewriteLoss) {
    return new StripeLaw(
        2.6e-4,
        4e-5,
        7e-3,
        1.3e8,
        9e8,
        rewriteLoss,
        0.06,
        8,
        new StripeLaw.Traits(fullStripeBytes, 512 << 10, StripeLaw.RandomShared.ALL));
  }

  private static List<Use> uses() {
    List<Use> uses = new ArrayList<>();
    for (double request : new double[] {1 << 16, 1 << 20, 1 << 22, 1 << 24}) {
      for (int targets : new int[] {1, 4}) {
        for (boolean write : new boolean[] {true, false}) {
          uses.add(new Use(1L << 31, request, 1, targets, false, true, write));
          uses.add(new Use(1L << 31, request, 8, targets, true, true, write));
          uses.add(new Use(1L << 31, request, 1, targets, false, false, write));
        }
      }
    }
    return uses;
  }

  private static List<LawPoint> points(
      List<Use> uses,
      List<Integer> arms,
      boolean swept,
      ToDoubleBiFunction<Use, Integer> log2,
      double noise) {
    SplittableRandom random = new SplittableRandom(11);
    List<LawPoint> points = new ArrayList<>();
    for (int cell = 0; cell < uses.size(); cell++) {
      double load = noise * (random.nextDouble() - 0.5);
      for (int arm : arms) {
        double seen =
            log2.applyAsDouble(uses.get(cell), arm) + load + noise * (random.nextDouble() - 0.5);
        points.add(new LawPoint(uses.get(cell), arm, "cell " + cell, seen, 0.1, 0.3, swept));
      }
    }
    return points;
  }

  private static int best(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
