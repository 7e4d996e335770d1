package org.chunkopt.evidence;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealVector;

/**
 * What a sweep shows of the curves' shape beyond the law: a Gaussian process over the use and the
 * chunk size, smooth in the logarithms, fitted to the contrasts inside the cells of the sweep. Near
 * a cell it follows the measurement, far from all cells it is 0 with the variance that the misses
 * of the law have.
 */
final class Misfit implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final double[] SCALES = {0.02, 0.06, 0.18, 0.54, 1.08};
  private static final double[] REACHES = {0.6, 1.2};
  private static final double[] NOISES = {0.04, 0.08, 0.14, 0.28, 0.56, 1.12};
  private static final double[] KINDS = {1, 3, 9};
  private static final double[] LOCALS = {0.3, 0.6};

  /** Rounds of the search for the likeliest shape, one of its numbers after the other. */
  private static final int ROUNDS = 3;

  /** More cells than this are thinned out evenly. */
  private static final int MAX_CELLS = 100;

  /** Cells that the scale, the reach and the noise are chosen by. */
  private static final int CHOICE_CELLS = 40;

  /** Octaves of the chunk size over which a miss persists. */
  private static final double ARM_REACH = 2;

  private static final double ROUGH_SHARE = 0.3;

  /** As {@code reach}, of the local share. */
  private static final double LOCAL_REACH = 0.3;

  /**
   * What is likely before any cell is seen: medians; the logarithms spread by {@link
   * #USUAL_SPREAD}.
   */
  private static final Shape USUAL = new Shape(0.12, 1.2, 0.08, 3, 0.3);

  private static final double USUAL_SPREAD = 0.8;

  /** A contrast of one cell against its first arm, log2, less the law's. */
  private record Contrast(Use use, int arm, int base, int cell, double miss)
      implements Serializable {}

  /**
   * How the law misses.
   *
   * @param scale standard deviation of a chunk size's miss, log2
   * @param reach over how many uses it persists
   * @param noise of a measurement, log2
   * @param kinds how far apart uses of different kinds are: reads and writes, in order and not,
   *     shared and private
   * @param local share that persists to the nearest uses only: laws have kinks
   */
  private record Shape(double scale, double reach, double noise, double kinds, double local)
      implements Serializable {
    Shape withScale(double value) {
      return new Shape(value, reach, noise, kinds, local);
    }

    Shape withReach(double value) {
      return new Shape(scale, value, noise, kinds, local);
    }

    Shape withNoise(double value) {
      return new Shape(scale, reach, value, kinds, local);
    }

    Shape withKinds(double value) {
      return new Shape(scale, reach, noise, value, local);
    }

    Shape withLocal(double value) {
      return new Shape(scale, reach, noise, kinds, value);
    }

    /** How alike two uses are, 0..1: octaves apart, and whether they are of the same kind. */
    double likeness(Use a, Use b) {
      double distance =
          Math.pow(octaves(a.requestBytes(), b.requestBytes()) / 2, 2)
              + Math.pow(octaves(a.processes(), b.processes()) / 2, 2)
              + Math.pow(octaves(a.targets(), b.targets()) / 1.5, 2)
              + Math.pow(octaves(capped(a.sizeBytes()), capped(b.sizeBytes())) / 3, 2)
              + kinds
                  * ((a.shared() == b.shared() ? 0 : 1.5)
                      + (a.sequential() == b.sequential() ? 0 : 1.5)
                      + (a.write() == b.write() ? 0 : 1));
      return (1 - local) * Math.exp(-0.5 * distance / (reach * reach))
          + local * Math.exp(-0.5 * distance / (LOCAL_REACH * LOCAL_REACH));
    }
  }

  /**
   * The process at a use.
   *
   * @param mean log2 over the reference arm, to be added to the law's
   * @param covariance of that
   */
  record At(double[] mean, double[][] covariance) {}

  private final ArrayList<Contrast> contrasts;
  private final Shape shape;
  private final double[] weights;
  private final double[][] lower;

  private Misfit(List<Contrast> contrasts, Shape shape) {
    this.contrasts = new ArrayList<>(contrasts);
    this.shape = shape;
    CholeskyDecomposition factor = factor(contrasts, shape);
    this.weights = factor.getSolver().solve(misses(contrasts)).toArray();
    this.lower = factor.getL().getData();
    for (int i = 0; i < lower.length; i++) {
      lower[i] = Arrays.copyOf(lower[i], i + 1);
    }
  }

  /**
   * Fits the process to the swept points of a pool.
   *
   * @param law log2 throughput of a use at each chunk size, but for a constant
   * @return null-free; without a cell of two arms there is nothing to fit and an exception
   */
  static Misfit of(Collection<LawPoint> points, Function<Use, double[]> law) {
    List<List<Contrast>> cells = cells(points, law);
    List<Contrast> choice = flat(thinned(cells, CHOICE_CELLS));
    // What looks like many small misses may be noise: the search starts from both.
    Shape best =
        Stream.of(USUAL, USUAL.withScale(SCALES[0]).withNoise(NOISES[4]))
            .map(start -> climbed(choice, start))
            .max(Comparator.comparingDouble(shape -> logPosterior(choice, shape)))
            .orElseThrow();
    return new Misfit(flat(thinned(cells, MAX_CELLS)), best);
  }

  /** Whether any cell has the two arms that a contrast takes. */
  static boolean canFit(Collection<LawPoint> points) {
    return points.stream()
        .filter(LawPoint::swept)
        .collect(Collectors.groupingBy(LawPoint::group, Collectors.counting()))
        .values()
        .stream()
        .anyMatch(n -> n > 1);
  }

  /** The process at a use, over the reference arm. */
  At at(Use use, int reference) {
    int n = contrasts.size();
    double[] near = new double[n];
    for (int i = 0; i < n; i++) {
      near[i] = shape.scale() * shape.scale() * shape.likeness(use, contrasts.get(i).use());
    }
    double[] mean = new double[StripeLaw.ARMS];
    double[][] whitened = new double[StripeLaw.ARMS][n];
    for (int arm = 0; arm < StripeLaw.ARMS; arm++) {
      for (int i = 0; i < n; i++) {
        Contrast c = contrasts.get(i);
        double k = near[i] * across(arm, reference, c.arm(), c.base());
        mean[arm] += k * weights[i];
        double left = k;
        double[] row = lower[i];
        double[] solved = whitened[arm];
        for (int j = 0; j < i; j++) {
          left -= row[j] * solved[j];
        }
        solved[i] = left / row[i];
      }
    }
    double[][] covariance = new double[StripeLaw.ARMS][StripeLaw.ARMS];
    for (int a = 0; a < StripeLaw.ARMS; a++) {
      for (int b = 0; b <= a; b++) {
        double left = shape.scale() * shape.scale() * across(a, reference, b, reference);
        for (int i = 0; i < n; i++) {
          left -= whitened[a][i] * whitened[b][i];
        }
        covariance[a][b] = a == b ? Math.max(0, left) : left;
        covariance[b][a] = covariance[a][b];
      }
    }
    return new At(mean, covariance);
  }

  private static List<List<Contrast>> cells(
      Collection<LawPoint> points, Function<Use, double[]> law) {
    Map<String, List<LawPoint>> groups =
        points.stream()
            .filter(LawPoint::swept)
            .sorted(Comparator.comparingInt(LawPoint::arm))
            .collect(Collectors.groupingBy(LawPoint::group, TreeMap::new, Collectors.toList()));
    List<List<Contrast>> cells = new ArrayList<>();
    for (List<LawPoint> group : groups.values()) {
      LawPoint base = group.get(0);
      double[] expected = law.apply(base.use());
      List<Contrast> cell = new ArrayList<>();
      for (LawPoint point : group.subList(1, group.size())) {
        double miss = point.log2() - base.log2() - (expected[point.arm()] - expected[base.arm()]);
        cell.add(new Contrast(point.use(), point.arm(), base.arm(), cells.size(), miss));
      }
      if (!cell.isEmpty()) {
        cells.add(cell);
      }
    }
    return cells;
  }

  private static List<List<Contrast>> thinned(List<List<Contrast>> cells, int most) {
    int step = (cells.size() + most - 1) / most;
    List<List<Contrast>> kept = new ArrayList<>();
    for (int i = 0; i < cells.size(); i += step) {
      kept.add(cells.get(i));
    }
    return kept;
  }

  private static List<Contrast> flat(List<List<Contrast>> cells) {
    return cells.stream().flatMap(List::stream).toList();
  }

  private static Shape climbed(List<Contrast> choice, Shape start) {
    Shape best = start;
    for (int round = 0; round < ROUNDS; round++) {
      Shape from = best;
      best = likeliest(choice, best, NOISES, Shape::withNoise);
      best = likeliest(choice, best, SCALES, Shape::withScale);
      best = likeliest(choice, best, REACHES, Shape::withReach);
      best = likeliest(choice, best, LOCALS, Shape::withLocal);
      best = likeliest(choice, best, KINDS, Shape::withKinds);
      if (best.equals(from)) {
        break;
      }
    }
    return best;
  }

  private static Shape likeliest(
      List<Contrast> contrasts,
      Shape from,
      double[] values,
      BiFunction<Shape, Double, Shape> changed) {
    return Arrays.stream(values)
        .mapToObj(value -> changed.apply(from, value))
        .max(Comparator.comparingDouble(candidate -> logPosterior(contrasts, candidate)))
        .orElseThrow();
  }

  private static double logPosterior(List<Contrast> contrasts, Shape shape) {
    CholeskyDecomposition factor = factor(contrasts, shape);
    RealVector misses = misses(contrasts);
    double logs = 0;
    double[][] lower = factor.getL().getData();
    for (int i = 0; i < lower.length; i++) {
      logs += Math.log(lower[i][i]);
    }
    return -logs - misses.dotProduct(factor.getSolver().solve(misses)) / 2 - unusual(shape);
  }

  private static double unusual(Shape shape) {
    double scale = Math.log(shape.scale() / USUAL.scale());
    double reach = Math.log(shape.reach() / USUAL.reach());
    double noise = Math.log(shape.noise() / USUAL.noise());
    double kinds = Math.log(shape.kinds() / USUAL.kinds());
    double local = Math.log(shape.local() / USUAL.local());
    return (scale * scale + reach * reach + noise * noise + kinds * kinds + local * local)
        / (2 * USUAL_SPREAD * USUAL_SPREAD);
  }

  private static CholeskyDecomposition factor(List<Contrast> contrasts, Shape shape) {
    int n = contrasts.size();
    double[][] matrix = new double[n][n];
    for (int i = 0; i < n; i++) {
      Contrast a = contrasts.get(i);
      for (int j = 0; j <= i; j++) {
        Contrast b = contrasts.get(j);
        double k =
            shape.scale()
                * shape.scale()
                * shape.likeness(a.use(), b.use())
                * across(a.arm(), a.base(), b.arm(), b.base());
        if (a.cell() == b.cell()) {
          // The base arm's own error is in every contrast of the cell.
          k += shape.noise() * shape.noise() * (i == j ? 2 : 1);
        }
        matrix[i][j] = k;
        matrix[j][i] = k;
      }
    }
    return new CholeskyDecomposition(new Array2DRowRealMatrix(matrix, false), 1e-9, 1e-12);
  }

  private static RealVector misses(List<Contrast> contrasts) {
    return MatrixUtils.createRealVector(contrasts.stream().mapToDouble(Contrast::miss).toArray());
  }

  /** Covariance of the differences between two pairs of arms, in units of the scale. */
  private static double across(int arm, int base, int otherArm, int otherBase) {
    return near(arm, otherArm)
        - near(arm, otherBase)
        - near(base, otherArm)
        + near(base, otherBase);
  }

  /** Smooth over the chunk sizes, and a part that each has for itself: curves have kinks. */
  private static double near(int arm, int other) {
    double smooth = Math.exp(-0.5 * Math.pow((arm - other) / ARM_REACH, 2));
    return (1 - ROUGH_SHARE) * smooth + (arm == other ? ROUGH_SHARE : 0);
  }

  /** Beyond 64 MiB the size of a file does not matter to the shape. */
  private static double capped(double sizeBytes) {
    return Math.min(Math.max(1, sizeBytes), 1 << 26);
  }

  private static double octaves(double a, double b) {
    return Math.log(a / b) / Math.log(2);
  }
}
