package org.chunkopt.evidence;

import java.io.Serializable;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How much of a pool's curves its history shows: the factor by which the differences between chunk
 * sizes that the curves claim reappear between the chunk sizes of one cohort. One where history and
 * curves agree, zero where the chunk size made no difference. A history of one chunk size says
 * nothing of it, and leaves what is known beforehand.
 *
 * @param factor between zero and one
 * @param variance of the factor
 * @param unknownShare what is left, between zero and one, of the variance that the curves' pool may
 *     miss them by: all of it where the history shows the curves, or differences that are not
 *     theirs; little where it shows no difference at all
 */
record Amplitude(double factor, double variance, double unknownShare) implements Serializable {
  /** Before anything was seen: laws of hardware hold, mostly. */
  private static final double PRIOR_VARIANCE = 0.3 * 0.3;

  /** The same of curves that a sweep measured: an experiment outweighs a history. */
  private static final double SWEPT_VARIANCE = 0.05 * 0.05;

  /** Of the factor that any number of cohorts shows: users who tune choose chunk sizes. */
  private static final double CONFOUNDING_VARIANCE = 0.1 * 0.1;

  /** Variance of the mean of a chunk size within a cohort, log2^2: other users, other files. */
  private static final double WITHIN_VARIANCE = 0.1 * 0.1;

  /** Differences that would show such a miss, before anything was seen. */
  private static final double PRIOR_INFORMATION = 4;

  private static final double LEAST_SHARE = 0.02;

  /** Standard errors that a factor is from one, to be less, and from zero, to be more. */
  private static final double CLEAR = 2;

  /**
   * What the chunk sizes of one cohort say. Differences are from the mean of the cohort, weighted
   * by their precision.
   *
   * @param freedom differences that are independent
   * @param squares of what the curve claims
   * @param products of what the curve claims and what was seen
   * @param seenSquares of what was seen
   * @param information weights times octaves from the mean chunk size
   */
  private record Said(
      int freedom, double squares, double products, double seenSquares, double information) {}

  /**
   * Compares.
   *
   * @param points those of sweeps only say that the curves were measured
   * @param curve log2 throughput of a use at each chunk size, but for a constant
   * @param priorSd what curves usually miss two octaves from the reference, log2
   */
  static Amplitude of(Collection<LawPoint> points, Function<Use, double[]> curve, double priorSd) {
    Map<String, List<LawPoint>> cohorts =
        points.stream()
            .filter(point -> !point.swept())
            .collect(Collectors.groupingBy(LawPoint::group, TreeMap::new, Collectors.toList()));
    List<Said> said =
        cohorts.values().stream()
            .filter(cohort -> cohort.size() > 1)
            .map(cohort -> said(cohort, curve.apply(cohort.get(0).use())))
            .toList();
    double before = points.stream().anyMatch(LawPoint::swept) ? SWEPT_VARIANCE : PRIOR_VARIANCE;
    double squares = said.stream().mapToDouble(Said::squares).sum();
    if (squares == 0) {
      return new Amplitude(1, before, 1);
    }
    double seen = said.stream().mapToDouble(Said::products).sum() / squares;
    double scatter =
        said.stream().mapToDouble(s -> Math.pow(s.products() - seen * s.squares(), 2)).sum();
    // By cohorts, whose chunk sizes err together; few cohorts do not show how much they scatter.
    double variance = Math.max(1 / squares, scatter / (squares * squares)) + CONFOUNDING_VARIANCE;
    double posterior = 1 / (1 / before + 1 / variance);
    double factor = posterior * (1 / before + seen / variance);
    // Curves that the history does not contradict stand as they are. Where it does, and shows none
    // of them, what is left is the pull of the prior, and would advise every file the same way.
    double settled =
        factor > 1 - CLEAR * Math.sqrt(posterior)
            ? 1
            : seen < CLEAR * Math.sqrt(variance) ? 0 : factor;
    return new Amplitude(
        settled,
        posterior,
        Math.max(settled * settled, strayShare(said, seen, priorSd * priorSd / 2)));
  }

  /**
   * What the differences beyond the seen part of the curves and beyond noise are of the usual miss:
   * the most that one standard deviation allows.
   *
   * @param usualMiss at one octave from the reference, log2^2
   */
  private static double strayShare(List<Said> said, double seen, double usualMiss) {
    int freedom = said.stream().mapToInt(Said::freedom).sum();
    double beyond =
        said.stream()
            .mapToDouble(s -> s.seenSquares() - 2 * seen * s.products() + seen * seen * s.squares())
            .sum();
    double information = said.stream().mapToDouble(Said::information).sum() * usualMiss;
    double share =
        (beyond - freedom + Math.sqrt(2.0 * freedom) + PRIOR_INFORMATION)
            / (information + PRIOR_INFORMATION);
    return Math.max(LEAST_SHARE, Math.min(1, share));
  }

  private static Said said(List<LawPoint> cohort, double[] curve) {
    double weights = 0;
    double claimed = 0;
    double shown = 0;
    double middle = 0;
    for (LawPoint point : cohort) {
      weights += weight(point);
      claimed += weight(point) * curve[point.arm()];
      shown += weight(point) * point.log2();
      middle += weight(point) * point.arm();
    }
    double squares = 0;
    double products = 0;
    double seenSquares = 0;
    double information = 0;
    for (LawPoint point : cohort) {
      double claim = curve[point.arm()] - claimed / weights;
      double seen = point.log2() - shown / weights;
      squares += weight(point) * claim * claim;
      products += weight(point) * claim * seen;
      seenSquares += weight(point) * seen * seen;
      information += weight(point) * Math.abs(point.arm() - middle / weights);
    }
    return new Said(cohort.size() - 1, squares, products, seenSquares, information);
  }

  private static double weight(LawPoint point) {
    return 1 / (point.error() * point.error() + WITHIN_VARIANCE);
  }
}
