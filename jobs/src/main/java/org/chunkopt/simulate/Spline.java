package org.chunkopt.simulate;

import java.util.ArrayList;
import java.util.List;

/**
 * A law that follows no mechanism: log2 of the throughput is a level less two monotone curves with
 * random knots, drawn apart for each of the eight kinds of access. The first curve rises with log2
 * of request over chunk: what cutting a request costs. The second rises with log2 of the chunks of
 * all targets over what is asked of them at once: what idle targets cost; its height grows with the
 * number of targets.
 *
 * <p>The level rises with the request, the processes and the targets and is lower for small files,
 * by powers of a plausible size; the link bounds it.
 *
 * @param targetBytesPerSecond of a target
 * @param linkBytesPerSecond of a client
 * @param gatheredBytes to which a private sequential stream is gathered
 * @param openSeconds cost of a file whatever its size
 * @param kinds by shared, sequential and write
 */
record Spline(
    double targetBytesPerSecond,
    double linkBytesPerSecond,
    long gatheredBytes,
    double openSeconds,
    List<Kind> kinds)
    implements Physics {
  /** A kind of access. */
  record Kind(Curve cutting, Curve idling, double level, double processPower, double targetPower)
      implements java.io.Serializable {}

  /** A monotone curve, linear between its knots and flat beyond them. */
  record Curve(List<Double> at, List<Double> height) implements java.io.Serializable {
    /**
     * A curve with random knots.
     *
     * @param rise from its first to its last knot
     */
    static Curve of(Draws draws, double from, double to, double rise) {
      int knots = 4 + draws.below(4);
      double[] steps = new double[knots];
      double[] widths = new double[knots];
      double ofSteps = 0;
      double ofWidths = 0;
      for (int i = 0; i < knots; i++) {
        // The square of an exponential: one step is often most of the rise, a kink.
        double drawn = -StrictMath.log(1 - draws.uniform());
        steps[i] = drawn * drawn;
        widths[i] = draws.between(0.3, 1);
        ofSteps += steps[i];
        ofWidths += widths[i];
      }
      List<Double> at = new ArrayList<>(List.of(from));
      List<Double> height = new ArrayList<>(List.of(0.0));
      for (int i = 0; i < knots; i++) {
        at.add(at.get(i) + (to - from) * widths[i] / ofWidths);
        height.add(height.get(i) + rise * steps[i] / ofSteps);
      }
      return new Curve(List.copyOf(at), List.copyOf(height));
    }

    double value(double x) {
      int last = at.size() - 1;
      if (x <= at.get(0)) {
        return height.get(0);
      }
      for (int i = 1; i <= last; i++) {
        if (x < at.get(i)) {
          double within = (x - at.get(i - 1)) / (at.get(i) - at.get(i - 1));
          return height.get(i - 1) + within * (height.get(i) - height.get(i - 1));
        }
      }
      return height.get(last);
    }
  }

  /** A flash pool. */
  static Spline flash(Draws draws) {
    return of(
        draws, draws.logBetween(400e6, 1_100e6), draws.logBetween(1.5e9, 3.5e9), 1.4, 0.6, -0.4);
  }

  /** A pool of disks behind parity RAID. */
  static Spline disks(Draws draws) {
    return of(draws, draws.logBetween(100e6, 200e6), draws.logBetween(0.7e9, 1.2e9), 2, 0.8, -2.5);
  }

  private static Spline of(
      Draws draws,
      double target,
      double link,
      double cuttingRise,
      double idlingRise,
      double randomLevel) {
    List<Kind> kinds = new ArrayList<>();
    for (int kind = 0; kind < 8; kind++) {
      boolean sequential = (kind & 2) > 0;
      Curve cutting = Curve.of(draws, -2.5, 6, cuttingRise * draws.between(0.4, 1.2));
      Curve idling = Curve.of(draws, -2, 5, idlingRise * draws.between(0.4, 1.2));
      double level = draws.between(-0.8, -0.2) + (sequential ? 0 : randomLevel);
      double processPower = draws.between(0.4, 0.8);
      kinds.add(new Kind(cutting, idling, level, processPower, draws.between(0.4, 0.8)));
    }
    return new Spline(
        target,
        link,
        (256L << 10) << draws.below(3),
        draws.logBetween(1e-4, 1e-3),
        List.copyOf(kinds));
  }

  @Override
  public long coalescedBytes() {
    return gatheredBytes;
  }

  @Override
  public double bytesPerSecond(AccessContext x, long chunkBytes) {
    double size = Math.max(1, x.sizeBytes());
    double request = Math.min(requestOnTheWire(x), size);
    Kind kind = kinds.get((x.shared() ? 4 : 0) + (x.sequential() ? 2 : 0) + (x.write() ? 1 : 0));
    int holding = Physics.targetsWithData(x, chunkBytes);
    int targets = x.targets();
    double together = x.shared() && x.sequential() ? x.processes() : 1;
    double cut = log2(request / chunkBytes);
    double idle = log2((double) chunkBytes * targets / (request * together));
    double log2 = log2(targetBytesPerSecond) + kind.level + 0.25 * Math.min(0, log2(request) - 20);
    log2 += kind.processPower * log2(x.processes()) + kind.targetPower * log2(targets);
    log2 -= kind.cutting.value(cut) + kind.idling.value(idle) * log2(targets);
    double wanted = StrictMath.pow(2, log2);
    double most =
        Math.min(holding * targetBytesPerSecond, Physics.clientNodes(x) * linkBytesPerSecond);
    double reached = wanted / (1 + 0.3 * wanted / most);
    return size / (size / Math.min(reached, most) + openSeconds);
  }

  private static double log2(double value) {
    return StrictMath.log(value) / StrictMath.log(2);
  }
}
