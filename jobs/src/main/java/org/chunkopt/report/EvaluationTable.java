package org.chunkopt.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.chunkopt.policy.Gate;

/**
 * The policies compared: {@code report/evaluation.txt}. The overlap comes first, because without it
 * no history can tell policies apart.
 */
final class EvaluationTable {
  private static final List<String> FIGURES =
      List.of(
          "within-octave",
          "strict-hit",
          "harm",
          "regret-p95",
          "moved",
          "calibration-slope",
          "coverage-80");

  private EvaluationTable() {}

  /**
   * The table.
   *
   * @param evaluation rows of {@code evaluation}, in the order in which policies are listed
   */
  static String text(List<Row> evaluation) {
    if (evaluation.isEmpty()) {
      return "Not identifiable: the policies have not been judged.\n";
    }
    Map<String, Map<String, Row>> observed = policies(evaluation, "observed");
    Map<String, Map<String, Row>> truth = policies(evaluation, "truth");
    StringBuilder text = new StringBuilder();
    text.append(overlap(observed.getOrDefault("history", Map.of())));
    observed.remove("history");
    if (observed.values().stream().anyMatch(metrics -> metrics.containsKey("identifiable"))) {
      text.append('\n').append(offPolicy(observed));
    }
    if (!truth.isEmpty()) {
      text.append('\n').append(truth(truth)).append('\n').append(gates(truth));
    }
    return text.toString();
  }

  private static Map<String, Map<String, Row>> policies(List<Row> evaluation, String basis) {
    Map<String, Map<String, Row>> policies = new LinkedHashMap<>();
    for (Row row : Figures.having(evaluation, "basis", basis)) {
      policies
          .computeIfAbsent(row.getAs("policy"), policy -> new LinkedHashMap<>())
          .put(row.getAs("metric"), row);
    }
    return policies;
  }

  private static String overlap(Map<String, Row> history) {
    if (!history.containsKey("two-arms")) {
      return "Overlap: no observation of the test directories; nothing is identifiable from this"
          + " history.\n";
    }
    Row observations = history.get("observations");
    return String.format(
        Locale.ROOT,
        "Overlap: %s observations of %s test directories in %.0f contexts. %.1f %% of them are in a"
            + " context%nwhere the history supports two chunk sizes or more (%.2f on average);"
            + " entropy of the chunk size%ngiven the context %.2f bits.%n",
        Quantities.count(observations.<Long>getAs("files")),
        Quantities.count(observations.<Long>getAs("directories")),
        number(history, "contexts"),
        100 * number(history, "two-arms"),
        number(history, "supported-arms"),
        number(history, "entropy-bits"));
  }

  private static String offPolicy(Map<String, Map<String, Row>> policies) {
    StringBuilder text =
        new StringBuilder(
            "Judged by the history of the test directories: log2 throughput over keeping and over"
                + " 512K,\n95 % intervals by directory. DR: doubly robust; SNIPS: self-normalised"
                + " importance.\n");
    text.append(
        line(
            "policy",
            List.of(
                cell("moved", 8),
                cell("coverage", 10),
                cell("ess", 9),
                cell("DR over keep", 29),
                cell("DR over 512K", 29),
                cell("SNIPS over keep", 29),
                "SNIPS over 512K")));
    policies.forEach(
        (policy, metrics) -> {
          if (!metrics.containsKey("identifiable")) {
            return;
          }
          List<String> cells = new ArrayList<>();
          cells.add(cell(value(metrics.get("moved")), 8));
          cells.add(cell(value(metrics.get("coverage")), 10));
          cells.add(
              cell(
                  metrics.containsKey("ess")
                      ? Quantities.count(Math.round(number(metrics, "ess")))
                      : "-",
                  9));
          if (number(metrics, "identifiable") < 1) {
            cells.add("not identifiable");
          } else {
            for (String metric :
                List.of(
                    "dr-over-keep", "dr-over-default", "snips-over-keep", "snips-over-default")) {
              cells.add(cell(interval(metrics.get(metric), "%+.3f"), 29));
            }
          }
          text.append(line(policy, cells));
        });
    Row agreement = policies.getOrDefault("mlp", Map.of()).get("agreement-with-cohort-table");
    if (agreement != null) {
      text.append(
          String.format(
              Locale.ROOT,
              "The network and the cohort table choose the same for %.1f %% of the held-out files that"
                  + " either would change.%n",
              100 * agreement.<Double>getAs("value")));
    }
    return text.toString();
  }

  private static String truth(Map<String, Map<String, Row>> policies) {
    Row any = policies.values().iterator().next().values().iterator().next();
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "Judged by truth: %s files of %s held-out directories; 95 %% intervals by directory.%n",
                Quantities.count(any.<Long>getAs("files")),
                Quantities.count(any.<Long>getAs("directories"))));
    List<String> head =
        new ArrayList<>(
            List.of(
                cell("ratio-to-oracle", 24),
                cell("gain-over-current", 24),
                cell("by bytes", 10),
                cell("gain-over-default", 24),
                cell("by bytes", 10)));
    FIGURES.forEach(metric -> head.add(cell(metric, metric.length() + 2)));
    text.append(line("policy", head));
    policies.forEach(
        (policy, metrics) -> {
          List<String> cells =
              new ArrayList<>(
                  List.of(
                      cell(interval(metrics.get("ratio-to-oracle"), "%.3f"), 24),
                      cell(interval(metrics.get("gain-over-current"), "%.3f"), 24),
                      cell(value(metrics.get("gain-over-current-bytes")), 10),
                      cell(interval(metrics.get("gain-over-default"), "%.3f"), 24),
                      cell(value(metrics.get("gain-over-default-bytes")), 10)));
          FIGURES.forEach(
              metric -> cells.add(cell(value(metrics.get(metric)), metric.length() + 2)));
          text.append(line(policy, cells));
        });
    return text.toString();
  }

  private static String gates(Map<String, Map<String, Row>> policies) {
    StringBuilder text = new StringBuilder();
    policies.forEach(
        (policy, metrics) ->
            metrics.forEach(
                (metric, row) -> {
                  if (metric.startsWith(Gate.PREFIX)) {
                    Gate.named(metric.substring(Gate.PREFIX.length()))
                        .ifPresent(gate -> text.append(gate(policy, gate, metrics, row)));
                  }
                }));
    return text.isEmpty() ? "" : "Gates\n" + text;
  }

  private static String gate(String policy, Gate gate, Map<String, Row> metrics, Row verdict) {
    Row metric = metrics.get(gate.metric());
    String figure =
        metric == null
            ? "-"
            : gate.end() == Gate.End.LOW ? interval(metric, "%.3f") : value(metric);
    return line(
        policy,
        List.of(
            cell(gate.name(), 22),
            cell(figure, 26),
            cell(gate.bounds(), 22),
            verdict.<Double>getAs("value") == 1 ? "passed" : "failed"));
  }

  private static String line(String policy, List<String> cells) {
    return (cell(policy, 18) + String.join("", cells)).stripTrailing() + "\n";
  }

  private static String cell(String text, int width) {
    return String.format(Locale.ROOT, "%-" + width + "s", text);
  }

  private static double number(Map<String, Row> metrics, String metric) {
    Row row = metrics.get(metric);
    return row == null ? 0 : row.<Double>getAs("value");
  }

  private static String interval(Row row, String format) {
    if (row == null) {
      return "-";
    }
    String value = String.format(Locale.ROOT, format, row.<Double>getAs("value"));
    Double low = row.getAs("low");
    Double high = row.getAs("high");
    return low == null || high == null
        ? value
        : String.format(Locale.ROOT, "%s (" + format + " to " + format + ")", value, low, high);
  }

  private static String value(Row row) {
    return row == null ? "-" : String.format(Locale.ROOT, "%.3f", row.<Double>getAs("value"));
  }
}
