package org.chunkopt.evidence;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.chunkopt.beegfs.ChunkSize;

/**
 * The curves of a pool before the history has its say: the law fitted to what was measured there,
 * and where a sweep was run what it shows beyond the law.
 */
final class PoolCurves implements Serializable {
  private static final long serialVersionUID = 1L;

  /** 512 KiB. */
  private static final int SHAPE_REFERENCE = 3;

  /** Of a point of the mean curve, log2. */
  private static final double SHAPE_ERROR = 0.01;

  private final LikelyLaws laws;

  /** Null without a sweep: this travels to the executors. */
  private final Misfit misfit;

  private final Amplitude amplitude;
  private final PhysicsCurve shape;

  private PoolCurves(LikelyLaws laws, Misfit misfit, Amplitude amplitude, PhysicsCurve shape) {
    this.laws = laws;
    this.misfit = misfit;
    this.amplitude = amplitude;
    this.shape = shape;
  }

  /**
   * Fits both to the points of the pool; without points it is what is known of such hardware.
   *
   * @param priorSd {@code evidence.prior-sd-log2}
   */
  static PoolCurves of(Collection<LawPoint> points, double priorSd) {
    LikelyLaws laws = LikelyLaws.of(points);
    Misfit misfit =
        Misfit.canFit(points)
            ? Misfit.of(points, use -> laws.contrasts(use, SHAPE_REFERENCE))
            : null;
    Amplitude amplitude =
        Amplitude.of(
            points,
            use -> {
              double[] gains = laws.contrasts(use, SHAPE_REFERENCE);
              return misfit == null ? gains : sum(gains, misfit.at(use, SHAPE_REFERENCE).mean());
            },
            priorSd);
    return new PoolCurves(laws, misfit, amplitude, shape(points, laws.likeliest()));
  }

  /**
   * A curve over the chunk sizes: the mean of those of the likely laws.
   *
   * @param levelLog2 log2 throughput with the reference chunk size, MiB/s
   * @param gains log2 over the reference chunk size, 64 KiB first
   * @param covariance of the gains under one law
   * @param shares of the laws, summing to 1
   * @param shifts of the gains of each law from the mean, by law and arm
   */
  record Curve(
      double levelLog2, double[] gains, double[][] covariance, double[] shares, double[][] shifts) {
    /** Of the gain of an arm: under one law, and by what the laws differ. */
    double variance(int arm) {
      double between = 0;
      for (int law = 0; law < shares.length; law++) {
        between += shares[law] * Math.pow(shifts[law][arm], 2);
      }
      return covariance[arm][arm] + between;
    }
  }

  /** The likeliest law. */
  StripeLaw law() {
    return laws.likeliest();
  }

  /** Laws that the measurements do not tell apart. */
  int likelyLaws() {
    return laws.count();
  }

  /** How likely the traits of that law are, 0..1. */
  double lawShare() {
    return laws.likeliestShare();
  }

  boolean swept() {
    return misfit != null;
  }

  /** How much of the curves the history shows. */
  Amplitude amplitude() {
    return amplitude;
  }

  /** The pool's curves in one, before the history is asked how much of them it shows. */
  PhysicsCurve shape() {
    return shape;
  }

  /**
   * @param reference position of the chunk size that all gains are over
   */
  Curve curve(Use use, int reference) {
    LikelyLaws.At likely = laws.at(use, reference);
    double[] gains = likely.mean();
    double[][] covariance = likely.covariance();
    if (misfit != null) {
      Misfit.At at = misfit.at(use, reference);
      gains = sum(gains, at.mean());
      for (int a = 0; a < gains.length; a++) {
        covariance[a] = sum(covariance[a], at.covariance()[a]);
      }
    }
    // That the factor is not known exactly is among what evidence.prior-sd-log2 allows for.
    double factor = amplitude.factor();
    scale(gains, factor);
    for (double[] row : covariance) {
      scale(row, factor * factor);
    }
    for (double[] shift : likely.shifts()) {
      scale(shift, factor);
    }
    return new Curve(
        laws.likeliest().log2Throughput(use, reference),
        gains,
        covariance,
        likely.shares(),
        likely.shifts());
  }

  private static void scale(double[] values, double factor) {
    Arrays.setAll(values, i -> values[i] * factor);
  }

  private static double[] sum(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] + b[i]).toArray();
  }

  /**
   * The curves in one: the mean over the cells of the sweeps as measured, else over what the law
   * says of the uses of the history; of those in order if there are any.
   */
  private static PhysicsCurve shape(Collection<LawPoint> points, StripeLaw law) {
    boolean swept = points.stream().anyMatch(LawPoint::swept);
    boolean ordered =
        points.stream().anyMatch(point -> point.swept() == swept && point.use().sequential());
    Map<String, List<LawPoint>> groups =
        points.stream()
            .filter(point -> point.swept() == swept)
            .filter(point -> !ordered || point.use().sequential())
            .collect(Collectors.groupingBy(LawPoint::group, TreeMap::new, Collectors.toList()));
    double[] sums = new double[StripeLaw.ARMS];
    int[] counts = new int[StripeLaw.ARMS];
    for (List<LawPoint> group : groups.values()) {
      double[] gains = swept ? measured(group) : law.log2Throughput(group.get(0).use());
      for (int arm = 0; arm < StripeLaw.ARMS; arm++) {
        if (!Double.isNaN(gains[arm] - gains[SHAPE_REFERENCE])) {
          sums[arm] += gains[arm] - gains[SHAPE_REFERENCE];
          counts[arm]++;
        }
      }
    }
    int[] arms = IntStream.range(0, StripeLaw.ARMS).filter(arm -> counts[arm] > 0).toArray();
    double[] errors = new double[arms.length];
    Arrays.fill(errors, SHAPE_ERROR);
    return PhysicsCurve.fit(
        Arrays.stream(arms).mapToLong(arm -> ChunkSize.CANDIDATES.get(arm).bytes()).toArray(),
        Arrays.stream(arms).mapToDouble(arm -> sums[arm] / counts[arm]).toArray(),
        errors,
        ChunkSize.CANDIDATES.get(SHAPE_REFERENCE).bytes());
  }

  private static double[] measured(List<LawPoint> cell) {
    double[] values = new double[StripeLaw.ARMS];
    Arrays.fill(values, Double.NaN);
    cell.forEach(point -> values[point.arm()] = point.log2());
    return values;
  }
}
