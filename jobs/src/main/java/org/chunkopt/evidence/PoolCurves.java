package org.chunkopt.evidence;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.chunkopt.beegfs.ChunkSize;

/**
 * The curves of a pool before the history has its say: the law fitted to what was measured there,
 * and where a sweep was run what it shows beyond the law.
 */
final class PoolCurves implements Serializable {
  private static final long serialVersionUID = 1L;

  /** 512 KiB. */
  private static final int SHAPE_REFERENCE = 3;

  private static final int MAX_USES = 200;

  private final LawFit fit;

  /** Null without a sweep: this travels to the executors. */
  private final Misfit misfit;

  /** What was measured, a few uses of it. */
  private final ArrayList<Use> uses;

  private PoolCurves(LawFit fit, Misfit misfit, List<Use> uses) {
    this.fit = fit;
    this.uses = new ArrayList<>(uses);
    this.misfit = misfit;
  }

  /** Fits both to the points of the pool; without points it is what is known of such hardware. */
  static PoolCurves of(Collection<LawPoint> points) {
    LawFit fit = LawFit.of(points);
    return new PoolCurves(
        fit, Misfit.canFit(points) ? Misfit.of(points, fit.law()) : null, uses(points));
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

  /**
   * The curves of the uses that were measured in one: the mean over the sweep's, else over the
   * history's, of those in order if there are any.
   */
  PhysicsCurve shape() {
    List<Use> seen = uses;
    if (seen.stream().anyMatch(Use::sequential)) {
      seen = seen.stream().filter(Use::sequential).toList();
    }
    double[] gains = new double[StripeLaw.ARMS];
    for (Use use : seen) {
      double[] curve = curve(use, SHAPE_REFERENCE).gains();
      for (int arm = 0; arm < gains.length; arm++) {
        gains[arm] += curve[arm] / seen.size();
      }
    }
    if (seen.isEmpty()) {
      return PhysicsCurve.PUBLISHED;
    }
    double[] errors = new double[StripeLaw.ARMS];
    Arrays.fill(errors, 0.01);
    return PhysicsCurve.fit(
        ChunkSize.CANDIDATES.stream().mapToLong(ChunkSize::bytes).toArray(),
        gains,
        errors,
        ChunkSize.CANDIDATES.get(SHAPE_REFERENCE).bytes());
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

  private static List<Use> uses(Collection<LawPoint> points) {
    boolean swept = points.stream().anyMatch(LawPoint::swept);
    return points.stream()
        .filter(point -> point.swept() == swept)
        .map(LawPoint::use)
        .distinct()
        .limit(MAX_USES)
        .toList();
  }
}
