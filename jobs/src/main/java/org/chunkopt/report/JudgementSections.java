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
      page.paragraph(
              "Not identifiable: this history holds nothing to judge the policies by. The advice"
                  + " rests on the prior.")
          .endSection();
      return;
    }
    List<Row> observed = metric(figures, "observed", "dr-over-keep");
    if (observed.isEmpty()) {
      page.see(
          "The history of the test directories does not tell policies apart: it never tried what they"
              + " would choose.");
    } else {
      page.heading("By the history")
          .see(comparison(observed, "log2 of the throughput over keeping"));
      page.figure(
          Curves.policies(observed, 0, "log2 throughput over keeping"),
          basis(observed, "observations")
              + " Doubly robust; a policy whose choices the history never tried is left out. Coloured: the"
              + " two that can be published.");
    }
    List<Row> truth = metric(figures, "truth", "ratio-to-oracle");
    if (!truth.isEmpty()) {
      page.heading("By the truth of the simulated site")
          .see(comparison(truth, "ratio to the best possible"));
      page.figure(
          Curves.policies(truth, 1, "throughput over the best possible"),
          basis(truth, "files") + " Coloured: the two that can be published.");
    }
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

  private static List<Row> metric(Figures figures, String basis, String metric) {
    return Figures.having(Figures.having(figures.evaluation(), "basis", basis), "metric", metric);
  }

  static void calibration(Html page, Figures figures) {
    page.section("calibration", "Promises kept");
    List<Row> bins = figures.calibration();
    if (bins.isEmpty()) {
      page.see(
          "The history cannot say whether promised gains come true: no cohort of the test directories"
              + " has two chunk sizes side by side.");
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
          "Throughput over that of the reference chunk size: promised by the curves of the learnt"
              + " directories (across), measured in the test directories (up), with 80 % intervals;"
              + " larger for more files.");
      page.data(
          "Promised and measured, log2",
          List.of(
              "#Promised", "#Measured", "#Its error", "#Measurements", "#Within 80 %", "#Files"),
          bins.stream()
              .map(
                  bin ->
                      List.of(
                          Quantities.decimal(bin.getAs("promised_log2")),
                          Quantities.decimal(bin.getAs("measured_log2")),
                          Quantities.decimal(bin.getAs("standard_error")),
                          Quantities.count(bin.getAs("pairs")),
                          Quantities.count(bin.getAs("covered")),
                          Quantities.count(bin.getAs("files"))))
              .toList());
    }
    List<Row> slopes = metric(figures, "truth", "calibration-slope");
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
