package org.chunkopt.evidence;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.chunkopt.evidence.BoostedTrees.Binned;
import org.chunkopt.evidence.BoostedTrees.Growth;

/**
 * The part of the throughput that the law of a pool does not explain, fitted in two stages by
 * backfitting (Buja, Hastie and Tibshirani 1989). The level stage sees no chunk size: it takes up
 * how fast an access pattern and a user are at any chunk size. The contrast stage learns, from what
 * the level leaves, how chunk sizes differ.
 */
final class Residual {
  private static final int ROUNDS = 3;
  private static final Growth LEVEL = new Growth(60, 16, 0.12, 5, 30);
  private static final Growth CONTRAST = new Growth(80, 16, 0.12, 5, 100);

  /** Observations as which the mean of all users counts in the mean of one. */
  private static final double USER_SHRINKAGE = 20;

  /** Observations of the history as which a benchmark's row counts in the contrast stage. */
  private static final double SWEEP_CONTRAST_WEIGHT = 8;

  private static final double SWEEP_LEVEL_WEIGHT = 0.75;

  /** Log2 of the size beyond which chunk sizes differ alike: eight targets hold a chunk each. */
  private static final double SIZE_THAT_MATTERS_LOG2 = 27;

  /** Beyond this log2 size the size of a file does not matter to its throughput. */
  private static final double LARGEST_LOG2 = 36;

  private final BoostedTrees level;
  private final BoostedTrees contrast;
  private final Map<Long, Double> users;

  private Residual(BoostedTrees level, BoostedTrees contrast, Map<Long, Double> users) {
    this.level = level;
    this.contrast = contrast;
    this.users = users;
  }

  /** Rows whose inputs are binned once for all members of an ensemble. */
  static final class Rows {
    private final List<Cell> cells;
    private final int[] ownLevel;
    private final Binned levelInputs;
    private final Binned contrastInputs;

    /**
     * @param cells cells of one pool
     * @param ownLevel number of the group of cells whose level is its own mean: those of one
     *     benchmark cell, or of one access pattern of one directory that has two chunk sizes; -1
     *     for all others
     */
    Rows(List<Cell> cells, int[] ownLevel) {
      this.cells = cells;
      this.ownLevel = ownLevel;
      this.levelInputs =
          new Binned(cells.stream().map(Residual::levelInputs).toArray(double[][]::new));
      this.contrastInputs =
          new Binned(
              cells.stream()
                  .map(c -> contrastInputs(c.use(), c.position()))
                  .toArray(double[][]::new));
    }
  }

  /**
   * Fits both stages.
   *
   * @param law what the law says of each row, log2 MiB/s
   * @param weight of each row, 0 leaves it out
   */
  static Residual fit(Rows rows, double[] law, double[] weight) {
    int n = rows.cells.size();
    double[] levelWeight = new double[n];
    double[] contrastWeight = new double[n];
    double[] left = new double[n];
    double[] counts = new double[n];
    for (int i = 0; i < n; i++) {
      boolean sweep = rows.cells.get(i).sweep();
      levelWeight[i] = weight[i] * (sweep ? SWEEP_LEVEL_WEIGHT : 1);
      contrastWeight[i] = weight[i] * (sweep ? SWEEP_CONTRAST_WEIGHT : 1);
      counts[i] = weight[i] * (sweep ? SWEEP_CONTRAST_WEIGHT : 1);
      left[i] = rows.cells.get(i).log2() - law[i];
    }
    Residual fitted = new Residual(BoostedTrees.none(), BoostedTrees.none(), Map.of());
    double[] contrasts = new double[n];
    double[] userEffects = new double[n];
    for (int round = 0; round < ROUNDS; round++) {
      double[] target = new double[n];
      Arrays.setAll(target, i -> left[i] - contrasts[i] - userEffects[i]);
      BoostedTrees level = BoostedTrees.fit(rows.levelInputs, target, levelWeight, weight, LEVEL);
      double[] levels = new double[n];
      Arrays.setAll(levels, i -> level.predict(levelInputs(rows.cells.get(i))));
      Arrays.setAll(target, i -> left[i] - contrasts[i] - levels[i]);
      Map<Long, Double> users = userMeans(rows.cells, target, weight);
      Arrays.setAll(userEffects, i -> users.getOrDefault(rows.cells.get(i).uid(), 0.0));
      Arrays.setAll(target, i -> left[i] - contrasts[i]);
      double[] own = ownMeans(rows.ownLevel, target, weight);
      Arrays.setAll(
          target,
          i ->
              left[i]
                  - (rows.ownLevel[i] >= 0 ? own[rows.ownLevel[i]] : levels[i] + userEffects[i]));
      clip(target);
      BoostedTrees contrast =
          BoostedTrees.fit(rows.contrastInputs, target, contrastWeight, counts, CONTRAST);
      Arrays.setAll(
          contrasts,
          i -> {
            Cell cell = rows.cells.get(i);
            return contrast.predict(contrastInputs(cell.use(), cell.position()));
          });
      fitted = new Residual(level, contrast, users);
    }
    return fitted;
  }

  /** Level of an access pattern of a user beyond the law, log2. */
  double level(AccessPattern use) {
    return level.predict(levelInputs(use, 0));
  }

  /** Level of a cell, with the effect of its user. */
  double level(Cell cell) {
    return level.predict(levelInputs(cell)) + users.getOrDefault(cell.uid(), 0.0);
  }

  /** Effect of the chunk size beyond the law, log2; only its differences mean something. */
  double contrast(AccessPattern use, int position) {
    return contrast.predict(contrastInputs(use, position));
  }

  private static Map<Long, Double> userMeans(List<Cell> cells, double[] values, double[] weight) {
    Map<Long, double[]> sums = new HashMap<>();
    for (int i = 0; i < values.length; i++) {
      Cell cell = cells.get(i);
      if (!cell.sweep() && cell.uid() >= 0) {
        double[] sum = sums.computeIfAbsent(cell.uid(), uid -> new double[2]);
        sum[0] += weight[i] * values[i];
        sum[1] += weight[i];
      }
    }
    Map<Long, Double> means = new HashMap<>();
    sums.forEach((uid, sum) -> means.put(uid, sum[0] / (sum[1] + USER_SHRINKAGE)));
    return means;
  }

  /** Holds wild values to four robust standard deviations (of the median absolute value). */
  private static void clip(double[] values) {
    double[] sorted = Arrays.stream(values).map(Math::abs).sorted().toArray();
    if (sorted.length > 0) {
      double most = Math.max(0.5, 4 * sorted[sorted.length / 2] / 0.6745);
      Arrays.setAll(values, i -> Math.max(-most, Math.min(most, values[i])));
    }
  }

  private static double[] ownMeans(int[] group, double[] values, double[] weight) {
    int groups = Arrays.stream(group).max().orElse(-1) + 1;
    double[] sums = new double[groups];
    double[] weights = new double[groups];
    for (int i = 0; i < group.length; i++) {
      if (group[i] >= 0) {
        sums[group[i]] += weight[i] * values[i];
        weights[group[i]] += weight[i];
      }
    }
    for (int g = 0; g < groups; g++) {
      sums[g] = weights[g] > 0 ? sums[g] / weights[g] : 0;
    }
    return sums;
  }

  /** Speeds out of the inventory's times have a level of their own. */
  private static double[] levelInputs(Cell cell) {
    return levelInputs(cell.use(), cell.inventory() ? 1 : 0);
  }

  private static double[] levelInputs(AccessPattern use, double inventory) {
    return new double[] {
      Math.min(LARGEST_LOG2, AccessPattern.log2(Math.max(1, use.sizeBytes()))),
      AccessPattern.log2(use.requestBytes()),
      AccessPattern.log2(use.processes()),
      AccessPattern.log2(use.targets()),
      use.shared() ? 1 : 0,
      use.sequential() ? 1 : 0,
      use.writes() ? 1 : 0,
      inventory
    };
  }

  private static double[] contrastInputs(AccessPattern use, int position) {
    double chunk = 16.0 + use.effective(position);
    double size =
        Math.min(SIZE_THAT_MATTERS_LOG2, AccessPattern.log2(Math.max(1, use.sizeBytes())));
    double request = AccessPattern.log2(use.requestBytes());
    double processes = AccessPattern.log2(use.processes());
    double targets = AccessPattern.log2(use.targets());
    return new double[] {
      chunk,
      size,
      request,
      processes,
      targets,
      use.shared() ? 1 : 0,
      use.sequential() ? 1 : 0,
      use.writes() ? 1 : 0,
      Math.min(targets, Math.max(0, size - chunk)),
      Math.min(request, size) - chunk,
      size - chunk,
      request + processes - chunk,
      request - chunk - targets
    };
  }
}
