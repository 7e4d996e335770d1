package org.chunkopt.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.Settings.Law;
import org.chunkopt.settings.SettingsReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every law of the family has to keep. */
class LawFamilyTest {
  /** The spread of smaller files says little: most of them fit into one chunk of any size. */
  private static final long LARGE = 4L << 20;

  @ParameterizedTest
  @EnumSource(Law.class)
  void chunkSizesThatHoldTheFileAreAlike(Law law) {
    for (Pool pool : pools(law, 1)) {
      for (AccessContext x : uses()) {
        long holding = Long.highestOneBit(Math.max(1, 2 * x.sizeBytes() - 1));
        Set<Double> values = new HashSet<>();
        for (ChunkSize chunk : ChunkSize.CANDIDATES) {
          if (chunk.bytes() >= holding) {
            values.add(pool.physics().throughput(x, chunk.bytes()));
          }
        }
        assertThat(values).as("%s in %s", x, pool).hasSizeLessThanOrEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Law.class)
  void everyValueIsFiniteAndPositive(Law law) {
    for (Pool pool : pools(law, 1)) {
      for (AccessContext x : uses()) {
        assertThat(Arrays.stream(pool.physics().mibPerSecond(x)).boxed().toList())
            .as("%s in %s", x, pool)
            .allMatch(value -> Double.isFinite(value) && value > 0);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Law.class)
  void theSeedAloneDecides(Law law) {
    AccessContext x = new AccessContext(1L << 30, 1L << 20, 4, 4, false, true, true);
    for (int i = 0; i < 2; i++) {
      double[] drawn = pools(law, 3).get(i).physics().mibPerSecond(x);
      assertThat(pools(law, 3).get(i).physics().mibPerSecond(x)).isEqualTo(drawn);
      assertThat(pools(law, 4).get(i).physics().mibPerSecond(x)).isNotEqualTo(drawn);
    }
  }

  @ParameterizedTest
  @EnumSource(Law.class)
  void usesDifferInTheirBestChunkSize(Law law) {
    List<ChunkSize> best = new ArrayList<>();
    for (Directory directory : directories(law)) {
      Physics physics = directory.pool().physics();
      if (spread(physics.mibPerSecond(directory.access())) > 0.03) {
        best.add(physics.best(directory.access()));
      }
    }
    assertThat(new HashSet<>(best)).hasSizeGreaterThanOrEqualTo(5);
    for (ChunkSize chunk : ChunkSize.CANDIDATES) {
      assertThat(best.stream().filter(chunk::equals).count())
          .as("directories with %s as their best", chunk)
          .isLessThan(best.size() / 2L);
    }
  }

  @ParameterizedTest
  @EnumSource(Law.class)
  void theSpreadBetweenTheBestAndTheWorstChunkSizeIsPlausible(Law law) {
    double[] spreads =
        directories(law).stream()
            .mapToDouble(d -> spread(d.pool().physics().mibPerSecond(d.access())))
            .sorted()
            .toArray();
    assertThat(spreads[spreads.length / 2]).as("median, in octaves").isBetween(0.2, 2.0);
    assertThat(spreads[spreads.length * 95 / 100]).isLessThan(5);
  }

  /** No two laws give the same curves: each is a test of its own. */
  @Test
  void noLawIsAnotherOne() {
    List<AccessContext> uses = uses();
    for (Law one : Law.values()) {
      for (Law other : Law.values()) {
        if (one.ordinal() < other.ordinal()) {
          Physics first = pools(one, 1).get(0).physics();
          Physics second = pools(other, 1).get(0).physics();
          long apart =
              uses.stream()
                  .filter(x -> x.sizeBytes() >= LARGE)
                  .filter(x -> !first.best(x).equals(second.best(x)))
                  .count();
          assertThat(apart).as("%s and %s", one, other).isGreaterThan(uses.size() / 20);
        }
      }
    }
  }

  private static double spread(double[] values) {
    double most = Arrays.stream(values).max().orElseThrow();
    return Math.log(most / Arrays.stream(values).min().orElseThrow()) / Math.log(2);
  }

  /** The pools of a mixed site: disks, then flash. */
  private static List<Pool> pools(Law law, int seed) {
    return site(law, seed).pools();
  }

  /** The directories of three sites whose files are large enough for chunks to matter. */
  private static List<Directory> directories(Law law) {
    List<Directory> directories = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      Site site = site(law, seed);
      for (long project = 0; project < Project.count(site); project++) {
        directories.addAll(Project.of(site, project).directories());
      }
    }
    return directories.stream().filter(d -> d.access().sizeBytes() >= LARGE).toList();
  }

  private static Site site(Law law, int seed) {
    String word = law.name().toLowerCase(Locale.ROOT).replace('_', '-');
    Settings settings =
        SettingsReader.parse(
            "chunkopt { run.seed = " + seed + ", simulate { files = 12000, law = " + word + " } }");
    return Site.of(settings);
  }

  private static List<AccessContext> uses() {
    List<AccessContext> uses = new ArrayList<>();
    for (long size :
        new long[] {0, 1, 20_000, 65_536, 65_537, 700_000, 5L << 20, 1L << 30, 1L << 36}) {
      for (long request : new long[] {1, 4L << 10, 100_000, 1L << 20, 16L << 20, 1L << 30}) {
        for (int processes : new int[] {1, 4, 16, 128}) {
          for (int targets : new int[] {1, 2, 4, 16}) {
            for (int bits = 0; bits < 8; bits++) {
              boolean shared = (bits & 4) > 0;
              if (!shared || processes > 1) {
                uses.add(
                    new AccessContext(
                        size, request, processes, targets, shared, (bits & 1) > 0, (bits & 2) > 0));
              }
            }
          }
        }
      }
    }
    return uses;
  }
}
