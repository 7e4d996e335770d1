package org.chunkopt.evidence;

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
import org.apache.commons.math3.util.Pair;
import org.chunkopt.evidence.StripeLaw.Traits;

/**
 * A law fitted to the points of one pool by robust least squares (soft L1 loss, Huber 1964) with
 * log-normal priors on its parameters, minimised by Levenberg-Marquardt. Without points the result
 * is the centre of the priors.
 *
 * @param law the law at the best parameters
 * @param logs natural logarithms of its parameters
 * @param cost sum of the squared standardised residuals, priors included
 */
record LawFit(StripeLaw law, double[] logs, double cost) {
  /** Middle of the published ranges: a, f, seek, w, L, rewrite loss, lock, processes per client. */
  private static final double[] CENTRE = {1.8e-4, 2.2e-5, 1e-3, 4e8, 2e9, 0.6, 0.03, 8};

  /** Standard deviations of the natural logarithms: the published ranges, held loosely. */
  private static final double[] SPREAD = {0.4, 0.5, 2, 0.9, 0.7, 0.7, 1, 0.7};

  private static final int MAX_STEPS = 60;
  private static final double STEP = 1e-4;

  /** The points of one group. Their common level is unknown and is taken out of the residuals. */
  private record Group(int[] rows, double keptShare, double precision) {}

  /** Natural logarithms of the centre of the priors. */
  static double[] centre() {
    return Arrays.stream(CENTRE).map(Math::log).toArray();
  }

  /** Standard deviation of the prior of a parameter, natural logarithm. */
  static double spread(int parameter) {
    return SPREAD[parameter];
  }

  /**
   * Fits the law with these traits.
   *
   * @param start natural logarithms of the parameters that the search starts from
   * @param centre centre of the priors, natural logarithms
   */
  static LawFit of(List<LawPoint> points, double[] start, double[] centre, Traits traits) {
    LeastSquaresOptimizer.Optimum found = optimum(points, groups(points), start, centre, traits);
    double[] logs = found.getPoint().toArray();
    return new LawFit(StripeLaw.of(logs, traits), logs, found.getCost() * found.getCost());
  }

  private static LeastSquaresOptimizer.Optimum optimum(
      List<LawPoint> points, List<Group> groups, double[] start, double[] centre, Traits traits) {
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
                            || before.getCost() - now.getCost() < 1e-5 * before.getCost())
                .build());
  }

  /**
   * Standardised residuals of the points and of the parameters. The square of an entry is the soft
   * L1 loss 2 (sqrt(1 + r^2) - 1), so that a wild point does not rule.
   */
  private static double[] residuals(
      List<LawPoint> points, List<Group> groups, double[] centre, double[] logs, Traits traits) {
    StripeLaw law = StripeLaw.of(logs, traits);
    double[] residuals = new double[points.size() + StripeLaw.PARAMETERS];
    for (Group group : groups) {
      double mean = 0;
      for (int row : group.rows()) {
        LawPoint point = points.get(row);
        residuals[row] = law.log2Throughput(point.use(), point.position()) - point.log2();
        mean += residuals[row] / (point.error() * point.error() * group.precision());
      }
      for (int row : group.rows()) {
        double r = (residuals[row] - (1 - group.keptShare()) * mean) / points.get(row).error();
        residuals[row] = Math.signum(r) * Math.sqrt(2 * (Math.sqrt(1 + r * r) - 1));
      }
    }
    for (int p = 0; p < StripeLaw.PARAMETERS; p++) {
      residuals[points.size() + p] = (logs[p] - centre[p]) / SPREAD[p];
    }
    return residuals;
  }

  private static List<Group> groups(List<LawPoint> points) {
    Map<Integer, List<Integer>> rows = new TreeMap<>();
    for (int i = 0; i < points.size(); i++) {
      rows.computeIfAbsent(points.get(i).group(), g -> new ArrayList<>()).add(i);
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
