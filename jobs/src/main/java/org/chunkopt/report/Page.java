package org.chunkopt.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.spark.sql.Row;
import org.chunkopt.run.Run;

/** The report: one page with everything in it, for a browser without network, or for paper. */
final class Page {
  private Page() {}

  static String of(
      Run run, Instant asOf, Figures figures, Training training, List<String> warnings) {
    Html page = new Html();
    page.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
        .text(title(run))
        .raw("</title>\n<style>\n")
        .raw(style())
        .raw("</style>\n</head>\n<body>\n<header>\n<h1>")
        .text(title(run))
        .raw("</h1>\n<p class=\"quiet\">")
        .text("Run of " + run.date() + ", looking back from " + asOf + ". Nothing was changed.")
        .raw("</p>\n</header>\n")
        .raw(NAVIGATION)
        .raw("<main>\n");
    tiles(page, figures);
    warnings(page, warnings);
    JudgementSections.plan(page, run, figures);
    AdviceSections.namespace(page, figures);
    AdviceSections.flow(page, figures);
    JudgementSections.curves(page, figures);
    JudgementSections.policies(page, figures);
    JudgementSections.training(page, figures, training);
    inputs(page, figures);
    limits(page);
    return page.raw("</main>\n</body>\n</html>\n").toString();
  }

  private static final String NAVIGATION =
      """
      <nav aria-label="Sections">
      <a href="#plan">Plan</a>
      <a href="#namespace">Namespace</a>
      <a href="#advice">Advice</a>
      <a href="#evidence">Evidence</a>
      <a href="#policies">Policies</a>
      <a href="#training">Training</a>
      <a href="#inputs">Inputs</a>
      <a href="#limits">Limits</a>
      </nav>
      """;

  private static String title(Run run) {
    return "Chunk sizes of " + run.settings().beegfs().mount();
  }

  private static void tiles(Html page, Figures figures) {
    Row gain = figures.gain();
    page.raw("<div class=\"tiles\">\n");
    tile(
        page,
        Quantities.count(figures.files()),
        "files, " + Quantities.bytes(figures.bytes()) + ", one recommendation each");
    tile(
        page,
        Quantities.percent(gain.<Long>getAs("advised_files"), figures.files()),
        "of the files have a better chunk size that local data supports");
    tile(
        page,
        Quantities.change(gain.getAs("advised_gain")),
        gain.<Double>getAs("advised_gain") == null
            ? "expected throughput: no file has supported advice"
            : "expected throughput of those files, 80 % interval "
                + Quantities.change(gain.getAs("advised_p10"))
                + " to "
                + Quantities.change(gain.getAs("advised_p90")));
    tile(
        page,
        Quantities.count(figures.planned("directories")),
        "directories planned, of "
            + Quantities.count(figures.candidates("directories"))
            + " candidates");
    tile(
        page,
        Quantities.count(figures.planned("files")),
        "rewrites planned, "
            + Quantities.bytes(Figures.sum(figures.selected("files"), "bytes"))
            + " to copy");
    long lines = Figures.sum(figures.ledger(), "lines");
    tile(
        page,
        Quantities.percent(Figures.sum(figures.ledger(), "rejected"), lines),
        "of " + Quantities.count(lines) + " input lines rejected");
    page.raw("</div>\n");
  }

  private static void tile(Html page, String number, String meaning) {
    page.raw("<div class=\"tile\"><b>").text(number).raw("</b><span>").text(meaning);
    page.raw("</span></div>\n");
  }

  private static void warnings(Html page, List<String> warnings) {
    if (!warnings.isEmpty()) {
      page.raw("<div class=\"warnings\" role=\"note\">\n<strong>Warnings</strong>\n");
      warnings.forEach(page::paragraph);
      page.raw("</div>\n");
    }
  }

  private static void inputs(Html page, Figures figures) {
    page.section("inputs", "Inputs and rejects").paragraph(Summary.inputs(figures) + ".");
    page.table(
        List.of(
            "Kind",
            "Format",
            "#Files",
            "#Lines",
            "#Accepted",
            "#Rejected",
            "#Comments",
            "#Blank",
            "#Unknown",
            "#Duplicates",
            "Adds up"),
        figures.ledger().stream()
            .map(
                row ->
                    List.of(
                        AdviceSections.word(row.getAs("kind")),
                        AdviceSections.word(row.getAs("format")),
                        Quantities.count(row.getAs("input_files")),
                        Quantities.count(Figures.sum(List.of(row), "lines")),
                        Quantities.count(Figures.sum(List.of(row), "accepted")),
                        Quantities.count(Figures.sum(List.of(row), "rejected")),
                        Quantities.count(Figures.sum(List.of(row), "comments")),
                        Quantities.count(Figures.sum(List.of(row), "blanks")),
                        Quantities.count(Figures.sum(List.of(row), "unknown")),
                        Quantities.count(Figures.sum(List.of(row), "duplicates")),
                        row.<Long>getAs("unbalanced") == 0
                            ? "yes"
                            : "no, " + row.<Long>getAs("unbalanced") + " files"))
            .toList());
    if (!figures.rejects().isEmpty()) {
      page.heading("Rejected records by reason");
      page.table(
          List.of("Reason", "#Records", "#Input files", "For example"),
          figures.rejects().stream()
              .map(
                  row ->
                      List.of(
                          AdviceSections.word(row.getAs("reason")),
                          Quantities.count(row.getAs("records")),
                          Quantities.count(row.getAs("input_files")),
                          AdviceSections.word(row.getAs("example"))))
              .toList());
    }
    if (!figures.worstInputs().isEmpty()) {
      page.heading("Input files with the most rejects");
      page.table(
          List.of("Input file", "Kind", "#Lines", "#Rejected"),
          figures.worstInputs().stream()
              .map(
                  row ->
                      List.of(
                          AdviceSections.word(row.getAs("source_file")),
                          AdviceSections.word(row.getAs("kind")),
                          Quantities.count(row.getAs("lines")),
                          Quantities.count(row.getAs("rejected"))))
              .toList());
    }
    page.heading("What the metrics cover");
    page.table(
        List.of("Servers", "#Nodes", "#Minutes", "From", "To", "#CPU", "#Latency"),
        figures.telemetry().stream()
            .map(
                row ->
                    List.of(
                        AdviceSections.word(row.getAs("node_kind")),
                        Quantities.count(row.getAs("nodes")),
                        Quantities.count(row.getAs("minutes")),
                        String.valueOf(row.<java.sql.Timestamp>getAs("first_minute").toInstant()),
                        String.valueOf(row.<java.sql.Timestamp>getAs("last_minute").toInstant()),
                        Quantities.percent(row.<Double>getAs("cpu_coverage"), 1),
                        Quantities.percent(row.<Double>getAs("latency_coverage"), 1)))
            .toList());
    page.endSection();
  }

  private static void limits(Html page) {
    page.section("limits", "What this report cannot say")
        .raw(
            """
            <ul>
            <li>Gains are predictions from this site's history, not measurements of the advised chunk size on the file in question.</li>
            <li>Throughput taken from inventory times and server seconds is blurred by other writers; that pulls effects toward zero.</li>
            <li>Where a history holds one chunk size only, no curve can be learnt from it. Such advice is marked prior-only and is never planned.</li>
            <li>Two identical jobs differ by several percent from one server-hour to another. A small gain of a single file means nothing.</li>
            <li>A directory's pattern holds for new files. Existing files change only by being copied.</li>
            </ul>
            """)
        .endSection();
  }

  private static String style() {
    try (InputStream in = Page.class.getResourceAsStream("/report/style.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
