package org.chunkopt.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;

/** The policies compared, one line each: {@code report/evaluation.txt}. */
final class EvaluationTable {
  private static final List<String> METRICS =
      List.of("gain-over-current", "within-octave", "harm", "regret-p95");

  private EvaluationTable() {}

  /**
   * The table.
   *
   * @param evaluation rows of {@code evaluation}, in the order in which policies are listed
   */
  static String text(List<Row> evaluation) {
    if (evaluation.isEmpty()) {
      return "There is nothing to judge the policies by: no test directory has evidence.\n";
    }
    Map<String, Map<String, Map<String, Row>>> byBasis = new LinkedHashMap<>();
    for (Row row : evaluation) {
      byBasis
          .computeIfAbsent(row.getAs("basis"), basis -> new LinkedHashMap<>())
          .computeIfAbsent(row.getAs("policy"), policy -> new LinkedHashMap<>())
          .put(row.getAs("metric"), row);
    }
    List<String> blocks = new ArrayList<>();
    byBasis.forEach((basis, policies) -> blocks.add(block(basis, policies)));
    return String.join("\n", blocks);
  }

  private static String block(String basis, Map<String, Map<String, Row>> policies) {
    Row any = policies.values().iterator().next().values().iterator().next();
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "Judged by %s: %s files of %s held-out directories; 95 %% intervals by directory.%n",
                basis,
                Quantities.count(any.<Long>getAs("files")),
                Quantities.count(any.<Long>getAs("directories"))));
    text.append(line("policy", "ratio-to-oracle", METRICS));
    policies.forEach(
        (policy, metrics) ->
            text.append(
                line(
                    policy,
                    interval(metrics.get("ratio-to-oracle")),
                    METRICS.stream().map(metric -> value(metrics.get(metric))).toList())));
    return text.toString();
  }

  private static String line(String policy, String ratio, List<String> others) {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-18s%-24s", policy, ratio));
    others.forEach(other -> line.append(String.format(Locale.ROOT, "%-19s", other)));
    return line.toString().stripTrailing() + "\n";
  }

  private static String interval(Row row) {
    return row == null
        ? "-"
        : String.format(
            Locale.ROOT,
            "%.3f (%.3f to %.3f)",
            row.<Double>getAs("value"),
            row.<Double>getAs("low"),
            row.<Double>getAs("high"));
  }

  private static String value(Row row) {
    return row == null ? "-" : String.format(Locale.ROOT, "%.3f", row.<Double>getAs("value"));
  }
}
