package org.chunkopt.evidence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.evidence.Cohort.Use;
import org.chunkopt.evidence.GainOdds.Part;
import org.chunkopt.evidence.ResponseModel.Gain;

/**
 * The response models of all pools and the habits of the site in one: answers for any file, seen or
 * described, what a change of its chunk size is worth.
 */
final class Teacher {
  private static final int ARMS = ChunkSize.CANDIDATES.size();

  /** log2 of the smallest candidate chunk size in bytes. */
  private static final int SMALLEST_LOG2 = 16;

  /** Share of the likely uses that must be measured for a mixture to be. */
  private static final double MOST = 0.8;

  private final Map<String, ResponseModel> pools = new TreeMap<>();
  private final Habits habits;
  private final Map<Cohort, ResponseModel.Curves> curves = new HashMap<>();

  private Teacher(Habits habits) {
    this.habits = habits;
  }

  /**
   * Learns the response model of every pool.
   *
   * @param cells cells by pool
   */
  static Teacher of(Map<String, List<Cell>> cells, Habits habits, long seed) {
    Teacher teacher = new Teacher(habits);
    cells.forEach((pool, own) -> teacher.pools.put(pool, ResponseModel.fit(own, seed)));
    return teacher;
  }

  Map<String, ResponseModel> pools() {
    return pools;
  }

  /** Whether the cohort has an answer: its pool and its number of targets are known. */
  boolean knows(Cohort cohort) {
    return cohort.targets() != null && pools.containsKey(cohort.storageClass());
  }

  private record LikelyCurves(double weight, ResponseModel.Curves curves) {}

  private List<LikelyCurves> curves(Cohort cohort) {
    List<LikelyCurves> likely = new ArrayList<>();
    for (Habits.Likely use : habits.uses(cohort)) {
      Cohort known = cohort.withUse(use.use());
      likely.add(
          new LikelyCurves(
              use.weight(),
              curves.computeIfAbsent(
                  known, c -> pools.get(c.storageClass()).curves(habits.pattern(c)))));
    }
    return likely;
  }

  /**
   * What every change from one chunk size is worth.
   *
   * @param changes one for each candidate, 64 KiB first
   * @param log2Throughput expected log2 throughput with the chunk size before, MiB/s
   */
  record Answer(List<Change> changes, double log2Throughput) {}

  /** A change of the chunk size with the distribution of its log2 gain. */
  record Change(int to, GainOdds odds, Tier tier) {}

  /** The answer for the files of a cohort that have the chunk size at this position. */
  Answer answer(Cohort cohort, int from) {
    List<LikelyCurves> likely = curves(cohort);
    List<Change> changes = new ArrayList<>();
    for (int to = 0; to < ARMS; to++) {
      List<Part> parts = new ArrayList<>();
      double measured = 0;
      double changed = 0;
      for (LikelyCurves use : likely) {
        Gain gain = use.curves().gain(from, to);
        parts.add(new Part(use.weight(), gain.mean(), gain.sd()));
        Tier tier = use.curves().tier(from, to);
        measured += tier == Tier.MEASURED ? use.weight() : 0;
        changed += tier != Tier.PREDICTED ? use.weight() : 0;
      }
      Tier tier =
          measured >= MOST ? Tier.MEASURED : changed >= MOST ? Tier.CHANGED : Tier.PREDICTED;
      changes.add(new Change(to, new GainOdds(parts), tier));
    }
    double level =
        likely.stream().mapToDouble(l -> l.weight() * l.curves().log2Throughput()[from]).sum();
    return new Answer(changes, level);
  }

  /**
   * The best chunk size of a cohort by its mean curve.
   *
   * @param log2Kib log2 of it in KiB: the mean over those within a tie of the best, of chunk sizes
   *     that hold the whole file the smallest
   * @param spread log2 gain of the best over the worst
   */
  record Best(double log2Kib, double spread) {}

  Best best(Cohort cohort, double tieLog2) {
    double[] mean = new double[ARMS];
    for (LikelyCurves use : curves(cohort)) {
      double[] own = use.curves().log2Throughput();
      for (int arm = 0; arm < ARMS; arm++) {
        mean[arm] += use.weight() * own[arm];
      }
    }
    return best(mean, cohort, tieLog2);
  }

  private static Best best(double[] curve, Cohort cohort, double tieLog2) {
    int layouts = Math.max(1, Math.min(ARMS, cohort.sizeOctave() - SMALLEST_LOG2 + 1));
    double highest = Arrays.stream(curve, 0, layouts).max().orElseThrow();
    double lowest = Arrays.stream(curve, 0, layouts).min().orElseThrow();
    double log2Kib =
        IntStream.range(0, layouts)
            .filter(arm -> curve[arm] >= highest - tieLog2)
            .mapToDouble(arm -> ChunkSize.CANDIDATES.get(arm).log2Kib())
            .average()
            .orElseThrow();
    return new Best(log2Kib, highest - lowest);
  }

  /**
   * The access pattern in one number: log2 of the chunk size in KiB that the law alone prefers for
   * it, by its mean curve over the likely uses.
   */
  double preferredLog2Kib(Cohort cohort, double tieLog2) {
    StripeLaw law = pools.get(cohort.storageClass()).law();
    double[] mean = new double[ARMS];
    for (Habits.Likely likely : habits.uses(cohort)) {
      double[] own = law.log2Throughput(habits.pattern(cohort.withUse(likely.use())));
      Arrays.setAll(mean, arm -> mean[arm] + likely.weight() * own[arm]);
    }
    return best(mean, cohort, tieLog2).log2Kib();
  }

  /**
   * Cells by pool. A benchmark that does not say where it ran speaks for every pool without one.
   */
  static Map<String, List<Cell>> byPool(Collection<Cell> cells, Collection<String> pools) {
    Map<String, List<Cell>> byPool = new TreeMap<>();
    List<Cell> anywhere = cells.stream().filter(c -> c.sweep() && c.pool().equals("any")).toList();
    for (String pool : pools) {
      List<Cell> own = new ArrayList<>(cells.stream().filter(c -> c.pool().equals(pool)).toList());
      if (!pool.equals("any") && own.stream().noneMatch(Cell::sweep)) {
        own.addAll(anywhere);
      }
      byPool.put(pool, own);
    }
    return byPool;
  }

  /** Uses that benchmarks measured. */
  static List<Use> benchmarked(Map<Integer, Cohort> cohorts, Collection<Cell> cells) {
    return cells.stream()
        .filter(Cell::sweep)
        .map(cell -> cohorts.get(cell.cohort()).use())
        .distinct()
        .sorted()
        .toList();
  }
}
