package org.chunkopt.evidence;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.chunkopt.evidence.StripeLaw.RandomShared;
import org.chunkopt.evidence.StripeLaw.Traits;

/**
 * Finds the law of a pool: fits the parameters for each choice of the discrete traits, one trait
 * after the other, and keeps the choice of the least cost.
 *
 * <p>A randomised search draws the centre of the priors anew and adds Gumbel noise to the costs (a
 * randomised maximum a posteriori estimate, Papandreou and Yuille 2011), so that members of an
 * ensemble differ by as much as the points leave open.
 */
final class LawSearch {
  /** Seek is 0 on flash and milliseconds on disks: each is a start of its own. */
  private static final double[] SEEK_STARTS = {1e-5, 6e-3};

  private static final int SEEK = 2;

  private static final List<Integer> FULL_STRIPES = List.of(256 << 10, 512 << 10, 1 << 20, 2 << 20);

  private static final List<Integer> READ_AHEADS = List.of(512 << 10, 256 << 10, 1 << 20, 2 << 20);

  /** Extra cost of a read-ahead other than the client's cache: prior odds of one site in seven. */
  private static final double TUNED = 6.5;

  /** Extra cost of another rule for busy targets, as two more parameters would have. */
  private static final double UNUSUAL = 4;

  private final List<LawPoint> points;
  private final double[] centre;
  private final SplittableRandom noise;

  private LawSearch(List<LawPoint> points, double[] centre, SplittableRandom noise) {
    this.points = points;
    this.centre = centre;
    this.noise = noise;
  }

  /** The law of the least cost. */
  static LawFit best(List<LawPoint> points) {
    return new LawSearch(points, LawFit.centre(), null).search();
  }

  /** A law drawn from those that the points leave open. */
  static LawFit drawn(List<LawPoint> points, SplittableRandom random) {
    double[] centre = LawFit.centre();
    for (int p = 0; p < centre.length; p++) {
      centre[p] += LawFit.spread(p) * random.nextGaussian();
    }
    return new LawSearch(points, centre, random).search();
  }

  private LawFit search() {
    LawFit found =
        Arrays.stream(SEEK_STARTS)
            .mapToObj(
                seek -> {
                  double[] start = centre.clone();
                  start[SEEK] = Math.log(seek);
                  return LawFit.of(points, start, centre, Traits.USUAL);
                })
            .min(Comparator.comparingDouble(LawFit::cost))
            .orElseThrow();
    found =
        improved(
            found,
            t ->
                READ_AHEADS.stream()
                    .map(bytes -> new Traits(t.fullStripeBytes(), bytes, t.randomShared())));
    found =
        improved(
            found,
            t ->
                FULL_STRIPES.stream()
                    .map(bytes -> new Traits(bytes, t.gatheredBytes(), t.randomShared())));
    return improved(
        found,
        t ->
            Arrays.stream(RandomShared.values())
                .map(shared -> new Traits(t.fullStripeBytes(), t.gatheredBytes(), shared)));
  }

  /** The best of this law and of those that differ from it in one trait. */
  private LawFit improved(LawFit from, Function<Traits, Stream<Traits>> others) {
    LawFit best = from;
    double least = cost(from) + gumbel();
    for (Traits traits : others.apply(from.law().traits()).toList()) {
      if (!traits.equals(from.law().traits())) {
        LawFit fit = LawFit.of(points, from.logs(), centre, traits);
        double cost = cost(fit) + gumbel();
        if (cost < least) {
          least = cost;
          best = fit;
        }
      }
    }
    return best;
  }

  private static double cost(LawFit fit) {
    Traits traits = fit.law().traits();
    return fit.cost()
        + (traits.gatheredBytes() == Traits.USUAL.gatheredBytes() ? 0 : TUNED)
        + (traits.randomShared() == Traits.USUAL.randomShared() ? 0 : UNUSUAL);
  }

  /** Costs are twice a negative log likelihood, and so is the noise. */
  private double gumbel() {
    return noise == null ? 0 : 2 * Math.log(-Math.log(Math.max(1e-300, noise.nextDouble())));
  }
}
