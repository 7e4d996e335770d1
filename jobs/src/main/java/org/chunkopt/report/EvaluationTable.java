package org.chunkopt.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.chunkopt.model.Champion;
import org.chunkopt.policy.Gate;

/**
 * The policies compared: {@code report/evaluation.txt}. The figure that decides whether the network
 * is published comes first, then the policies before each judge.
 */
final class EvaluationTable {
  private static final List<String> FIGURES =
      List.of("within-octave", "strict-hit", "harm", "harm-of-moved", "regret-p95", "moved");

  /** What the truth alone can judge: the response model is what makes the promises. */
  private static final List<String> PROMISES = List.of("calibration-slope", "coverage-80");

  private EvaluationTable() {}

  /**
   * The table.
   *
   * @param evaluation rows of {@code evaluation}, in the order in which policies are listed
   */
  static String text(List<Row> evaluation) {
    if (evaluation.isEmpty()) {
      return "The policies have not been judged.\n";
    }
    Map<String, Map<String, Row>> expected = policies(evaluation, "evidence");
    Map<String, Map<String, Row>> truth = policies(evaluation, "truth");
    StringBuilder text = new StringBuilder(publication(evaluation)).append('\n');
    expected.values().removeIf(metrics -> !metrics.containsKey(Figures.LEADING_METRIC));
    if (!expected.isEmpty()) {
      text.append('\n')
          .append(table("the response model of the learning directories", expected, FIGURES));
    }
    if (!truth.isEmpty()) {
      List<String> figures = new ArrayList<>(FIGURES);
      figures.addAll(PROMISES);
      text.append('\n')
          .append(table("the truth of the simulated site", truth, figures))
          .append('\n')
          .append(gates(truth));
    }
    return text.toString();
  }

  /** The figure that decides whether the network is published, in a sentence. */
  static String publication(List<Row> evaluation) {
    Row figure =
        policies(evaluation, "evidence")
            .getOrDefault(Champion.MLP, Map.of())
            .get("octaves-over-cohort-table");
    if (figure == null) {
      return "No network was compared with the cohort table.";
    }
    return "The advice of the network gains "
        + interval(figure, "%+.4f")
        + " octaves over that of the cohort table: mean and 95 % interval over "
        + Quantities.count(figure.<Long>getAs("files"))
        + " rows of logged files of the held-out directories, each file as it is and as if never"
        + " logged.";
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

  private static String table(
      String judge, Map<String, Map<String, Row>> policies, List<String> figures) {
    Row any = policies.values().iterator().next().values().iterator().next();
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "Judged by %s: %s files of %s held-out directories; 95 %% intervals by directory.%n",
                judge,
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
    figures.forEach(metric -> head.add(cell(metric, metric.length() + 2)));
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
          figures.forEach(
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
