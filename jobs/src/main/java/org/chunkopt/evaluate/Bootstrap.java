package org.chunkopt.evaluate;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Intervals of a statistic of sums, by resampling whole directories. All statistics of the same
 * directories see the same samples, so that a difference of two policies is a paired one.
 */
final class Bootstrap {
  /** How often each directory is in each sample. */
  private final int[][] draws;

  /**
   * The samples.
   *
   * @param directories number of directories, at least one
   */
  Bootstrap(long seed, int samples, int directories) {
    SplittableRandom random = new SplittableRandom(seed);
    this.draws = new int[samples][directories];
    for (int[] draw : draws) {
      for (int i = 0; i < directories; i++) {
        draw[random.nextInt(directories)]++;
      }
    }
  }

  /** A value with its 95 % interval; not a number where it has none. */
  record Interval(double value, double low, double high) {
    Interval exponential() {
      return new Interval(Math.exp(value), Math.exp(low), Math.exp(high));
    }
  }

  /** The first column's sum over the second's. */
  Interval ratio(double[] totals, double[] weights) {
    return of(new double[][] {totals, weights}, sums -> sums[0] / sums[1]);
  }

  /**
   * A statistic of the columns' sums. Samples in which it is not a number are left out.
   *
   * @param columns a value per directory each
   */
  Interval of(double[][] columns, ToDoubleFunction<double[]> statistic) {
    double[] sums = new double[columns.length];
    for (int c = 0; c < columns.length; c++) {
      sums[c] = Arrays.stream(columns[c]).sum();
    }
    double value = statistic.applyAsDouble(sums);
    double[] values = new double[draws.length];
    for (int s = 0; s < draws.length; s++) {
      for (int c = 0; c < columns.length; c++) {
        double sum = 0;
        for (int i = 0; i < columns[c].length; i++) {
          sum += draws[s][i] * columns[c][i];
        }
        sums[c] = sum;
      }
      values[s] = statistic.applyAsDouble(sums);
    }
    double[] known = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    return known.length == 0
        ? new Interval(value, Double.NaN, Double.NaN)
        : new Interval(
            value, known[(int) (0.025 * known.length)], known[(int) (0.975 * (known.length - 1))]);
  }
}
