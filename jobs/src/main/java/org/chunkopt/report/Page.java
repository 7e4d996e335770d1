package org.chunkopt.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.model.TrainedModel;
import org.chunkopt.run.Run;
import org.chunkopt.run.RunFiles;

/** The report: one page with everything in it, for a browser without network, or for paper. */
final class Page {
  private Page() {}

  static String of(
      SparkSession spark,
      Run run,
      Instant asOf,
      Figures figures,
      Training training,
      Optional<TrainedModel> model,
      Drift drift,
      List<String> warnings) {
    Html page = new Html();
    page.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .raw("<meta http-equiv=\"Content-Security-Policy\"")
        .raw(" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
        .text(title(run))
        .raw("</title>\n<style>\n")
        .raw(style())
        .raw("</style>\n</head>\n<body>\n<header>\n<h1>")
        .text(title(run))
        .raw("</h1>\n<p class=\"quiet\">")
        .text("Run of " + run.date() + ", looking back from " + asOf + ". Nothing was changed.")
        .raw("</p>\n</header>\n<main>\n");
    FirstScreen.write(page, run, figures, warnings);
    page.raw(NAVIGATION);
    PlanSection.write(page, run, figures, RunFiles.beside(run.tables(), spark));
    AdviceSections.namespace(page, figures);
    AdviceSections.flow(page, figures);
    EvidenceSection.write(page, figures);
    JudgementSections.policies(page, figures);
    JudgementSections.calibration(page, figures);
    ModelSection.write(page, figures, training, model, drift);
    RunSection.inputs(page, figures);
    RunSection.facts(page, spark, run, asOf);
    RunSection.limits(page);
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
      <a href="#calibration">Promises</a>
      <a href="#model">Model</a>
      <a href="#drift">Drift</a>
      <a href="#inputs">Inputs</a>
      <a href="#run">Run</a>
      <a href="#limits">Limits</a>
      </nav>
      """;

  private static String title(Run run) {
    return "Chunk sizes of " + run.settings().beegfs().mount();
  }

  private static String style() {
    try (InputStream in = Page.class.getResourceAsStream("/report/style.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
