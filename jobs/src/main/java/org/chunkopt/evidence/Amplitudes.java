package org.chunkopt.evidence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether the history of a pool shows the differences between chunk sizes that its law claims, for
 * each kind of access (shared, sequential, writing). Where it does not, the law's differences are
 * set aside, so that a pool to which chunk sizes do not matter gets no advice from a law.
 *
 * @param ignored by kind of access, 0..7: whether the law's differences are set aside
 */
record Amplitudes(boolean[] ignored) {
  /**
   * Variance of the mean of one chunk size in a cohort beyond its error: other files, other users.
   */
  private static final double WITHIN_VARIANCE = 0.01;

  /** Share of the law's differences that must reappear for the law to count. */
  private static final double LEAST_SHARE = 0.25;

  /**
   * Log likelihood ratio below which the history speaks against the law, and above which for it.
   */
  private static final double CLEAR = 3;

  /** Variance of a cohort's directories around its mean, log2^2. */
  private static final double DIRECTORY_VARIANCE = 0.0625;

  boolean shows(AccessPattern use) {
    return !ignored[use.kind()];
  }

  /** Share of the eight kinds of access in which the law counts, 0..1. */
  double share() {
    int shown = 0;
    for (boolean off : ignored) {
      shown += off ? 0 : 1;
    }
    return shown / (double) ignored.length;
  }

  /**
   * Compares the cells' contrasts within each cohort with those of the law: with half the least
   * share of its differences (log likelihood) against none of them. A kind without a clear answer
   * follows the pool; a pool without one follows its law.
   */
  static Amplitudes settle(List<Cell> cells, StripeLaw law) {
    double[] factors = new double[8];
    double pool = 0;
    for (List<Mean> cohort : cohorts(cells)) {
      double factor = logRatio(cohort, law);
      factors[cohort.get(0).use().kind()] += factor;
      pool += factor;
    }
    boolean[] ignored = new boolean[8];
    for (int kind = 0; kind < ignored.length; kind++) {
      ignored[kind] = factors[kind] < -CLEAR || factors[kind] < CLEAR && pool < -CLEAR;
    }
    return new Amplitudes(ignored);
  }

  /** The mean of one chunk size in one cohort. */
  private record Mean(AccessPattern use, int position, double log2, double precision) {}

  private static List<List<Mean>> cohorts(List<Cell> cells) {
    record Key(int cohort, boolean sweep, boolean inventory) {}
    Map<Key, Map<Integer, double[]>> sums = new HashMap<>();
    Map<Key, AccessPattern> uses = new HashMap<>();
    for (Cell cell : cells) {
      Key key = new Key(cell.cohort(), cell.sweep(), cell.inventory());
      uses.putIfAbsent(key, cell.use());
      // A directory counts once, whatever its files: w is 1 but for tiny weights.
      double w = Math.min(1, cell.weight());
      double[] sum =
          sums.computeIfAbsent(key, k -> new HashMap<>())
              .computeIfAbsent(cell.use().effective(cell.position()), p -> new double[2]);
      sum[0] += w * cell.log2();
      sum[1] += w;
    }
    List<List<Mean>> cohorts = new ArrayList<>();
    sums.forEach(
        (key, arms) -> {
          if (arms.size() > 1) {
            List<Mean> means = new ArrayList<>();
            double variance = key.sweep() ? 0.01 : DIRECTORY_VARIANCE * (key.inventory() ? 16 : 1);
            arms.forEach(
                (position, sum) ->
                    means.add(
                        new Mean(
                            uses.get(key),
                            position,
                            sum[0] / sum[1],
                            1 / (WITHIN_VARIANCE + variance / sum[1]))));
            cohorts.add(means);
          }
        });
    return cohorts;
  }

  private static double logRatio(List<Mean> cohort, StripeLaw law) {
    double weights = 0;
    double claimed = 0;
    double shown = 0;
    for (Mean mean : cohort) {
      weights += mean.precision();
      claimed += mean.precision() * law.log2Throughput(mean.use(), mean.position());
      shown += mean.precision() * mean.log2();
    }
    double factor = 0;
    for (Mean mean : cohort) {
      double claim = law.log2Throughput(mean.use(), mean.position()) - claimed / weights;
      double seen = mean.log2() - shown / weights;
      factor += mean.precision() * (claim * seen - LEAST_SHARE * claim * claim);
    }
    return factor;
  }
}
