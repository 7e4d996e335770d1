package org.chunkopt.evidence;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.settings.Settings;

/**
 * The response model of one pool: an ensemble whose members are a law, and trees for what the law
 * leaves, each fitted to directories drawn with replacement (bagging, Breiman 1996; whole
 * directories, because the files of one directory are not independent). See {@code method.md}.
 *
 * <p>The gain of a change is the mean over the members. Its variance is that of the members, plus
 * what members cannot know because the history has few other chunk sizes in such a use; how large
 * that is follows from directories that the members have not seen.
 */
final class ResponseModel {
  static final int MEMBERS = 6;

  private static final int ARMS = ChunkSize.CANDIDATES.size();
  private static final int DEFAULT_POSITION = 3;

  /** Points of the law beyond this many say nothing new; those with the least error stay. */
  private static final int MAX_POINTS = 1_000;

  /** Fewer files of a directory say too little about how the model misses it. */
  private static final int MIN_FILES = 5;

  /** Variance of an unseen chunk size per octave before any directory shows it, log2^2. */
  private static final double PRIOR_UNSEEN = 0.0784;

  private static final double PRIOR_DIRECTORIES = 4;
  private static final double LEAST_UNSEEN = 0.002;

  /** Share of the squared residual contrast that counts as unknown where nothing was seen. */
  private static final double RESIDUAL_SHARE = 0.5;

  /**
   * The same of the law's contrast, as long as no directory and no benchmark speaks for the law.
   */
  private static final double LAW_SHARE = 1;

  /** Directories with another chunk size that halve it. */
  private static final double LAW_DIRECTORIES = 3;

  private static final double LEAST_VARIANCE = 1e-4;

  private record Member(StripeLaw law, Residual residual, Map<String, Integer> drawn) {}

  private final List<Member> members = new ArrayList<>();
  private final Amplitudes amplitudes;
  private final Support support;
  private final StripeLaw law;
  private final int reference;
  private double kappa = 1;
  private double unseen = PRIOR_UNSEEN;
  private double lawDoubt = LAW_SHARE;

  private ResponseModel(StripeLaw law, Amplitudes amplitudes, Support support, int reference) {
    this.law = law;
    this.amplitudes = amplitudes;
    this.support = support;
    this.reference = reference;
  }

  /**
   * Fits the model.
   *
   * @param cells cells of the pool; none is fine, the model is then that of the priors
   * @param settings what counts as measured
   * @param seed of the random draws
   */
  static ResponseModel fit(Settings.Evidence settings, List<Cell> cells, long seed) {
    int reference = reference(cells);
    StripeLaw law = LawSearch.best(lawPoints(cells, Map.of())).law();
    ResponseModel model =
        new ResponseModel(
            law,
            Amplitudes.settle(cells, law),
            Support.of(settings.minFiles(), settings.minGroups(), cells),
            reference);
    Residual.Rows rows = new Residual.Rows(cells, ownLevels(cells));
    SplittableRandom random = new SplittableRandom(seed);
    List<String> directories = cells.stream().map(Cell::directory).distinct().sorted().toList();
    for (int m = 0; m < MEMBERS; m++) {
      Map<String, Integer> drawn = new HashMap<>();
      for (int i = 0; i < directories.size(); i++) {
        drawn.merge(directories.get(random.nextInt(directories.size())), 1, Integer::sum);
      }
      StripeLaw memberLaw = LawSearch.drawn(lawPoints(cells, drawn), random).law();
      double[] explained = new double[cells.size()];
      double[] weight = new double[cells.size()];
      for (int i = 0; i < explained.length; i++) {
        Cell cell = cells.get(i);
        explained[i] = model.law(memberLaw, cell.use(), cell.position());
        weight[i] = saturated(cell.weight()) * drawn.getOrDefault(cell.directory(), 0);
      }
      model.members.add(new Member(memberLaw, Residual.fit(rows, explained, weight), drawn));
    }
    model.calibrate(cells);
    return model;
  }

  /** The law of the least cost, for people and for the encoding of access patterns. */
  StripeLaw law() {
    return law;
  }

  /** Factor from 0 to 1 that shrinks the residual's contrasts. */
  double kappa() {
    return kappa;
  }

  /** Variance of an unseen chunk size, log2^2 per octave. */
  double unseenVariance() {
    return unseen;
  }

  Amplitudes amplitudes() {
    return amplitudes;
  }

  /** Position of the most common chunk size of the history. */
  int reference() {
    return reference;
  }

  /** The curves of an access pattern. */
  Curves curves(AccessPattern use) {
    double[][] laws = new double[MEMBERS][ARMS];
    double[][] residuals = new double[MEMBERS][ARMS];
    double level = 0;
    for (int m = 0; m < MEMBERS; m++) {
      Member member = members.get(m);
      for (int arm = 0; arm < ARMS; arm++) {
        boolean alike = arm > 0 && use.effective(arm) == use.effective(arm - 1);
        laws[m][arm] = alike ? laws[m][arm - 1] : law(member.law(), use, arm);
        residuals[m][arm] = alike ? residuals[m][arm - 1] : member.residual().contrast(use, arm);
      }
      level += member.residual().level(use) / MEMBERS;
    }
    return new Curves(use, laws, residuals, level);
  }

  /**
   * What the members say of an access pattern at each chunk size, 64 KiB first.
   *
   * @param laws log2 throughput by the law, by member
   * @param residuals contrast beyond the law, by member
   * @param level log2 level beyond the law
   */
  final class Curves {
    private final AccessPattern use;
    private final double[][] laws;
    private final double[][] residuals;
    private final double level;

    private Curves(AccessPattern use, double[][] laws, double[][] residuals, double level) {
      this.use = use;
      this.laws = laws;
      this.residuals = residuals;
      this.level = level;
    }

    /** Expected log2 throughput in MiB/s at each chunk size. */
    double[] log2Throughput() {
      double[] mean = new double[ARMS];
      for (int m = 0; m < MEMBERS; m++) {
        for (int arm = 0; arm < ARMS; arm++) {
          mean[arm] += (laws[m][arm] + kappa * residuals[m][arm]) / MEMBERS;
        }
      }
      Arrays.setAll(mean, arm -> mean[arm] + level);
      return mean;
    }

    /** The gain of a change of the chunk size, log2, as a normal distribution. */
    Gain gain(int from, int to) {
      int octaves = Math.abs(use.effective(to) - use.effective(from));
      if (octaves == 0) {
        return new Gain(0, 0);
      }
      double mean = 0;
      double square = 0;
      double residual = 0;
      double law = 0;
      for (int m = 0; m < MEMBERS; m++) {
        double beyond = kappa * (residuals[m][to] - residuals[m][from]);
        double gain = laws[m][to] - laws[m][from] + beyond;
        mean += gain / MEMBERS;
        square += gain * gain / MEMBERS;
        residual += beyond / MEMBERS;
        law += (laws[m][to] - laws[m][from]) / MEMBERS;
      }
      double ignorance = support.ignorance(use, to);
      double either = Math.max(ignorance, support.ignorance(use, from));
      double variance =
          Math.max(0, square - mean * mean) * MEMBERS / (MEMBERS - 1)
              + unseen * octaves * either
              + RESIDUAL_SHARE * ignorance * residual * residual
              + lawDoubt * ignorance * law * law
              + LEAST_VARIANCE;
      return new Gain(mean, Math.sqrt(variance));
    }

    /** What speaks for the gain of a change. */
    Tier tier(int from, int to) {
      return support.tier(use, from, to);
    }
  }

  /**
   * A normally distributed gain.
   *
   * @param mean log2
   * @param sd standard deviation, log2
   */
  record Gain(double mean, double sd) {}

  private double law(StripeLaw law, AccessPattern use, int position) {
    return law.log2Throughput(use, amplitudes.shows(use) ? position : reference);
  }

  /** A directory holds much of the same: its weight grows ever slower with its files. */
  private static double saturated(double weight) {
    return weight / (1 + weight / 20);
  }

  private static int reference(List<Cell> cells) {
    long[] files = new long[ARMS];
    cells.stream().filter(c -> !c.sweep()).forEach(c -> files[c.position()] += c.files());
    int most = DEFAULT_POSITION;
    for (int arm = 0; arm < ARMS; arm++) {
      most = files[arm] > files[most] ? arm : most;
    }
    return most;
  }

  /**
   * The cells' means by cohort and chunk size.
   *
   * @param drawn how often each directory counts; empty: all once
   */
  private static List<LawPoint> lawPoints(List<Cell> cells, Map<String, Integer> drawn) {
    record Key(int cohort, boolean sweep, boolean inventory, int position)
        implements Comparable<Key> {
      @Override
      public int compareTo(Key other) {
        return Comparator.comparingInt(Key::cohort)
            .thenComparing(Key::sweep)
            .thenComparing(Key::inventory)
            .thenComparingInt(Key::position)
            .compare(this, other);
      }
    }
    Map<Key, Map<String, List<Cell>>> groups = new TreeMap<>();
    for (Cell cell : cells) {
      if (drawn.isEmpty() || drawn.containsKey(cell.directory())) {
        groups
            .computeIfAbsent(
                new Key(cell.cohort(), cell.sweep(), cell.inventory(), cell.position()),
                k -> new TreeMap<>())
            .computeIfAbsent(cell.directory(), d -> new ArrayList<>())
            .add(cell);
      }
    }
    List<LawPoint> points = new ArrayList<>();
    groups.forEach(
        (key, directories) -> {
          double sum = 0;
          double total = 0;
          double squares = 0;
          Cell any = null;
          for (Map.Entry<String, List<Cell>> directory : directories.entrySet()) {
            double w = directory.getValue().stream().mapToDouble(Cell::weight).sum();
            double mean =
                directory.getValue().stream().mapToDouble(c -> c.weight() * c.log2()).sum() / w;
            double times = drawn.getOrDefault(directory.getKey(), 1);
            double capped = Math.min(10, w) * times;
            sum += capped * mean;
            total += capped;
            squares += Math.min(10, w) * Math.min(10, w) * times;
            any = directory.getValue().get(0);
          }
          double effective = total * total / squares;
          double error =
              key.sweep()
                  ? Math.sqrt(0.0025 + 0.01 / effective)
                  : Math.sqrt(0.0025 + 0.0625 / effective) * (key.inventory() ? 4 : 1);
          int group = key.cohort() * 4 + (key.sweep() ? 2 : 0) + (key.inventory() ? 1 : 0);
          points.add(
              new LawPoint(
                  any.use(), key.position(), group, sum / total, error, key.inventory() ? 2 : 0.3));
        });
    return points.size() <= MAX_POINTS
        ? points
        : points.stream()
            .sorted(Comparator.comparingDouble(LawPoint::error))
            .limit(MAX_POINTS)
            .toList();
  }

  /**
   * Numbers the groups of cells that tell a contrast by themselves: a benchmark cell, or one access
   * pattern in one directory that has files of two chunk sizes. -1 for all others.
   */
  private static int[] ownLevels(List<Cell> cells) {
    record Key(String directory, int cohort, boolean sweep) {}
    Map<Key, Set<Integer>> positions = new HashMap<>();
    for (Cell cell : cells) {
      positions
          .computeIfAbsent(
              new Key(cell.directory(), cell.cohort(), cell.sweep()), k -> new HashSet<>())
          .add(cell.use().effective(cell.position()));
    }
    Map<Key, Integer> numbers = new HashMap<>();
    int[] groups = new int[cells.size()];
    for (int i = 0; i < groups.length; i++) {
      Cell cell = cells.get(i);
      Key key = new Key(cell.directory(), cell.cohort(), cell.sweep());
      groups[i] =
          positions.get(key).size() > 1 ? numbers.computeIfAbsent(key, k -> numbers.size()) : -1;
    }
    return groups;
  }

  /** A directory that some members have not seen, with what they say of it. */
  private record LeftOut(
      double shown, double residual, double spread, double octaves, double ignorance) {}

  /** Sets kappa and the variance of the unseen by directories that the members have not seen. */
  private void calibrate(List<Cell> cells) {
    Map<String, List<Cell>> directories = new TreeMap<>();
    for (Cell cell : Support.history(cells)) {
      if (!cell.sweep()) {
        directories.computeIfAbsent(cell.directory(), d -> new ArrayList<>()).add(cell);
      }
    }
    List<Double> common = new ArrayList<>();
    List<LeftOut> others = new ArrayList<>();
    directories.forEach(
        (directory, own) -> {
          List<Member> unaware =
              members.stream().filter(m -> !m.drawn().containsKey(directory)).toList();
          if (unaware.isEmpty()) {
            return;
          }
          leftOut(own.stream().filter(c -> !contrasts(c)).toList(), unaware)
              .ifPresent(l -> common.add(l.shown() * l.shown()));
          leftOut(own.stream().filter(this::contrasts).toList(), unaware).ifPresent(others::add);
        });
    double noise = common.isEmpty() ? 0.04 : median(common) / 0.455;
    long swept = cells.stream().filter(Cell::sweep).count() / ARMS;
    double known = others.size() + swept / 10.0;
    kappa = slope(others, noise) * known / (known + 5);
    lawDoubt = LAW_SHARE * LAW_DIRECTORIES / (known + LAW_DIRECTORIES);
    double sum = PRIOR_DIRECTORIES * PRIOR_UNSEEN;
    double octaves = PRIOR_DIRECTORIES;
    for (LeftOut other : others) {
      double miss = Math.pow(other.shown() - kappa * other.residual(), 2);
      double most = 9 * (noise + 0.08 * other.octaves());
      sum += Math.min(miss, most) - noise - other.spread();
      octaves += other.octaves() * other.ignorance();
    }
    unseen = Math.max(LEAST_UNSEEN, sum / octaves);
  }

  private boolean contrasts(Cell cell) {
    return cell.use().effective(cell.position()) != cell.use().effective(reference);
  }

  private Optional<LeftOut> leftOut(List<Cell> cells, List<Member> unaware) {
    if (cells.stream().mapToLong(Cell::files).sum() < MIN_FILES) {
      return Optional.empty();
    }
    double total = 0;
    double shown = 0;
    double residual = 0;
    double spread = 0;
    double octaves = 0;
    double ignorance = 0;
    for (Cell cell : cells) {
      AccessPattern use = cell.use();
      double expected = 0;
      double beyond = 0;
      for (Member member : unaware) {
        double atReference = member.residual().contrast(use, reference);
        expected +=
            law(member.law(), use, cell.position()) + member.residual().level(cell) + atReference;
        beyond += member.residual().contrast(use, cell.position()) - atReference;
      }
      double w = cell.weight();
      total += w;
      shown += w * (cell.log2() - expected / unaware.size());
      residual += w * beyond / unaware.size();
      octaves += w * Math.abs(use.effective(cell.position()) - use.effective(reference));
      spread += w * variance(use, cell.position());
      ignorance += w * support.ignoranceWithout(use, cell.position());
    }
    return Optional.of(
        new LeftOut(
            shown / total, residual / total, spread / total, octaves / total, ignorance / total));
  }

  /** Variance over the members of the contrast of a position with the reference. */
  private double variance(AccessPattern use, int position) {
    double sum = 0;
    double square = 0;
    for (Member member : members) {
      double contrast =
          law(member.law(), use, position)
              - law(member.law(), use, reference)
              + member.residual().contrast(use, position)
              - member.residual().contrast(use, reference);
      sum += contrast;
      square += contrast * contrast;
    }
    return Math.max(0, square - sum * sum / MEMBERS) / (MEMBERS - 1);
  }

  /** Robust regression through the origin (Huber weights) with the prior N(1, 0.5), within 0..1. */
  private static double slope(List<LeftOut> points, double noise) {
    double slope = 1;
    for (int round = 0; round < 10; round++) {
      double products = 4;
      double squares = 4;
      for (LeftOut point : points) {
        double precision = 1 / (noise + 0.01 * point.octaves() + 0.02);
        double miss = Math.abs(point.shown() - slope * point.residual()) * Math.sqrt(precision);
        double w = precision * Math.min(1, 1.345 / Math.max(1e-9, miss));
        products += w * point.residual() * point.shown();
        squares += w * point.residual() * point.residual();
      }
      slope = products / squares;
    }
    return Math.max(0, Math.min(1, slope));
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
