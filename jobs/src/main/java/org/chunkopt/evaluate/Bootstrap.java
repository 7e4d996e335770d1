package org.chunkopt.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Intervals of a mean per file, by resampling whole directories. */
final class Bootstrap {
  private final SplittableRandom seeds;
  private final int samples;

  Bootstrap(long seed, int samples) {
    this.seeds = new SplittableRandom(seed);
    this.samples = samples;
  }

  /** What one directory adds: a sum over its files, and their number. */
  record Sum(double total, long files) {}

  /** A mean with its 95 % interval. */
  record Interval(double value, double low, double high) {
    Interval exponential() {
      return new Interval(Math.exp(value), Math.exp(low), Math.exp(high));
    }
  }

  /** The mean per file over directories, at least one. */
  Interval mean(List<Sum> directories) {
    SplittableRandom random = seeds.split();
    double[] means = new double[samples];
    for (int s = 0; s < samples; s++) {
      double total = 0;
      long files = 0;
      for (int i = 0; i < directories.size(); i++) {
        Sum drawn = directories.get(random.nextInt(directories.size()));
        total += drawn.total();
        files += drawn.files();
      }
      means[s] = total / files;
    }
    Arrays.sort(means);
    double total = directories.stream().mapToDouble(Sum::total).sum();
    long files = directories.stream().mapToLong(Sum::files).sum();
    return new Interval(
        total / files, means[(int) (0.025 * samples)], means[(int) (0.975 * (samples - 1))]);
  }
}
