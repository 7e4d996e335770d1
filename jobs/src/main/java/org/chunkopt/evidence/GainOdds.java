package org.chunkopt.evidence;

import java.util.List;

/**
 * The log2 gain of a change: a mixture of normal distributions, one for each use that the files may
 * have. A mixture is far from normal: a gain in one use of four and nothing in the others is no
 * risk.
 */
final class GainOdds {
  /** A loss of more than 5 % is harm. */
  static final double HARM = AccessPattern.log2(0.95);

  /** Halvings of the range in which a quantile lies: to a thousandth of an octave. */
  private static final int HALVINGS = 14;

  private static final double LEAST_SD = 1e-6;
  private static final double LN2 = Math.log(2);

  /** One normal distribution of the mixture; weights sum to 1. */
  record Part(double weight, double mean, double sd) {}

  private final List<Part> parts;

  GainOdds(List<Part> parts) {
    this.parts = parts;
  }

  double mean() {
    return parts.stream().mapToDouble(p -> p.weight() * p.mean()).sum();
  }

  /** Standard deviation. */
  double sd() {
    double mean = mean();
    double square =
        parts.stream()
            .mapToDouble(p -> p.weight() * (p.sd() * p.sd() + Math.pow(p.mean() - mean, 2)))
            .sum();
    return Math.sqrt(square);
  }

  /** Probability of a gain below this, log2. */
  double below(double gain) {
    double sum = 0;
    for (Part part : parts) {
      sum += part.weight() * normal((gain - part.mean()) / Math.max(LEAST_SD, part.sd()));
    }
    return sum;
  }

  /**
   * Expected share of the I/O time that is saved: 1 - 2^-gain where that is above 0, else 0. Of a
   * normal distribution of the gain the time left is lognormal, and this is the value of a put on
   * it (Black and Scholes 1973).
   */
  double timeSaved() {
    double sum = 0;
    for (Part part : parts) {
      double sd = Math.max(LEAST_SD, part.sd());
      double faster = normal(part.mean() / sd);
      sum += part.weight() * (faster - timeLeft(part) * normal(part.mean() / sd - LN2 * sd));
    }
    return Math.max(0, sum);
  }

  /** Expected share of the I/O time that is lost: 2^-gain - 1 where that is above 0, else 0. */
  double timeLost() {
    double left = 0;
    for (Part part : parts) {
      left += part.weight() * timeLeft(part);
    }
    return Math.max(0, left - 1 + timeSaved());
  }

  /** Expected I/O time after over that before. */
  private static double timeLeft(Part part) {
    double sd = LN2 * Math.max(LEAST_SD, part.sd());
    return Math.exp(-LN2 * part.mean() + sd * sd / 2);
  }

  /** The gain, log2, that is not reached with this probability, 0.01 to 0.99. */
  double quantile(double probability) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Part part : parts) {
      low = Math.min(low, part.mean() - 3 * part.sd());
      high = Math.max(high, part.mean() + 3 * part.sd());
    }
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (below(middle) < probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** The normal distribution by its logistic approximation, to 0.0002 (Page 1977). */
  private static double normal(double deviations) {
    return 1 / (1 + Math.exp(-deviations * (1.5976 + 0.07056 * deviations * deviations)));
  }
}
