package org.chunkopt.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.run.Run;

/** The sections on the plan and on what the advice rests on. */
final class JudgementSections {
  private JudgementSections() {}

  static void plan(Html page, Run run, Figures figures) {
    page.section("plan", "The plan").paragraph(Summary.plan(run, figures) + ".");
    for (Row list : figures.selected("directories")) {
      ChunkSize chunk = new ChunkSize(list.getAs("chunk_bytes"));
      page.heading(Quantities.count(list.getAs("entries")) + " directories to " + chunk)
          .code(commands(chunk));
    }
    page.note(
        "Run the commands in the directory plan/ of this run; its RUNBOOK.txt says what they do and"
            + " what a rewrite needs. Paths stand in the lists only, as exact bytes.");
    if (!figures.directories().isEmpty()) {
      page.heading("Directories with the largest expected benefit");
      page.table(
          List.of(
              "Directory",
              "#Files",
              "#Bytes",
              "#Now",
              "#Advised",
              "#Gain",
              "#10 %",
              "Tier",
              "List, or why not"),
          figures.directories().stream()
              .map(
                  row ->
                      List.of(
                          AdviceSections.word(row.getAs("path")),
                          Quantities.count(row.getAs("files")),
                          Quantities.bytes(row.<Long>getAs("bytes")),
                          Quantities.chunk(row.getAs("current_chunk_bytes")),
                          Quantities.chunk(row.getAs("recommended_chunk_bytes")),
                          Quantities.change(row.getAs("expected_gain")),
                          Quantities.change(row.getAs("gain_p10")),
                          AdviceSections.word(row.getAs("tier")),
                          AdviceSections.word(
                              row.<Boolean>getAs("selected")
                                  ? row.getAs("list_file")
                                  : row.getAs("reason"))))
              .toList());
    }
    List<Row> left =
        figures.planSize().stream().filter(row -> !row.<Boolean>getAs("selected")).toList();
    if (!left.isEmpty()) {
      page.heading("Candidates left out");
      page.table(
          List.of("Kind", "Why", "#Entries", "#Bytes"),
          left.stream()
              .map(
                  row ->
                      List.of(
                          AdviceSections.word(row.getAs("kind")),
                          AdviceSections.word(row.getAs("reason")),
                          Quantities.count(row.getAs("entries")),
                          Quantities.bytes(row.<Long>getAs("bytes"))))
              .toList());
    }
    page.endSection();
  }

  private static String commands(ChunkSize chunk) {
    return "# BeeGFS 7\n"
        + chunk.setPatternV7(directoryList(chunk) + ".list")
        + "\n# BeeGFS 8\n"
        + chunk.setPatternV8(directoryList(chunk) + ".list0");
  }

  private static String directoryList(ChunkSize chunk) {
    return "directories-chunk=" + chunk.bytes();
  }

  static void curves(Html page, Figures figures) {
    page.section("evidence", "The evidence").paragraph(Summary.evidence(figures) + ".");
    if (!figures.overlap().isEmpty()) {
      page.heading("What the history tried");
      page.table(
          List.of("Source", "#Chunk size", "#Observations", "#Directories", "#Weight"),
          figures.overlap().stream()
              .map(
                  row ->
                      List.of(
                          AdviceSections.word(row.getAs("source")),
                          Quantities.chunk(row.getAs("chunk_bytes")),
                          Quantities.count(row.getAs("observations")),
                          Quantities.count(row.getAs("directories")),
                          Quantities.decimal(row.getAs("weight"))))
              .toList());
    }
    Map<String, List<Row>> cohorts = new LinkedHashMap<>();
    for (Row arm : figures.curves()) {
      cohorts.computeIfAbsent(arm.getAs("cohort"), name -> new ArrayList<>()).add(arm);
    }
    if (!cohorts.isEmpty()) {
      page.heading("Curves of the largest cohorts");
      page.note(
          "Throughput relative to the site's reference chunk size. Line and band: estimate and 80 %"
              + " interval after shrinkage. Circles: measured, larger for more files. Coloured points"
              + " are within the tie fraction of the best.");
      page.raw("<div class=\"curves\">\n");
      cohorts.forEach(
          (cohort, arms) ->
              page.raw("<div>")
                  .heading(Curves.cohortName(cohort))
                  .figure(Curves.evidence(arms), caption(arms))
                  .raw("</div>\n"));
      page.raw("</div>\n");
      page.table(
          List.of(
              "Cohort",
              "#Chunk size",
              "#Files",
              "#Directories",
              "#Measured",
              "#Prior",
              "#Estimate",
              "#Standard error",
              "Tier",
              "Tie"),
          figures.curves().stream().map(JudgementSections::arm).toList());
    }
    page.endSection();
  }

  private static String caption(List<Row> arms) {
    return Quantities.count(arms.get(0).getAs("cohort_files"))
        + " files observed; "
        + AdviceSections.word(arms.get(0).getAs("tier"));
  }

  private static List<String> arm(Row arm) {
    return List.of(
        Curves.cohortName(arm.getAs("cohort")),
        Quantities.chunk(arm.getAs("chunk_bytes")),
        Quantities.count(arm.getAs("files")),
        Quantities.count(arm.getAs("directories")),
        Quantities.decimal(arm.getAs("mean_log2")),
        Quantities.decimal(arm.getAs("prior_log2")),
        Quantities.decimal(arm.getAs("posterior_log2")),
        Quantities.decimal(arm.getAs("posterior_se")),
        AdviceSections.word(arm.getAs("tier")),
        Boolean.TRUE.equals(arm.getAs("tie")) ? "yes" : "");
  }

  static void policies(Html page, Figures figures) {
    page.section("policies", "Policies compared");
    if (figures.evaluation().isEmpty()) {
      page.paragraph(
              "Not identifiable: this history holds nothing to judge the policies by. The advice"
                  + " rests on the prior.")
          .endSection();
      return;
    }
    page.paragraph(Summary.judged(figures) + ".");
    List<Row> judged = figures.judged();
    if (!judged.isEmpty()) {
      boolean truth = figures.evaluationBasis().equals("truth");
      page.figure(
          Curves.policies(
              judged, truth ? "ratio to the best possible" : "log2 throughput over keeping"),
          (truth
                  ? "Judged by the truth, "
                  : "Judged by the history of the test directories, doubly robust, ")
              + Quantities.count(judged.get(0).getAs("files"))
              + (truth ? " files" : " observations")
              + " of held-out directories, with 95 % intervals by bootstrap over directories.");
    }
    page.table(
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

  static void training(Html page, Figures figures, Training training) {
    page.section("training", "Model and training");
    page.paragraph("Recommendations by " + Summary.model(figures, training));
    if (!training.epochs().isEmpty()) {
      page.figure(
          Curves.training(training),
          "Loss by epoch on "
              + Quantities.count(training.files())
              + " labelled files: validation (strong) and training (faint).");
      page.table(
          List.of("#Epoch", "#Training loss", "#Validation loss"),
          training.epochs().stream()
              .map(
                  epoch ->
                      List.of(
                          String.valueOf(epoch.number()),
                          Svg.format("%.5f", epoch.trainLoss()),
                          Svg.format("%.5f", epoch.validationLoss())))
              .toList());
    }
    page.endSection();
  }
}
