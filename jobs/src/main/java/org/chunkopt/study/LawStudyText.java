package org.chunkopt.study;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/**
 * The results of a study of laws: a line for each law, hardware, regime, kind of split and policy,
 * with the mean over the splits and the least and the most; and of the first split how well the
 * network has learnt its labels, beside trees.
 */
final class LawStudyText {
  private static final List<String> POLICIES =
      List.of(
          "keep",
          "best-constant",
          "cohort-table",
          "mlp",
          "plan-none",
          "plan-measured",
          "plan-pilots",
          "plan-all");

  private static final List<String> METRICS =
      List.of(
          "ratio-to-oracle",
          "harm",
          "within-octave",
          "calibration-slope",
          "coverage-80",
          "moved",
          PlanFigures.SAVED,
          PlanFigures.LOST);

  private static final List<String> LEARNERS = List.of("mean-label", "gbt-on-labels", "mlp");

  /** Columns of a result before those of its evaluation. */
  private static final int BASIS = 6;

  private LawStudyText() {}

  /** The text, for rows of the table of results. */
  static String of(List<Row> results) {
    Map<List<String>, Map<Long, Double>> values = new LinkedHashMap<>();
    Set<List<String>> cells = new LinkedHashSet<>();
    for (Row row : results) {
      if (row.getString(BASIS).equals("truth") || row.getString(BASIS).equals("labels")) {
        List<String> cell =
            List.of(row.getString(0), row.getString(1), row.getString(2), row.getString(3));
        cells.add(cell);
        values
            .computeIfAbsent(
                List.of(String.join(" ", cell), row.getString(BASIS + 1), row.getString(BASIS + 2)),
                key -> new TreeMap<>())
            .put(row.getLong(BASIS + 8), row.getDouble(BASIS + 3));
      }
    }
    StringBuilder text = new StringBuilder(StudyText.cell("law hardware regime split", 44));
    text.append(StudyText.cell("policy", 16));
    METRICS.forEach(metric -> text.append(StudyText.cell(metric, 25)));
    text.append('\n');
    for (List<String> cell : cells) {
      for (String policy : POLICIES) {
        text.append(line(String.join(" ", cell), policy, values)).append('\n');
      }
    }
    text.append("\nSquared error of the labels on held-out directories, octaves squared\n");
    text.append(StudyText.cell("law hardware regime split", 44));
    LEARNERS.forEach(learner -> text.append(StudyText.cell(learner, 16)));
    text.append('\n');
    for (List<String> cell : cells) {
      StringBuilder line = new StringBuilder(StudyText.cell(String.join(" ", cell), 44));
      for (String learner : LEARNERS) {
        Map<Long, Double> bySeed =
            values.getOrDefault(
                List.of(String.join(" ", cell), learner, LabelTrees.METRIC), Map.of());
        line.append(
            StudyText.cell(
                bySeed.values().stream()
                    .findFirst()
                    .map(error -> String.format(Locale.ROOT, "%.3f", error))
                    .orElse("-"),
                16));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static String line(
      String cell, String policy, Map<List<String>, Map<Long, Double>> values) {
    StringBuilder line = new StringBuilder(StudyText.cell(cell, 44));
    line.append(StudyText.cell(policy, 16));
    for (String metric : METRICS) {
      Map<Long, Double> bySeed = values.getOrDefault(List.of(cell, policy, metric), Map.of());
      line.append(StudyText.cell(StudyText.range(List.copyOf(bySeed.values()), "%.3f"), 25));
    }
    return line.toString().stripTrailing();
  }
}
