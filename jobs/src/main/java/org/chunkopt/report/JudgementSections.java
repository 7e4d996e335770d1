package org.chunkopt.report;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;

/** The sections on how good the policies are and whether their promises hold. */
final class JudgementSections {
  private JudgementSections() {}

  static void policies(Html page, Figures figures) {
    page.section("policies", "Policies compared");
    if (figures.evaluation().isEmpty()) {
      page.paragraph("The policies have not been judged.").endSection();
      return;
    }
    page.paragraph(EvaluationTable.publication(figures.evaluation()));
    compared(
        page,
        "By the response model of the learning directories",
        Figures.having(figures.evaluation(), "basis", "evidence"));
    compared(
        page,
        "By the truth of the simulated site",
        Figures.having(figures.evaluation(), "basis", "truth"));
    page.data(
        "Every figure of every policy",
        List.of("Judged by", "Policy", "Metric", "#Value", "#Low", "#High", "#Files"),
        figures.evaluation().stream()
            .map(
                row ->
                    List.of(
                        AdviceSections.word(row.getAs("basis")),
                        AdviceSections.word(row.getAs("policy")),
                        AdviceSections.word(row.getAs("metric")),
                        Quantities.decimal(row.getAs("value")),
                        Quantities.decimal(row.getAs("low")),
                        Quantities.decimal(row.getAs("high")),
                        Quantities.count(row.getAs("files"))))
            .toList());
    page.endSection();
  }

  private static void compared(Html page, String judge, List<Row> evaluation) {
    List<Row> ratios = Figures.having(evaluation, "metric", Figures.LEADING_METRIC);
    if (!ratios.isEmpty()) {
      page.heading(judge).see(comparison(ratios, "ratio to the best possible"));
      page.figure(
          Curves.policies(ratios, 1, "throughput over the best possible"),
          basis(ratios, "files") + " Coloured: the two that can be published.");
    }
  }

  private static String basis(List<Row> rows, String what) {
    return Quantities.count(rows.get(0).getAs("files"))
        + " "
        + what
        + " of "
        + Quantities.count(rows.get(0).getAs("directories"))
        + " directories that nothing was learnt from; 95 % intervals by bootstrap over directories.";
  }

  /** Who is ahead of keeping, and whether the interval says so. */
  private static String comparison(List<Row> rows, String what) {
    Optional<Row> keep = row(rows, "keep");
    List<Row> rivals =
        rows.stream()
            .filter(row -> !List.of("keep", "oracle").contains(row.<String>getAs("policy")))
            .toList();
    Optional<Row> best =
        rivals.stream()
            .max((a, b) -> Double.compare(a.<Double>getAs("value"), b.<Double>getAs("value")));
    if (best.isEmpty() || keep.isEmpty() || best.get().getAs("low") == null) {
      return "Farther right is better.";
    }
    Double highest = keep.get().getAs("high");
    boolean sure = highest != null && best.get().<Double>getAs("low") > highest;
    return "Farther right is better. The best policy is "
        + best.get().<String>getAs("policy")
        + ", "
        + what
        + " "
        + Quantities.decimal(best.get().getAs("value"))
        + (sure
            ? "; its interval lies above that of keeping everything as it is."
            : "; its interval overlaps that of keeping everything as it is.");
  }

  private static Optional<Row> row(List<Row> rows, String policy) {
    return rows.stream().filter(row -> policy.equals(row.getAs("policy"))).findFirst();
  }

  static void calibration(Html page, Figures figures) {
    page.section("calibration", "Promises kept");
    List<Row> bins = figures.calibration();
    if (bins.isEmpty()) {
      page.see(
          "The history cannot say whether promised gains come true: no cohort of the held-out directories"
              + " was accessed with two chunk sizes.");
    } else {
      long pairs = Figures.sum(bins, "pairs");
      long covered = Figures.sum(bins, "covered");
      page.see(
          "On the dashed line a promise is kept exactly; below it, it was too large. "
              + Quantities.percent(covered, pairs)
              + " of "
              + Quantities.amount(pairs, "measurement lies", "measurements lie")
              + " within the 80 % interval.");
      page.figure(
          Curves.calibration(bins),
          "Throughput over that with the cohort's usual chunk size: promised by the response model of the"
              + " learning directories (across), measured in the held-out directories (up), with 80 %"
              + " intervals; larger for more observations.");
      page.data(
          "Promised and measured, log2",
          List.of(
              "#Promised",
              "#Measured",
              "#Its error",
              "#Measurements",
              "#Within 80 %",
              "#Observations"),
          bins.stream()
              .map(
                  bin ->
                      List.of(
                          Quantities.decimal(bin.getAs("promised_log2")),
                          Quantities.decimal(bin.getAs("measured_log2")),
                          Quantities.decimal(bin.getAs("standard_error")),
                          Quantities.count(bin.getAs("pairs")),
                          Quantities.count(bin.getAs("covered")),
                          Quantities.count(bin.getAs("accesses"))))
              .toList());
    }
    List<Row> slopes =
        Figures.having(
            Figures.having(figures.evaluation(), "basis", "truth"), "metric", "calibration-slope");
    if (!slopes.isEmpty()) {
      page.heading("By the truth of the simulated site")
          .see(
              "At 1 the gain that came true is the gain that was promised; left of it less came"
                  + " true.");
      page.figure(
          Curves.policies(slopes, 1, "realised over promised gain"),
          "Slope of the realised on the promised log2 gain of the files that a policy would move, with"
              + " 95 % intervals.");
      page.data(
          "Slope and coverage of the 80 % interval",
          List.of("Policy", "Metric", "#Value", "#Low", "#High", "#Files moved"),
          figures.evaluation().stream()
              .filter(
                  row ->
                      row.getAs("basis").equals("truth")
                          && List.of("calibration-slope", "coverage-80")
                              .contains(row.<String>getAs("metric")))
              .map(
                  row ->
                      List.of(
                          AdviceSections.word(row.getAs("policy")),
                          AdviceSections.word(row.getAs("metric")),
                          Quantities.decimal(row.getAs("value")),
                          Quantities.decimal(row.getAs("low")),
                          Quantities.decimal(row.getAs("high")),
                          Quantities.count(row.getAs("files"))))
              .toList());
    }
    page.endSection();
  }
}
