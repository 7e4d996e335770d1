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
    Map<Row, List<Row>> cohorts = new LinkedHashMap<>();
    for (Row change : figures.curves()) {
      cohorts.computeIfAbsent(change.getAs("cohort"), name -> new ArrayList<>()).add(change);
    }
    if (cohorts.isEmpty()) {
      return;
    }
    page.heading("What other chunk sizes are worth to the largest cohorts")
        .see(
            "A cohort is files of one class of storage, of like size and use. Where no log tells the use,"
                + " logged files of the same directory, owner or type stand for them. Where the band"
                + " leaves the zero line, a chunk size is faster or slower than the present one with a"
                + " probability of 90 %.");
    page.raw(
        """
        <p class="key"><span><i class="key-line"></i>expected gain with its 10 to 90 % band</span>
        <span><i class="key-local"></i>seen by the history or a benchmark (measured, changed)</span>
        <span><i class="key-predicted"></i>predicted</span>
        <span><i class="key-present"></i>present chunk size</span></p>
        """);
    page.raw("<div class=\"curves\">\n");
    cohorts.forEach(
        (cohort, changes) ->
            page.raw("<div>")
                .heading(CohortName.words(cohort))
                .figure(EvidenceChart.of(changes), caption(changes))
                .raw("</div>\n"));
    page.raw("</div>\n");
    page.data(
        "The curves as numbers: log2 of the throughput over that with the present chunk size",
        List.of(
            "Cohort",
            "#Files",
            "#Present",
            "#Chunk size",
            "#Gain",
            "#Its error",
            "#10 %",
            "#90 %",
            "#Probability: faster",
            "#Slower by 5 %",
            "Tier"),
        figures.curves().stream().map(EvidenceSection::change).toList());
  }

  private static String caption(List<Row> changes) {
    Row surest = changes.get(0);
    for (Row change : changes) {
      surest =
          change.<Double>getAs("gain_p10_log2") > surest.<Double>getAs("gain_p10_log2")
              ? change
              : surest;
    }
    String present = Quantities.chunk(surest.getAs("from_chunk_bytes"));
    String files =
        Quantities.count(surest.getAs("files"))
            + " of the cohort's "
            + Quantities.amount(surest.getAs("cohort_files"), "file has ", "files have ")
            + present
            + " now.";
    if (surest.<Double>getAs("gain_p10_log2") <= 0) {
      return "No chunk size is surely faster. " + files;
    }
    return Quantities.chunk(surest.getAs("to_chunk_bytes"))
        + " is faster by "
        + percent(surest, "gain_log2")
        + " ("
        + percent(surest, "gain_p10_log2")
        + " to "
        + percent(surest, "gain_p90_log2")
        + "), "
        + ground(AdviceSections.word(surest.getAs("tier")))
        + ". "
        + files;
  }

  private static String ground(String tier) {
    return switch (tier) {
      case "measured" -> "measured in such a use";
      case "changed" -> "seen where a directory changed";
      default -> "predicted; nothing measured confirms it";
    };
  }

  private static String percent(Row change, String column) {
    return Quantities.change(Math.pow(2, change.<Double>getAs(column)));
  }

  private static List<String> change(Row change) {
    return List.of(
        CohortName.words(change.getAs("cohort")),
        Quantities.count(change.getAs("files")),
        Quantities.chunk(change.getAs("from_chunk_bytes")),
        Quantities.chunk(change.getAs("to_chunk_bytes")),
        Quantities.decimal(change.getAs("gain_log2")),
        Quantities.decimal(change.getAs("gain_se")),
        Quantities.decimal(change.getAs("gain_p10_log2")),
        Quantities.decimal(change.getAs("gain_p90_log2")),
        Quantities.decimal(change.getAs("faster")),
        Quantities.decimal(change.getAs("slower")),
        AdviceSections.word(change.getAs("tier")));
  }
}
