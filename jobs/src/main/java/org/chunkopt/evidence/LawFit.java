package org.chunkopt.evidence;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.math3.fitting.leastsquares.LeastSquaresBuilder;
import org.apache.commons.math3.fitting.leastsquares.LeastSquaresOptimizer;
import org.apache.commons.math3.fitting.leastsquares.LevenbergMarquardtOptimizer;
import org.apache.commons.math3.fitting.leastsquares.MultivariateJacobianFunction;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.util.Pair;

/**
 * The law of a pool: the parameters that what was measured and what is known of such hardware agree
 * on best. Without a measurement they are those of the published ranges.
 *
 * @param law the law at the best parameters
 * @param logs natural logarithms of its parameters
 * @param covariance of those, log^2
 */
record LawFit(StripeLaw law, double[] logs, double[][] covariance) implements Serializable {
  /** Middle of the published ranges: a, f, seek, w, L, rewrite loss, lock, processes per client. */
  private static final double[] CENTRE = {1.8e-4, 2.2e-5, 1e-3, 4e8, 2e9, 0.6, 0.03, 8};

  /** Standard deviations of the natural logarithms: the published ranges, held loosely. */
  private static final double[] SPREAD = {0.4, 0.5, 2, 0.9, 0.7, 0.7, 1, 0.7};

  /** Seek is 0 on flash and milliseconds on disks: each is a start of its own. */
  private static final double[] SEEK_STARTS = {1e-5, 6e-3};

  private static final double[] FULL_STRIPES = {256 << 10, 1 << 20, 2 << 20};

  /** Points beyond this many say nothing new; those with the least error stay. */
  private static final int MAX_POINTS = 3_000;

  private static final int MAX_STEPS = 60;
  private static final double STEP = 1e-4;

  /** The points of one group, whose common error is taken out of their residuals. */
  private record Group(int[] rows, double keptShare, double precision) {}

  /** Fits the law to the points of one pool; none is fine. */
  static LawFit of(Collection<LawPoint> all) {
    List<LawPoint> points =
        all.stream()
            .sorted(
                Comparator.comparing((LawPoint p) -> !p.swept())
                    .thenComparingDouble(LawPoint::error)
                    .thenComparing(LawPoint::group)
                    .thenComparingInt(LawPoint::arm))
            .limit(MAX_POINTS)
            .toList();
    List<Group> groups = groups(points);
    LawFit best = null;
    double least = Double.POSITIVE_INFINITY;
    for (double seek : SEEK_STARTS) {
      for (double fullStripe : FULL_STRIPES) {
        double[] start = Arrays.stream(CENTRE).map(Math::log).toArray();
        start[2] = Math.log(seek);
        LeastSquaresOptimizer.Optimum found = optimum(points, groups, start, fullStripe);
        if (found.getCost() < least) {
          least = found.getCost();
          double[] logs = found.getPoint().toArray();
          best =
              new LawFit(
                  StripeLaw.of(logs, fullStripe), logs, found.getCovariances(1e-12).getData());
        }
      }
      if (points.isEmpty()) {
        break;
      }
    }
    return best;
  }

  /**
   * Covariance, log2^2, of the use's log2 throughput over that of the reference arm which the
   * parameters' own uncertainty leaves.
   */
  double[][] contrastCovariance(Use use, int reference) {
    double[][] slopes = new double[StripeLaw.PARAMETERS][];
    double[] at = contrasts(law, use, reference);
    for (int p = 0; p < slopes.length; p++) {
      // A step as wide as the uncertainty: the law has kinks that a tangent does not see.
      double step = Math.max(STEP, Math.sqrt(covariance[p][p]));
      double[] moved = logs.clone();
      moved[p] += step;
      double[] there = contrasts(StripeLaw.of(moved, law.fullStripeBytes()), use, reference);
      for (int arm = 0; arm < there.length; arm++) {
        there[arm] = (there[arm] - at[arm]) / step;
      }
      slopes[p] = there;
    }
    RealMatrix jacobian = new Array2DRowRealMatrix(slopes).transpose();
    return jacobian
        .multiply(new Array2DRowRealMatrix(covariance))
        .multiply(jacobian.transpose())
        .getData();
  }

  static double[] contrasts(StripeLaw law, Use use, int reference) {
    double[] values = law.log2Throughput(use);
    double base = values[reference];
    return Arrays.stream(values).map(v -> v - base).toArray();
  }

  private static LeastSquaresOptimizer.Optimum optimum(
      List<LawPoint> points, List<Group> groups, double[] start, double fullStripe) {
    double[] centre = Arrays.stream(CENTRE).map(Math::log).toArray();
    MultivariateJacobianFunction model =
        at -> {
          double[] here = residuals(points, groups, centre, at.toArray(), fullStripe);
          double[][] slopes = new double[here.length][StripeLaw.PARAMETERS];
          for (int p = 0; p < StripeLaw.PARAMETERS; p++) {
            double[] moved = at.toArray();
            moved[p] += STEP;
            double[] there = residuals(points, groups, centre, moved, fullStripe);
            for (int i = 0; i < here.length; i++) {
              slopes[i][p] = (there[i] - here[i]) / STEP;
            }
          }
          return new Pair<>(
              new ArrayRealVector(here, false), new Array2DRowRealMatrix(slopes, false));
        };
    return new LevenbergMarquardtOptimizer()
        .optimize(
            new LeastSquaresBuilder()
                .start(start)
                .model(model)
                .target(new double[points.size() + StripeLaw.PARAMETERS])
                .lazyEvaluation(false)
                .maxEvaluations(Integer.MAX_VALUE)
                .maxIterations(Integer.MAX_VALUE)
                .checker(
                    (iteration, before, now) ->
                        iteration >= MAX_STEPS
                            || before.getCost() - now.getCost() < 1e-6 * before.getCost())
                .build());
  }

  /**
   * Standardised misses of the points and of the parameters. Of a group the part that its common
   * error explains is taken out; large misses grow as their root, so that a wild point does not
   * rule.
   */
  private static double[] residuals(
      List<LawPoint> points,
      List<Group> groups,
      double[] centre,
      double[] logs,
      double fullStripe) {
    StripeLaw law = StripeLaw.of(logs, fullStripe);
    double[] misses = new double[points.size() + StripeLaw.PARAMETERS];
    for (Group group : groups) {
      double mean = 0;
      for (int row : group.rows()) {
        LawPoint point = points.get(row);
        misses[row] = law.log2Throughput(point.use(), point.arm()) - point.log2();
        mean += misses[row] / (point.error() * point.error() * group.precision());
      }
      for (int row : group.rows()) {
        double miss = (misses[row] - (1 - group.keptShare()) * mean) / points.get(row).error();
        misses[row] = Math.signum(miss) * Math.sqrt(2 * (Math.sqrt(1 + miss * miss) - 1));
      }
    }
    for (int p = 0; p < StripeLaw.PARAMETERS; p++) {
      misses[points.size() + p] = (logs[p] - centre[p]) / SPREAD[p];
    }
    return misses;
  }

  private static List<Group> groups(List<LawPoint> points) {
    Map<String, List<Integer>> rows = new TreeMap<>();
    for (int i = 0; i < points.size(); i++) {
      LawPoint point = points.get(i);
      rows.computeIfAbsent(point.swept() + point.group(), g -> new ArrayList<>()).add(i);
    }
    return rows.values().stream()
        .map(
            members -> {
              double precision =
                  members.stream().mapToDouble(i -> 1 / Math.pow(points.get(i).error(), 2)).sum();
              double level = points.get(members.get(0)).levelError();
              double kept = 1 / Math.sqrt(1 + level * level * precision);
              return new Group(members.stream().mapToInt(i -> i).toArray(), kept, precision);
            })
        .toList();
  }
}
