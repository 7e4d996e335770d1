package org.chunkopt.evidence;

import java.io.Serializable;

/**
 * A pool's curves in one: {@code log2 T = log2(c / (c + h)) - q * softplus(log2(c / c0))}. Small
 * chunks pay for a message each; beyond {@code c0} too few targets work at once. It sums up what
 * the law and the sweeps of the pool say, for people to compare with other sites.
 *
 * @param halfBytes h: chunk size with half the throughput of very large ones
 * @param droop q: log2 lost per doubling far beyond c0
 * @param kneeBytes c0
 */
record PhysicsCurve(double halfBytes, double droop, double kneeBytes) implements Serializable {
  /** The one public BeeGFS sweep: h = 83 KiB, flat from 2 MiB, -4 % at 8 MiB. */
  static final PhysicsCurve PUBLISHED = new PhysicsCurve(83 << 10, 0.08, 4 << 20);

  private static final int STEPS = 25;

  /** log2 throughput relative to that of the reference chunk size. */
  double log2Gain(long chunkBytes, long referenceBytes) {
    return log2Throughput(chunkBytes) - log2Throughput(referenceBytes);
  }

  private double log2Throughput(double c) {
    return log2(c / (c + halfBytes)) - droop * log2(1 + c / kneeBytes);
  }

  /**
   * The curve nearest to these contrasts, penalised for its distance from {@link #PUBLISHED}: with
   * no data it is the published one.
   *
   * @param chunkBytes arms with a contrast
   * @param contrasts log2 throughput over the reference arm
   * @param errors their standard errors, log2
   */
  static PhysicsCurve fit(
      long[] chunkBytes, double[] contrasts, double[] errors, long referenceBytes) {
    PhysicsCurve best = PUBLISHED;
    double least = Double.POSITIVE_INFINITY;
    for (int i = -STEPS; i <= STEPS; i++) {
      double h = PUBLISHED.halfBytes * Math.pow(2, i * 0.2);
      for (int j = 0; j <= STEPS; j++) {
        double q = j * 0.04;
        for (int k = -8; k <= 4; k++) {
          PhysicsCurve curve = new PhysicsCurve(h, q, PUBLISHED.kneeBytes * Math.pow(2, k * 0.5));
          double cost = curve.penalty();
          for (int arm = 0; arm < chunkBytes.length; arm++) {
            double miss = curve.log2Gain(chunkBytes[arm], referenceBytes) - contrasts[arm];
            // A pooled contrast is never exact for any one cohort: 0.05 log2 is its floor.
            cost += miss * miss / (errors[arm] * errors[arm] + 0.0025);
          }
          if (cost < least) {
            least = cost;
            best = curve;
          }
        }
      }
    }
    return best;
  }

  /**
   * Squared distance from the published curve in its own uncertainty: two octaves of h, 0.15 of q.
   */
  private double penalty() {
    double h = log2(halfBytes / PUBLISHED.halfBytes) / 2;
    double q = (droop - PUBLISHED.droop) / 0.15;
    double c0 = log2(kneeBytes / PUBLISHED.kneeBytes) / 2;
    return h * h + q * q + c0 * c0;
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
