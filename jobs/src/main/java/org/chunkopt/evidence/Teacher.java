package org.chunkopt.evidence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.evidence.Cohort.Use;
import org.chunkopt.evidence.GainOdds.Part;
import org.chunkopt.evidence.ResponseModel.Gain;
import org.chunkopt.settings.Settings;

/**
 * The response models of all pools and the habits of the site in one: answers for any file, seen or
 * described, what a change of its chunk size is worth.
 */
final class Teacher {
  private static final int ARMS = ChunkSize.CANDIDATES.size();

  /** Octaves of gain that a certain loss of more than 5 % costs, in labels and encodings. */
  private static final double RISK_PRICE = 1.5;

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
  static Teacher of(
      Settings.Evidence settings, Map<String, List<Cell>> cells, Habits habits, long seed) {
    Teacher teacher = new Teacher(habits);
    cells.forEach((pool, own) -> teacher.pools.put(pool, ResponseModel.fit(settings, own, seed)));
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
   * The best chunk size of a cohort for files that have the pool's most common one: by the expected
   * gain less {@value #RISK_PRICE} times the probability of a loss of more than 5 %. A size that is
   * fast for one of the likely uses and slow for another is not the best.
   *
   * @param log2Kib log2 of it in KiB: the middle of those around it within a tie, of chunk sizes
   *     that hold the whole file the smallest
   * @param spread log2 gain of the best over the worst
   */
  record Best(double log2Kib, double spread) {}

  Best best(Cohort cohort, double tieLog2) {
    int reference = pools.get(cohort.storageClass()).reference();
    double[] worth = new double[ARMS];
    double[] gains = new double[ARMS];
    for (Change change : answer(cohort, reference).changes()) {
      gains[change.to()] = change.odds().mean();
      worth[change.to()] =
          change.to() == reference
              ? 0
              : change.odds().mean() - RISK_PRICE * change.odds().below(GainOdds.HARM);
    }
    double spread =
        Arrays.stream(gains).max().orElseThrow() - Arrays.stream(gains).min().orElseThrow();
    return new Best(middleOfBest(worth, cohort, tieLog2), spread);
  }

  private static double middleOfBest(double[] worth, Cohort cohort, double tieLog2) {
    int layouts = Math.max(1, Math.min(ARMS, cohort.sizeOctave() - SMALLEST_LOG2 + 1));
    int best = 0;
    for (int arm = 1; arm < layouts; arm++) {
      best = worth[arm] > worth[best] + 1e-9 ? arm : best;
    }
    int first = best;
    int last = best;
    while (first > 0 && worth[first - 1] >= worth[best] - tieLog2) {
      first--;
    }
    while (last < layouts - 1 && worth[last + 1] >= worth[best] - tieLog2) {
      last++;
    }
    return (ChunkSize.CANDIDATES.get(first).log2Kib() + ChunkSize.CANDIDATES.get(last).log2Kib())
        / 2.0;
  }

  /**
   * The access pattern in one number: log2 of the chunk size in KiB that the law alone prefers for
   * it, by the same measure as {@link #best}, over the likely uses.
   */
  double preferredLog2Kib(Cohort cohort, double tieLog2) {
    ResponseModel pool = pools.get(cohort.storageClass());
    double[] worth = new double[ARMS];
    for (Habits.Likely likely : habits.uses(cohort)) {
      double[] own = pool.law().log2Throughput(habits.pattern(cohort.withUse(likely.use())));
      for (int arm = 0; arm < ARMS; arm++) {
        double gain = own[arm] - own[pool.reference()];
        worth[arm] += likely.weight() * (gain - (gain < GainOdds.HARM ? RISK_PRICE : 0));
      }
    }
    return middleOfBest(worth, cohort, tieLog2);
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
