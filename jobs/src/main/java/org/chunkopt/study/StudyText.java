package org.chunkopt.study;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.chunkopt.policy.Gate;

/** The results of a study: means over the seeds, each with the least and the most. */
final class StudyText {
  private static final List<String> POLICIES =
      List.of(
          "keep",
          "default-512k",
          "request-rule",
          "best-constant",
          "cohort-table",
          "mlp-raw",
          "mlp",
          "oracle");
  private static final List<String> RANGES =
      List.of(
          "ratio-to-oracle",
          "gain-over-current",
          "gain-over-default",
          "gain-over-current-bytes",
          "within-octave",
          "strict-hit",
          "harm",
          "harm-of-moved",
          "regret-p95",
          "moved",
          "calibration-slope",
          "coverage-80");

  /** What the response model can judge: the promises are its own. */
  private static final List<String> EXPECTED =
      List.of(
          "ratio-to-oracle",
          "gain-over-current",
          "gain-over-default",
          "within-octave",
          "harm",
          "harm-of-moved",
          "regret-p95",
          "moved",
          "octaves-over-cohort-table");

  /** Variant, basis, policy and metric to the values by seed. */
  private final Map<List<String>, Map<Long, Double>> values = new LinkedHashMap<>();

  private final Set<String> variants = new LinkedHashSet<>();
  private final Set<Long> seeds = new TreeSet<>();

  private StudyText(List<Row> results) {
    for (Row row : results) {
      variants.add(row.getString(0));
      seeds.add(row.getLong(9));
      values
          .computeIfAbsent(
              List.of(row.getString(0), row.getString(1), row.getString(2), row.getString(3)),
              key -> new TreeMap<>())
          .put(row.getLong(9), row.getDouble(4));
    }
  }

  /**
   * The text.
   *
   * @param results rows of {@code evaluation}, each after the name of its variant
   */
  static String of(List<Row> results) {
    return new StudyText(results).text();
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%d seeds: %s. Each figure is the mean over the seeds (least to most).%n%n",
            seeds.size(),
            String.join(", ", seeds.stream().map(String::valueOf).toList())));
    text.append(table("evidence", "the response model of the learning directories", EXPECTED));
    if (values.keySet().stream().anyMatch(key -> key.get(1).equals("truth"))) {
      text.append('\n')
          .append(table("truth", "the truth of the simulated site", RANGES))
          .append('\n')
          .append(gates());
      if (variants.size() > 1) {
        text.append('\n').append(ablations());
      }
    }
    return text.toString();
  }

  private String table(String basis, String judge, List<String> metrics) {
    StringBuilder text = new StringBuilder("Judged by " + judge + "\n");
    StringBuilder head = new StringBuilder(cell("policy", 18));
    metrics.forEach(metric -> head.append(cell(metric, 26)));
    text.append(head.toString().stripTrailing()).append('\n');
    for (String policy : POLICIES) {
      if (metrics.stream().anyMatch(m -> values.containsKey(List.of("base", basis, policy, m)))) {
        StringBuilder line = new StringBuilder(cell(policy, 18));
        metrics.forEach(metric -> line.append(cell(range("base", basis, policy, metric), 26)));
        text.append(line.toString().stripTrailing()).append('\n');
      }
    }
    return text.toString();
  }

  private String gates() {
    StringBuilder text = new StringBuilder("Gates (seeds that pass)\n");
    List<Gate> gates = new ArrayList<>(Gate.TRUTH);
    gates.add(Gate.NEGATIVE_CONTROL);
    for (String policy : List.of("cohort-table", "mlp")) {
      for (Gate gate : gates) {
        Map<Long, Double> passed =
            values.get(List.of("base", "truth", policy, Gate.PREFIX + gate.name()));
        if (passed != null) {
          text.append(cell(policy, 18))
              .append(cell(gate.name(), 22))
              .append(cell(range("base", "truth", policy, gate.metric()), 26))
              .append(cell(gate.bounds(), 22))
              .append(passed.values().stream().filter(value -> value == 1).count())
              .append(" of ")
              .append(passed.size())
              .append('\n');
        }
      }
    }
    return text.toString();
  }

  private String ablations() {
    List<String> metrics =
        List.of("ratio-to-oracle", "gain-over-current", "within-octave", "harm", "moved");
    StringBuilder text =
        new StringBuilder("Variants by truth; less base: ratio-to-oracle of the same seed\n");
    StringBuilder head = new StringBuilder(cell("variant", 34) + cell("policy", 18));
    head.append(cell("less base", 28));
    metrics.forEach(metric -> head.append(cell(metric, 26)));
    text.append(head.toString().stripTrailing()).append('\n');
    for (String variant : variants) {
      for (String policy : List.of("cohort-table", "mlp-raw", "mlp")) {
        Map<Long, Double> own = values.get(List.of(variant, "truth", policy, "ratio-to-oracle"));
        if (own != null) {
          StringBuilder line = new StringBuilder(cell(variant, 34) + cell(policy, 18));
          line.append(cell(lessBase(policy, own), 28));
          metrics.forEach(metric -> line.append(cell(range(variant, "truth", policy, metric), 26)));
          text.append(line.toString().stripTrailing()).append('\n');
        }
      }
    }
    return text.toString();
  }

  private String lessBase(String policy, Map<Long, Double> own) {
    Map<Long, Double> base =
        values.getOrDefault(List.of("base", "truth", policy, "ratio-to-oracle"), Map.of());
    List<Double> differences =
        own.entrySet().stream()
            .filter(entry -> base.containsKey(entry.getKey()))
            .map(entry -> entry.getValue() - base.get(entry.getKey()))
            .toList();
    return range(differences, "%+.3f");
  }

  private String range(String variant, String basis, String policy, String metric) {
    Map<Long, Double> bySeed = values.get(List.of(variant, basis, policy, metric));
    if (bySeed == null) {
      return "-";
    }
    boolean large = bySeed.values().stream().anyMatch(value -> Math.abs(value) >= 100);
    String range = range(List.copyOf(bySeed.values()), large ? "%.0f" : "%.3f");
    // A value that not every seed identifies is marked by the number that do.
    return bySeed.size() < seeds.size() ? range + " n=" + bySeed.size() : range;
  }

  /** Mean, least and most of values, in this format. */
  static String range(List<Double> all, String format) {
    if (all.isEmpty()) {
      return "-";
    }
    double mean = all.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    return String.format(
        Locale.ROOT,
        format + " (" + format + " to " + format + ")",
        mean,
        Collections.min(all),
        Collections.max(all));
  }

  static String cell(String text, int width) {
    return String.format(Locale.ROOT, "%-" + width + "s", text);
  }
}
