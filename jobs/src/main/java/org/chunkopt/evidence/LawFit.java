package org.chunkopt.evidence;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.chunkopt.evidence.StripeLaw.Traits;

/**
 * The law of a pool of some traits: the parameters that what was measured and what is known of such
 * hardware agree on best. Without a measurement they are those of the published ranges.
 *
 * @param law the law at the best parameters
 * @param logs natural logarithms of its parameters
 * @param covariance of those, log^2
 * @param cost sum of the squares of the standardised misses
 */
record LawFit(StripeLaw law, double[] logs, double[][] covariance, double cost)
    implements Serializable {
  /** Middle of the published ranges: a, f, seek, w, L, rewrite loss, lock, processes per client. */
  private static final double[] CENTRE = {1.8e-4, 2.2e-5, 1e-3, 4e8, 2e9, 0.6, 0.03, 8};

  /** Standard deviations of the natural logarithms: the published ranges, held loosely. */
  private static final double[] SPREAD = {0.4, 0.5, 2, 0.9, 0.7, 0.7, 1, 0.7};

  private static final int MAX_STEPS = 60;
  private static final double STEP = 1e-4;

  /** The points of one group, whose common error is taken out of their residuals. */
  private record Group(int[] rows, double keptShare, double precision) {}

  /** Nothing is measured yet: the middle of the published ranges. */
  static double[] centre() {
    return Arrays.stream(CENTRE).map(Math::log).toArray();
  }

  /**
   * Fits the law with these traits to the points of one pool; none is fine.
   *
   * @param start natural logarithms of the parameters that the search starts from
   */
  static LawFit of(List<LawPoint> points, double[] start, Traits traits) {
    LeastSquaresOptimizer.Optimum found = optimum(points, groups(points), start, traits);
    double[] logs = found.getPoint().toArray();
    return new LawFit(
        StripeLaw.of(logs, traits),
        logs,
        found.getCovariances(1e-12).getData(),
        found.getCost() * found.getCost());
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
      double[] there = contrasts(StripeLaw.of(moved, law.traits()), use, reference);
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
      List<LawPoint> points, List<Group> groups, double[] start, Traits traits) {
    double[] centre = centre();
    MultivariateJacobianFunction model =
        at -> {
          double[] here = residuals(points, groups, centre, at.toArray(), traits);
          double[][] slopes = new double[here.length][StripeLaw.PARAMETERS];
          for (int p = 0; p < StripeLaw.PARAMETERS; p++) {
            double[] moved = at.toArray();
            moved[p] += STEP;
            double[] there = residuals(points, groups, centre, moved, traits);
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
      List<LawPoint> points, List<Group> groups, double[] centre, double[] logs, Traits traits) {
    StripeLaw law = StripeLaw.of(logs, traits);
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
