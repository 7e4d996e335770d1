package org.chunkopt.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.chunkopt.beegfs.ChunkSize;
import org.junit.jupiter.api.Test;

class PhysicsTest {
  private static final long GIB = 1L << 30;

  private final Physics flash = new Rounds(150e-6, 600e6, 2e9, 0, 20e-6, 1.5, 256L << 10, 0.02);
  private final Physics disks = new Rounds(200e-6, 150e6, 1e9, 6e-3, 30e-6, 2, 1L << 20, 0.05);

  @Test
  void givesTheFormulaOfARequestInRounds() {
    AccessContext read = new AccessContext(GIB, 2L << 20, 1, 4, false, true, false);
    // 2 MiB at 256 KiB: 8 chunks on 4 targets in 2 rounds, each target carries a quarter.
    double seconds = 2 * (150e-6 + 3 * 20e-6) + (2L << 20) / 4.0 / 600e6;
    assertThat(flash.throughput(read, 256L << 10)).isEqualTo((2L << 20) / seconds);
  }

  @Test
  void largeChunksWinWithOneTarget() {
    AccessContext write = new AccessContext(GIB, 8L << 20, 1, 1, false, true, true);
    assertThat(flash.mibPerSecond(write)).isSorted();
    assertThat(flash.best(write)).isEqualTo(new ChunkSize(8L << 20));
  }

  @Test
  void largeChunksWinWithManyStreams() {
    AccessContext streams = new AccessContext(GIB, 8L << 20, 64, 4, false, true, true);
    double[] values = disks.mibPerSecond(streams);
    assertThat(values[7]).isGreaterThan(1.5 * values[0]);
    assertThat(values).isSorted();
  }

  @Test
  void smallChunksWinForInterleavedSharedRecords() {
    AccessContext records = new AccessContext(GIB, 32L << 10, 32, 8, true, true, false);
    double[] values = flash.mibPerSecond(records);
    assertThat(values[0]).isGreaterThan(3 * values[7]);
  }

  @Test
  void tinyFilesAndSmallRandomAccessesDoNotCare() {
    AccessContext tiny = new AccessContext(20_000, 64L << 10, 1, 4, false, true, false);
    AccessContext random = new AccessContext(GIB, 4L << 10, 4, 4, true, false, false);
    assertThat(spread(flash.mibPerSecond(tiny))).isEqualTo(1);
    assertThat(spread(disks.mibPerSecond(random))).isLessThan(1.02);
  }

  @Test
  void theOptimumIsNoFunctionOfTheSizeAlone() {
    AccessContext one = new AccessContext(GIB, 4L << 20, 1, 1, false, true, false);
    AccessContext four = one.withTargets(4);
    AccessContext small = new AccessContext(GIB, 512L << 10, 1, 4, false, true, false);
    assertThat(disks.best(one)).isEqualTo(new ChunkSize(4L << 20));
    assertThat(disks.best(four)).isEqualTo(new ChunkSize(1L << 20));
    assertThat(disks.best(small)).isEqualTo(new ChunkSize(128L << 10));
  }

  @Test
  void everyPoolGivesEightPositiveValues() {
    for (int i = 0; i < 200; i++) {
      Draws draws = Draws.of(7, Draws.Topic.PHYSICS, i);
      Physics pool = i % 2 == 0 ? Rounds.flash(draws) : Rounds.disks(draws);
      AccessContext x =
          new AccessContext(
              (long) draws.logBetween(1, 1e11) - 1,
              (long) draws.logBetween(1, 1e8),
              1 + draws.below(128),
              1 + draws.below(16),
              draws.chance(0.5),
              draws.chance(0.5),
              draws.chance(0.5));
      assertThat(pool.mibPerSecond(x)).hasSize(8).as("%s in %s", x, pool);
      assertThat(Arrays.stream(pool.mibPerSecond(x)).min().orElseThrow()).isPositive();
    }
  }

  private static double spread(double[] values) {
    return Arrays.stream(values).max().orElseThrow() / Arrays.stream(values).min().orElseThrow();
  }
}
