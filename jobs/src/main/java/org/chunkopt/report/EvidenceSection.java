package org.chunkopt.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/** The section on what the advice rests on: what the history tried, and the curves. */
final class EvidenceSection {
  private EvidenceSection() {}

  static void write(Html page, Figures figures) {
    page.section("evidence", "The evidence")
        .paragraph(Quantities.sentence(Summary.evidence(figures)));
    overlap(page, figures);
    curves(page, figures);
    page.endSection();
  }

  private static void overlap(Html page, Figures figures) {
    if (figures.overlap().isEmpty()) {
      return;
    }
    page.heading("What the history tried").see(tried(figures));
    page.figure(
        Bars.overlap(figures.overlap()),
        "Observations with a measured throughput, by the chunk size of the access; the scale is"
            + " logarithmic.");
    page.raw("<p class=\"key\">");
    List<String> sources =
        figures.overlap().stream()
            .map(row -> row.<String>getAs("source"))
            .distinct()
            .sorted()
            .toList();
    for (int i = 0; i < sources.size(); i++) {
      page.raw("<span><i class=\"series-" + Math.min(i, 2) + "\"></i>").text(sources.get(i));
      page.raw("</span>\n");
    }
    page.raw("</p>\n");
    page.data(
        "Observations by source and chunk size",
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

  private static String tried(Figures figures) {
    TreeMap<Long, Long> chunks = new TreeMap<>();
    for (Row row : figures.overlap()) {
      chunks.merge(row.getAs("chunk_bytes"), row.getAs("observations"), Long::sum);
    }
    long all = chunks.values().stream().mapToLong(Long::longValue).sum();
    Map.Entry<Long, Long> most =
        chunks.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
    return Quantities.percent(most.getValue(), all)
        + " of the observations were made with "
        + Quantities.chunk(most.getKey())
        + (chunks.size() == 1
            ? ": the history tried nothing else, so that nothing can be compared."
            : "; the other "
                + Quantities.amount(chunks.size() - 1, "size is", "sizes are")
                + " what the comparison lives on.");
  }

  private static void curves(Html page, Figures figures) {
    Map<String, List<Row>> cohorts = new LinkedHashMap<>();
    for (Row arm : figures.curves()) {
      // The site's own row is what its cohorts show beyond the physics and no curve.
      if (arm.<Integer>getAs("level") > 0) {
        cohorts.computeIfAbsent(arm.getAs("cohort"), name -> new ArrayList<>()).add(arm);
      }
    }
    if (cohorts.isEmpty()) {
      return;
    }
    page.heading("Curves of the largest cohorts")
        .see(
            "A cohort is files of one storage class that are used alike, rounded to powers of two. Where"
                + " the band leaves the zero line, a chunk size is surely faster or slower than the"
                + " site's usual one.");
    page.raw(
        """
        <p class="key"><span><i class="key-line"></i>estimate with 80 % interval</span>
        <span><i class="key-local"></i>local data speaks for the size (contrast, cohort)</span>
        <span><i class="key-prior"></i>the law of the pool alone (prior)</span>
        <span><i class="key-measured"></i>measured, with 80 % interval</span>
        <span><i class="key-tie"></i>as good as the best</span></p>
        """);
    page.raw("<div class=\"curves\">\n");
    cohorts.forEach(
        (cohort, arms) ->
            page.raw("<div>")
                .heading(CohortName.words(cohort))
                .figure(EvidenceChart.of(arms), caption(arms))
                .raw("</div>\n"));
    page.raw("</div>\n");
    page.data(
        "The curves as numbers, log2 of the throughput over that of the reference size",
        List.of(
            "Cohort",
            "#Chunk size",
            "#Files",
            "#Directories",
            "#Measured",
            "#Its error",
            "#Prior",
            "#Estimate",
            "#Its error",
            "Tier",
            "As good as the best"),
        figures.curves().stream().map(EvidenceSection::arm).toList());
  }

  private static String caption(List<Row> arms) {
    Row surest = arms.get(0);
    long tried = 0;
    for (Row arm : arms) {
      tried += arm.<Long>getAs("files") > 0 ? 1 : 0;
      surest = low(arm) > low(surest) ? arm : surest;
    }
    double gain = surest.getAs("posterior_log2");
    String chunk = Quantities.chunk(surest.getAs("chunk_bytes"));
    String interval =
        Quantities.change(Math.pow(2, gain))
            + " ("
            + Quantities.change(Math.pow(2, low(surest)))
            + " to "
            + Quantities.change(Math.pow(2, 2 * gain - low(surest)))
            + ")";
    return (low(surest) <= 0
            ? "No size is surely faster than the usual one. "
            : "prior".equals(surest.getAs("tier"))
                ? "The law of the pool prefers "
                    + chunk
                    + ", "
                    + interval
                    + "; nothing measured confirms it. "
                : chunk
                    + " is faster, "
                    + interval
                    + ", tier "
                    + AdviceSections.word(surest.getAs("tier"))
                    + ". ")
        + Quantities.amount(arms.get(0).getAs("cohort_files"), "file", "files")
        + " seen, with "
        + Quantities.amount(tried, "chunk size", "chunk sizes")
        + ".";
  }

  /** The lower end of the 80 % interval, log2. */
  private static double low(Row arm) {
    return arm.<Double>getAs("posterior_log2")
        - EvidenceChart.Z80 * arm.<Double>getAs("posterior_se");
  }

  private static List<String> arm(Row arm) {
    return List.of(
        CohortName.words(arm.getAs("cohort")),
        Quantities.chunk(arm.getAs("chunk_bytes")),
        Quantities.count(arm.getAs("files")),
        Quantities.count(arm.getAs("directories")),
        Quantities.decimal(arm.getAs("mean_log2")),
        Quantities.decimal(arm.getAs("standard_error")),
        Quantities.decimal(arm.getAs("prior_log2")),
        Quantities.decimal(arm.getAs("posterior_log2")),
        Quantities.decimal(arm.getAs("posterior_se")),
        AdviceSections.word(arm.getAs("tier")),
        Boolean.TRUE.equals(arm.getAs("tie")) ? "yes" : "");
  }
}
