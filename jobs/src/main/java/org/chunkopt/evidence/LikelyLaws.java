package org.chunkopt.evidence;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.chunkopt.evidence.StripeLaw.RandomShared;
import org.chunkopt.evidence.StripeLaw.Traits;

/**
 * The laws of a pool that its points do not tell apart. Most traits show with some chunk sizes
 * only: where all files have one, a full stripe of 1 MiB and one of 2 MiB explain the history
 * alike, and differ in what they promise. Each law counts by its likelihood, and what they differ
 * by is part of the error.
 */
final class LikelyLaws implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Seek is 0 on flash and milliseconds on disks: each is a start of its own. */
  private static final double[] SEEK_STARTS = {1e-5, 6e-3};

  private static final int SEEK = 2;

  private static final List<Integer> FULL_STRIPES =
      List.of(256 << 10, 512 << 10, 1 << 20, 2 << 20, 4 << 20);

  private static final List<Integer> GATHERED =
      List.of(512 << 10, 128 << 10, 256 << 10, 1 << 20, 2 << 20);

  /**
   * What another piece than the client's cache adds to the cost: one site in seven, by four pieces.
   */
  private static final double TUNED = 6.5;

  /** The same of other targets than all: as two more parameters would. */
  private static final double UNUSUAL = 4;

  /** Laws less likely than this part of the likeliest are left out. */
  private static final double LEAST_PART = 0.02;

  /** A pool that nothing was measured of has many; the error of each is wide anyway. */
  private static final int MOST_LAWS = 12;

  /** Points beyond this many say nothing new; those with the least error stay. */
  private static final int MAX_POINTS = 3_000;

  /** Likeliest first. */
  private final ArrayList<LawFit> fits;

  /** Of each law, summing to 1. */
  private final double[] shares;

  private LikelyLaws(List<LawFit> fits, double[] shares) {
    this.fits = new ArrayList<>(fits);
    this.shares = shares;
  }

  /**
   * Fits laws to the points of one pool; none is fine. Where a sweep was run the likeliest stands
   * alone: what it misses shows beside it.
   */
  static LikelyLaws of(Collection<LawPoint> all) {
    List<LawPoint> points =
        all.stream()
            .sorted(
                Comparator.comparing((LawPoint p) -> !p.swept())
                    .thenComparingDouble(LawPoint::error)
                    .thenComparing(LawPoint::group)
                    .thenComparingInt(LawPoint::arm))
            .limit(MAX_POINTS)
            .toList();
    LawFit usual =
        Arrays.stream(SEEK_STARTS)
            .mapToObj(
                seek -> {
                  double[] start = LawFit.centre();
                  start[SEEK] = Math.log(seek);
                  return LawFit.of(points, start, Traits.USUAL);
                })
            .min(Comparator.comparingDouble(LawFit::cost))
            .orElseThrow();
    LikelyLaws laws = likely(List.of(usual), points.size());
    // One trait after the other: they are seen in different uses.
    laws =
        laws.with(
            points,
            t ->
                FULL_STRIPES.stream()
                    .map(bytes -> new Traits(bytes, t.gatheredBytes(), t.randomShared())));
    laws =
        laws.with(
            points,
            t ->
                Arrays.stream(RandomShared.values())
                    .map(shared -> new Traits(t.fullStripeBytes(), t.gatheredBytes(), shared)));
    laws =
        laws.with(
            points,
            t ->
                GATHERED.stream()
                    .map(bytes -> new Traits(t.fullStripeBytes(), bytes, t.randomShared())));
    boolean swept = points.stream().anyMatch(LawPoint::swept);
    return swept ? new LikelyLaws(laws.fits.subList(0, 1), new double[] {1}) : laws;
  }

  /** These and those that differ from one of them in a trait. */
  private LikelyLaws with(List<LawPoint> points, Function<Traits, Stream<Traits>> others) {
    List<LawFit> tried = new ArrayList<>(fits);
    for (LawFit fit : fits) {
      others
          .apply(fit.law().traits())
          .filter(traits -> !traits.equals(fit.law().traits()))
          .forEach(traits -> tried.add(LawFit.of(points, fit.logs(), traits)));
    }
    return likely(tried, points.size());
  }

  private static LikelyLaws likely(List<LawFit> tried, int points) {
    List<LawFit> sorted =
        tried.stream().sorted(Comparator.comparingDouble(LikelyLaws::cost)).toList();
    LawFit best = sorted.get(0);
    // Misses beyond the errors of the points are the law's own, and no likelier with other traits.
    double unit = Math.max(1, best.cost() / Math.max(1, points));
    double[] parts =
        sorted.stream()
            .limit(MOST_LAWS)
            .mapToDouble(fit -> Math.exp((cost(best) - cost(fit)) / unit / 2))
            .takeWhile(part -> part >= LEAST_PART)
            .toArray();
    double sum = Arrays.stream(parts).sum();
    return new LikelyLaws(
        sorted.subList(0, parts.length), Arrays.stream(parts).map(part -> part / sum).toArray());
  }

  private static double cost(LawFit fit) {
    Traits traits = fit.law().traits();
    return fit.cost()
        + (traits.gatheredBytes() == Traits.USUAL.gatheredBytes() ? 0 : TUNED)
        + (traits.randomShared() == Traits.USUAL.randomShared() ? 0 : UNUSUAL);
  }

  /** The likeliest law. */
  StripeLaw likeliest() {
    return fits.get(0).law();
  }

  int count() {
    return shares.length;
  }

  /** How likely the traits of the likeliest law are, 0..1. */
  double likeliestShare() {
    return shares[0];
  }

  /** The mean of the laws at a use, log2 over the reference arm. */
  double[] contrasts(Use use, int reference) {
    return mean(gains(use, reference));
  }

  /** The laws at a use. */
  At at(Use use, int reference) {
    List<double[]> gains = gains(use, reference);
    double[] mean = mean(gains);
    double[][] covariance = new double[mean.length][mean.length];
    double[][] shifts = new double[shares.length][mean.length];
    for (int law = 0; law < shares.length; law++) {
      double[][] own = fits.get(law).contrastCovariance(use, reference);
      for (int a = 0; a < mean.length; a++) {
        shifts[law][a] = gains.get(law)[a] - mean[a];
        for (int b = 0; b < mean.length; b++) {
          covariance[a][b] += shares[law] * own[a][b];
        }
      }
    }
    return new At(mean, covariance, shares, shifts);
  }

  private List<double[]> gains(Use use, int reference) {
    return fits.stream().map(fit -> LawFit.contrasts(fit.law(), use, reference)).toList();
  }

  private double[] mean(List<double[]> gains) {
    double[] mean = new double[StripeLaw.ARMS];
    for (int law = 0; law < shares.length; law++) {
      for (int arm = 0; arm < mean.length; arm++) {
        mean[arm] += shares[law] * gains.get(law)[arm];
      }
    }
    return mean;
  }

  /**
   * The laws at a use.
   *
   * @param mean log2 over the reference arm
   * @param covariance of the gains of a law, by its parameters: the mean of the laws
   * @param shares of the laws, summing to 1
   * @param shifts of each law from the mean, by law and arm
   */
  record At(double[] mean, double[][] covariance, double[] shares, double[][] shifts) {}
}
