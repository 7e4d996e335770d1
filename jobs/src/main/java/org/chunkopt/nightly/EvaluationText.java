package org.chunkopt.nightly;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The table {@code evaluation} for a terminal: a row a policy, a column a metric. */
final class EvaluationText {
  private static final int POLICY_WIDTH = 16;
  private static final int METRIC_WIDTH = 25;

  private EvaluationText() {}

  /** A block for each basis; the rows are a few policies by a few metrics. */
  static String of(Dataset<Row> evaluation) {
    Map<String, List<Row>> byBasis = new LinkedHashMap<>();
    for (Row row : evaluation.orderBy("basis").collectAsList()) {
      byBasis.computeIfAbsent(row.getAs("basis"), basis -> new ArrayList<>()).add(row);
    }
    StringBuilder text = new StringBuilder();
    // A simulated site's truth is the better judge, and its name sorts last.
    List<String> bases = new ArrayList<>(new TreeSet<>(byBasis.keySet()).descendingSet());
    bases.forEach(basis -> append(text, basis, byBasis.get(basis)));
    return text.toString();
  }

  private static void append(StringBuilder text, String basis, List<Row> rows) {
    Map<String, Map<String, Row>> policies = new LinkedHashMap<>();
    TreeSet<String> metrics = new TreeSet<>();
    long files = 0;
    for (Row row : rows) {
      String metric = row.getAs("metric");
      String policy = row.getAs("policy");
      metrics.add(metric);
      policies.computeIfAbsent(policy, p -> new LinkedHashMap<>()).put(metric, row);
      files = Math.max(files, row.<Long>getAs("files"));
    }
    text.append(text.isEmpty() ? "" : "\n");
    text.append("Policies judged by ").append(basis).append(", ").append(files);
    text.append(" held-out files; value and 95 % interval\n").append(pad("policy", POLICY_WIDTH));
    metrics.forEach(metric -> text.append(pad(metric, METRIC_WIDTH)));
    text.append('\n');
    policies.entrySet().stream()
        .sorted((a, b) -> Double.compare(best(a.getValue()), best(b.getValue())))
        .forEach(
            policy -> {
              text.append(pad(policy.getKey(), POLICY_WIDTH));
              metrics.forEach(m -> text.append(pad(cell(policy.getValue().get(m)), METRIC_WIDTH)));
              text.append('\n');
            });
  }

  /** Policies ascend by how much of the oracle's throughput they reach. */
  private static double best(Map<String, Row> metrics) {
    Row ratio = metrics.get("ratio-to-oracle");
    return ratio == null || ratio.isNullAt(ratio.fieldIndex("value"))
        ? Double.NEGATIVE_INFINITY
        : ratio.<Double>getAs("value");
  }

  private static String cell(Row row) {
    if (row == null || row.isNullAt(row.fieldIndex("value"))) {
      return "-";
    }
    String value = String.format(Locale.ROOT, "%.4f", row.<Double>getAs("value"));
    return row.isNullAt(row.fieldIndex("low")) || row.isNullAt(row.fieldIndex("high"))
        ? value
        : value
            + String.format(
                Locale.ROOT, " %.3f..%.3f", row.<Double>getAs("low"), row.<Double>getAs("high"));
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }
}
