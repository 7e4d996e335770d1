package org.chunkopt.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.settings.Settings.Law;
import org.chunkopt.settings.SettingsReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LawsTest {
  private static final long GIB = 1L << 30;

  @Test
  void pipelinesGiveTheFormulaOfALoneReader() {
    Pipelined pool =
        new Pipelined(200e-6, 4, 50e-6, 600e6, 2e9, 0, 0, 1L << 20, 256L << 10, 0.2, 0.02);
    AccessContext read = new AccessContext(GIB, 2L << 20, 1, 4, false, true, false);
    // 2 MiB at 256 KiB: 8 messages, 4 in flight, two for each of four targets.
    double seconds = 200e-6 * 2 + (8 * 50e-6 + (2L << 20) / 600e6) / 4;
    assertThat(pool.throughput(read, 256L << 10)).isEqualTo((2L << 20) / seconds);
  }

  @ParameterizedTest
  @EnumSource(
      value = Law.class,
      names = {"ROUNDS", "PIPELINED"})
  void optimaMoveOverAllCandidates(Law law) {
    Set<ChunkSize> optima = new HashSet<>();
    for (Pool pool : pools(law)) {
      for (AccessContext x : loads()) {
        optima.add(pool.physics().best(x));
      }
    }
    assertThat(optima).containsExactlyInAnyOrderElementsOf(ChunkSize.CANDIDATES);
  }

  @ParameterizedTest
  @EnumSource(
      value = Law.class,
      names = {"ROUNDS", "PIPELINED"})
  void optimaFollowRequestTargetsAndSharing(Law law) {
    int bySharing = 0;
    for (Pool pool : pools(law)) {
      int byRequest = 0;
      int byTargets = 0;
      for (AccessContext x : loads()) {
        AccessContext larger =
            new AccessContext(
                x.sizeBytes(),
                16 * x.requestBytes(),
                x.processes(),
                x.targets(),
                x.shared(),
                x.sequential(),
                x.write());
        AccessContext apart =
            new AccessContext(
                x.sizeBytes(),
                x.requestBytes(),
                x.processes(),
                x.targets(),
                !x.shared(),
                x.sequential(),
                x.write());
        byRequest += matters(pool, x, larger) ? 1 : 0;
        byTargets += matters(pool, x, x.withTargets(1)) ? 1 : 0;
        bySharing += x.processes() > 1 && matters(pool, x, apart) ? 1 : 0;
      }
      assertThat(byRequest).as("%s", pool).isGreaterThan(loads().size() / 8);
      assertThat(byTargets).as("%s", pool).isGreaterThan(loads().size() / 10);
    }
    // In rounds sharing decides on flash alone.
    int all = loads().size() * pools(law).size();
    assertThat(bySharing).isGreaterThan(law == Law.ROUNDS ? all / 50 : all / 7);
  }

  @Test
  void theLawsDisagree() {
    int apart = 0;
    int all = 0;
    List<Pool> rounds = pools(Law.ROUNDS);
    List<Pool> pipelined = pools(Law.PIPELINED);
    for (int p = 0; p < rounds.size(); p++) {
      for (AccessContext x : loads()) {
        double[] values = pipelined.get(p).physics().mibPerSecond(x);
        double best = Arrays.stream(values).max().orElseThrow();
        ChunkSize advised = rounds.get(p).physics().best(x);
        apart += values[ChunkSize.CANDIDATES.indexOf(advised)] < 0.95 * best ? 1 : 0;
        all++;
      }
    }
    assertThat((double) apart / all).isBetween(0.2, 0.8);
  }

  @ParameterizedTest
  @EnumSource(
      value = Law.class,
      names = {"ROUNDS", "PIPELINED"})
  void tinyRandomRequestsAndTinyFilesAreTies(Law law) {
    for (Pool pool : pools(law)) {
      for (int processes : new int[] {1, 4}) {
        for (boolean write : new boolean[] {false, true}) {
          AccessContext random =
              new AccessContext(GIB, 4L << 10, processes, 4, processes > 1, false, write);
          if (law == Law.PIPELINED || !write) {
            assertThat(spread(pool, random)).isLessThan(1.02);
          }
          AccessContext tiny = new AccessContext(20_000, 64L << 10, 1, 4, false, true, write);
          assertThat(spread(pool, tiny)).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void everyValueIsPositiveAndWithinTheLinks() {
    for (Law law : EnumSet.of(Law.ROUNDS, Law.PIPELINED)) {
      for (Pool pool : pools(law)) {
        for (AccessContext x : loads()) {
          double most = x.targets() * pool.physics().targetBytesPerSecond() / (1 << 20);
          assertThat(Arrays.stream(pool.physics().mibPerSecond(x)).boxed().toList())
              .as("%s in %s", x, pool)
              .allMatch(v -> v > 0 && v <= most * 1.000001);
        }
      }
    }
  }

  /** Whether the best chunk size of one load costs the other more than a tie. */
  private static boolean matters(Pool pool, AccessContext one, AccessContext other) {
    return costs(pool, one, other) || costs(pool, other, one);
  }

  private static boolean costs(Pool pool, AccessContext one, AccessContext other) {
    double[] values = pool.physics().mibPerSecond(other);
    int advised = ChunkSize.CANDIDATES.indexOf(pool.physics().best(one));
    return values[advised] < 0.98 * Arrays.stream(values).max().orElseThrow();
  }

  private static double spread(Pool pool, AccessContext x) {
    double[] values = pool.physics().mibPerSecond(x);
    return Arrays.stream(values).max().orElseThrow() / Arrays.stream(values).min().orElseThrow();
  }

  /** Pools of several seeds, flash and disks in turn. */
  private static List<Pool> pools(Law law) {
    List<Pool> pools = new ArrayList<>();
    for (int seed = 1; seed <= 5; seed++) {
      String settings = "chunkopt { run.seed = " + seed + ", simulate.law = ";
      pools.addAll(
          Site.of(SettingsReader.parse(settings + law.name().toLowerCase(Locale.ROOT) + " }"))
              .pools());
    }
    return pools;
  }

  private static List<AccessContext> loads() {
    List<AccessContext> loads = new ArrayList<>();
    for (long request = 32L << 10; request <= 16L << 20; request *= 2) {
      for (int processes : new int[] {1, 8, 32}) {
        for (int targets : new int[] {1, 4, 8}) {
          for (int bits = 0; bits < (processes > 1 ? 8 : 4); bits++) {
            loads.add(
                new AccessContext(
                    4 * GIB,
                    request,
                    processes,
                    targets,
                    bits >= 4,
                    (bits & 1) > 0,
                    (bits & 2) > 0));
          }
        }
      }
    }
    return loads;
  }
}
