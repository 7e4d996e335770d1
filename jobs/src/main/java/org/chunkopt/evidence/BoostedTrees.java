package org.chunkopt.evidence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gradient boosted regression trees with squared loss on binned inputs (Friedman 2001; leaf-wise
 * growth on histograms as in LightGBM, Ke et al. 2017). Written here because a few hundred trees on
 * some thousand rows are needed a dozen times a night: each tree of MLlib is several Spark jobs.
 */
final class BoostedTrees {
  private static final int MAX_BINS = 64;

  /**
   * How the trees grow.
   *
   * @param trees number of trees
   * @param leaves most leaves of a tree
   * @param rate share of a leaf's mean that its tree adds
   * @param l2 weight that is added to a leaf, at a mean of 0
   * @param minCount least observations in a leaf
   */
  record Growth(int trees, int leaves, double rate, double l2, double minCount) {}

  /** A tree: inner nodes point to their children, a leaf has feature -1. */
  private record Tree(int[] feature, double[] threshold, int[] left, double[] value) {
    double predict(double[] inputs) {
      int node = 0;
      while (feature[node] >= 0) {
        node = left[node] + (inputs[feature[node]] <= threshold[node] ? 0 : 1);
      }
      return value[node];
    }
  }

  /** Inputs by column, as bins between thresholds. */
  static final class Binned {
    private final byte[][] bins;
    private final double[][] thresholds;

    /**
     * Bins the columns at their quantiles.
     *
     * @param rows inputs, a row each
     */
    Binned(double[][] rows) {
      int width = rows.length == 0 ? 0 : rows[0].length;
      this.bins = new byte[width][rows.length];
      this.thresholds = new double[width][];
      for (int f = 0; f < width; f++) {
        int feature = f;
        double[] sorted = Arrays.stream(rows).mapToDouble(row -> row[feature]).sorted().toArray();
        thresholds[f] = thresholds(sorted);
        for (int i = 0; i < rows.length; i++) {
          int at = Arrays.binarySearch(thresholds[f], rows[i][f]);
          bins[f][i] = (byte) (at >= 0 ? at : -at - 1);
        }
      }
    }

    private static double[] thresholds(double[] sorted) {
      double[] values = Arrays.stream(sorted).distinct().toArray();
      int cuts = Math.min(MAX_BINS, values.length) - 1;
      double[] thresholds = new double[Math.max(0, cuts)];
      for (int i = 0; i < thresholds.length; i++) {
        if (values.length <= MAX_BINS) {
          thresholds[i] = (values[i] + values[i + 1]) / 2;
        } else {
          thresholds[i] = sorted[(int) ((i + 1.0) * sorted.length / MAX_BINS)];
        }
      }
      return Arrays.stream(thresholds).distinct().toArray();
    }
  }

  private final List<Tree> trees = new ArrayList<>();

  private BoostedTrees() {}

  /** Trees that predict 0 everywhere. */
  static BoostedTrees none() {
    return new BoostedTrees();
  }

  /**
   * Fits trees.
   *
   * @param target a value for each row
   * @param weight of each row, 0 leaves it out
   * @param count observations that each row stands for
   */
  static BoostedTrees fit(
      Binned inputs, double[] target, double[] weight, double[] count, Growth growth) {
    BoostedTrees fitted = new BoostedTrees();
    double[] residual = target.clone();
    for (int t = 0; t < growth.trees(); t++) {
      if (!fitted.grow(inputs, residual, weight, count, growth)) {
        break;
      }
    }
    return fitted;
  }

  /** Sum of the trees' values at these inputs. */
  double predict(double[] inputs) {
    double sum = 0;
    for (Tree tree : trees) {
      sum += tree.predict(inputs);
    }
    return sum;
  }

  /** The best split of a leaf's rows. */
  private record Split(int feature, int bin, double gain) {}

  private static final class Leaf {
    final int node;
    final int[] rows;
    final double sum;
    final double weight;
    Split split;

    Leaf(int node, int[] rows, double[] residual, double[] weight) {
      this.node = node;
      this.rows = rows;
      double total = 0;
      double weights = 0;
      for (int row : rows) {
        total += weight[row] * residual[row];
        weights += weight[row];
      }
      this.sum = total;
      this.weight = weights;
    }
  }

  /** Adds a tree and takes its values off the residuals. False where it would add nothing. */
  private boolean grow(
      Binned inputs, double[] residual, double[] weight, double[] count, Growth growth) {
    int nodes = 2 * growth.leaves() - 1;
    int[] feature = new int[nodes];
    Arrays.fill(feature, -1);
    double[] threshold = new double[nodes];
    int[] left = new int[nodes];
    double[] value = new double[nodes];
    int used = 1;
    int[] all = new int[weight.length];
    int kept = 0;
    for (int i = 0; i < all.length; i++) {
      if (weight[i] > 0) {
        all[kept++] = i;
      }
    }
    List<Leaf> leaves = new ArrayList<>();
    leaves.add(new Leaf(0, Arrays.copyOf(all, kept), residual, weight));
    leaves.get(0).split = split(inputs, leaves.get(0), residual, weight, count, growth);
    while (leaves.size() < growth.leaves()) {
      Leaf best = null;
      for (Leaf leaf : leaves) {
        if (leaf.split != null && (best == null || leaf.split.gain() > best.split.gain())) {
          best = leaf;
        }
      }
      if (best == null) {
        break;
      }
      Split split = best.split;
      feature[best.node] = split.feature();
      threshold[best.node] = inputs.thresholds[split.feature()][split.bin()];
      left[best.node] = used;
      leaves.remove(best);
      byte[] bins = inputs.bins[split.feature()];
      for (int side = 0; side < 2; side++) {
        boolean lower = side == 0;
        int[] rows =
            Arrays.stream(best.rows).filter(row -> bins[row] <= split.bin() == lower).toArray();
        Leaf child = new Leaf(used + side, rows, residual, weight);
        child.split = split(inputs, child, residual, weight, count, growth);
        leaves.add(child);
      }
      used += 2;
    }
    // A root that cannot be split still takes up the mean, else rows of one use would have none.
    if (leaves.size() == 1 && Math.abs(leaves.get(0).sum) <= 1e-9 * leaves.get(0).weight) {
      return false;
    }
    for (Leaf leaf : leaves) {
      value[leaf.node] = growth.rate() * leaf.sum / (leaf.weight + growth.l2());
      for (int row : leaf.rows) {
        residual[row] -= value[leaf.node];
      }
    }
    trees.add(new Tree(feature, threshold, left, value));
    return true;
  }

  private static Split split(
      Binned inputs, Leaf leaf, double[] residual, double[] weight, double[] count, Growth growth) {
    Split best = null;
    double before = leaf.sum * leaf.sum / (leaf.weight + growth.l2());
    double[] sums = new double[MAX_BINS];
    double[] weights = new double[MAX_BINS];
    double[] counts = new double[MAX_BINS];
    for (int f = 0; f < inputs.bins.length; f++) {
      int cuts = inputs.thresholds[f].length;
      if (cuts == 0) {
        continue;
      }
      Arrays.fill(sums, 0);
      Arrays.fill(weights, 0);
      Arrays.fill(counts, 0);
      byte[] bins = inputs.bins[f];
      double total = 0;
      for (int row : leaf.rows) {
        sums[bins[row]] += weight[row] * residual[row];
        weights[bins[row]] += weight[row];
        counts[bins[row]] += count[row];
        total += count[row];
      }
      double sum = 0;
      double lowerWeight = 0;
      double lowerCount = 0;
      for (int bin = 0; bin < cuts; bin++) {
        sum += sums[bin];
        lowerWeight += weights[bin];
        lowerCount += counts[bin];
        if (lowerCount >= growth.minCount() && total - lowerCount >= growth.minCount()) {
          double rest = leaf.sum - sum;
          double gain =
              sum * sum / (lowerWeight + growth.l2())
                  + rest * rest / (leaf.weight - lowerWeight + growth.l2())
                  - before;
          if (gain > 1e-9 && (best == null || gain > best.gain())) {
            best = new Split(f, bin, gain);
          }
        }
      }
    }
    return best;
  }
}
