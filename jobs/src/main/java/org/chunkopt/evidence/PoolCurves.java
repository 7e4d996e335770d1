package org.chunkopt.evidence;

import java.io.Serializable;
import java.util.Collection;

/**
 * The curves of a pool before the history has its say: the law fitted to what was measured there,
 * and where a sweep was run what it shows beyond the law.
 */
final class PoolCurves implements Serializable {
  private static final long serialVersionUID = 1L;

  private final LawFit fit;

  /** Null without a sweep: this travels to the executors. */
  private final Misfit misfit;

  private PoolCurves(LawFit fit, Misfit misfit) {
    this.fit = fit;
    this.misfit = misfit;
  }

  /** Fits both to the points of the pool; without points it is what is known of such hardware. */
  static PoolCurves of(Collection<LawPoint> points) {
    LawFit fit = LawFit.of(points);
    return new PoolCurves(fit, Misfit.canFit(points) ? Misfit.of(points, fit.law()) : null);
  }

  /**
   * A curve over the chunk sizes.
   *
   * @param levelLog2 log2 throughput with the reference chunk size, MiB/s
   * @param gains log2 over the reference chunk size, 64 KiB first
   * @param covariance of the gains
   */
  record Curve(double levelLog2, double[] gains, double[][] covariance) {}

  StripeLaw law() {
    return fit.law();
  }

  boolean swept() {
    return misfit != null;
  }

  /** Natural-log standard error of h = a w. */
  double halfSpeedError() {
    double[][] c = fit.covariance();
    return Math.sqrt(Math.max(0, c[0][0] + c[3][3] + 2 * c[0][3]));
  }

  /**
   * @param reference position of the chunk size that all gains are over
   */
  Curve curve(Use use, int reference) {
    double[] gains = LawFit.contrasts(fit.law(), use, reference);
    double[][] covariance = fit.contrastCovariance(use, reference);
    if (misfit != null) {
      Misfit.At at = misfit.at(use, reference);
      for (int a = 0; a < gains.length; a++) {
        gains[a] += at.mean()[a];
        for (int b = 0; b < gains.length; b++) {
          covariance[a][b] += at.covariance()[a][b];
        }
      }
    }
    return new Curve(fit.law().log2Throughput(use, reference), gains, covariance);
  }
}
