package org.chunkopt.evidence;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.chunkopt.evidence.Cohort.Use;

/** How the logged files of each group are used: what files without logs are taken to do. */
final class Habits {
  /** More uses than this are drawn from, evenly by weight. */
  private static final int MAX_USES = 24;

  private static final String ALL = "all files";

  /** Uses that are common on any site, for one without logs and without a benchmark. */
  private static final List<Use> COMMON =
      List.of(
          new Use(true, true, false, 20, 0),
          new Use(false, true, false, 20, 0),
          new Use(true, true, false, 22, 0),
          new Use(true, true, true, 20, 2),
          new Use(false, false, false, 12, 0),
          new Use(false, false, false, 16, 0));

  /** A directory's files of one use in one group. */
  private record Logged(String directory, Use use, long files) {}

  /** A use and how likely it is, 0..1. */
  record Likely(Use use, double weight) {}

  private final Map<String, List<Logged>> groups = new HashMap<>();
  private final Map<Use, double[]> means = new HashMap<>();
  private final List<Use> assumed;

  /**
   * Reads the habits.
   *
   * @param rows of the table {@code habits}
   * @param benchmarked uses that a benchmark measured: they stand for those of a site without logs
   */
  Habits(Collection<Row> rows, List<Use> benchmarked) {
    for (Row row : rows) {
      Use use = Use.of(row.getStruct(row.fieldIndex("use")));
      long files = row.getAs("files");
      String habit = row.getAs("habit");
      groups
          .computeIfAbsent(habit, h -> new ArrayList<>())
          .add(new Logged(row.getAs("directory"), use, files));
      if (habit.equals(ALL)) {
        double[] sums = means.computeIfAbsent(use, u -> new double[3]);
        sums[0] += files * row.<Double>getAs("request_log2");
        sums[1] += files * row.<Double>getAs("processes_log2");
        sums[2] += files;
      }
    }
    this.assumed = benchmarked.isEmpty() ? COMMON : benchmarked;
  }

  /** The access pattern of a cohort of known use. */
  AccessPattern pattern(Cohort cohort) {
    Use use = cohort.use();
    double[] sums = means.get(use);
    double request = sums == null ? use.requestOctave() : sums[0] / sums[2];
    double processes = sums == null ? use.processesOctave() : sums[1] / sums[2];
    return new AccessPattern(
        Math.pow(2, cohort.sizeOctave() - 0.5),
        Math.pow(2, request),
        Math.pow(2, processes),
        cohort.targets(),
        use.shared(),
        use.sequential(),
        use.writes());
  }

  /**
   * The uses that a cohort may have, with weights that sum to 1. The n logged files beside it count
   * n / (n + 1), a vote each; the rest is the finest other group's, whose directories have a vote
   * each.
   */
  List<Likely> uses(Cohort cohort) {
    if (cohort.use() != null) {
      return List.of(new Likely(cohort.use(), 1));
    }
    Map<Use, Double> weights = new TreeMap<>();
    List<Logged> siblings = groups.getOrDefault(String.valueOf(cohort.directory()), List.of());
    double files = siblings.stream().mapToLong(Logged::files).sum();
    siblings.forEach(l -> weights.merge(l.use(), l.files() / (files + 1), Double::sum));
    addVotes(cohort, 1 / (files + 1), weights);
    return thinned(weights);
  }

  private void addVotes(Cohort cohort, double weight, Map<Use, Double> weights) {
    Map<String, Long> directories = new HashMap<>();
    List<Logged> group =
        groups.getOrDefault(cohort.habit(), groups.getOrDefault(ALL, List.of())).stream()
            .filter(l -> !l.directory().equals(cohort.leftOut()))
            .toList();
    group.forEach(l -> directories.merge(l.directory(), l.files(), Long::sum));
    for (Logged logged : group) {
      double share = logged.files() / (double) directories.get(logged.directory());
      weights.merge(logged.use(), weight * share / directories.size(), Double::sum);
    }
    if (group.isEmpty()) {
      assumed.forEach(use -> weights.merge(use, weight / assumed.size(), Double::sum));
    }
  }

  /** At most {@value #MAX_USES} uses: systematic draws along the order of the uses. */
  private static List<Likely> thinned(Map<Use, Double> weights) {
    double total = weights.values().stream().mapToDouble(w -> w).sum();
    List<Likely> likely = new ArrayList<>();
    if (weights.size() <= MAX_USES) {
      weights.forEach((use, weight) -> likely.add(new Likely(use, weight / total)));
      return likely;
    }
    double reached = 0;
    int drawn = 0;
    for (Map.Entry<Use, Double> entry : weights.entrySet()) {
      reached += entry.getValue() / total;
      int upTo = (int) Math.min(MAX_USES, Math.floor(reached * MAX_USES + 0.5));
      if (upTo > drawn) {
        likely.add(new Likely(entry.getKey(), (upTo - drawn) / (double) MAX_USES));
        drawn = upTo;
      }
    }
    return likely;
  }
}
