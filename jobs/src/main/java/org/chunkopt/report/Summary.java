package org.chunkopt.report;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.chunkopt.model.Champion;
import org.chunkopt.run.Run;
import org.chunkopt.settings.Settings;

/** The lines that a night prints. */
final class Summary {
  static final List<String> ACTIONS =
      List.of("keep", "set-directory", "rewrite", "prior-only", "insufficient");

  private Summary() {}

  static String text(Run run, Figures figures, Training training, List<String> warnings) {
    String published =
        run.settings().output().root().replaceAll("/+$", "") + "/runs/run_date=" + run.date();
    return line("Saves", saves(run, figures))
        + line("Inputs", inputs(figures))
        + line("Namespace", namespace(figures))
        + line("Evidence", evidence(figures))
        + line("Model", model(figures, training))
        + line("Advice", advice(figures))
        + line("Gain", gain(figures))
        + line("Judged", judged(figures))
        + line("Plan", plan(run, figures))
        + line("Outcomes", outcomes(figures))
        + line("Warnings", warnings.isEmpty() ? "none" : String.join(" ", warnings))
        + line("Output", published + "/report/index.html");
  }

  /** One line, whatever the text holds. */
  private static String line(String name, String text) {
    return String.format("%-10s", name) + text.replaceAll("\\s+", " ").strip() + "\n";
  }

  static String inputs(Figures figures) {
    long lines = Figures.sum(figures.ledger(), "lines");
    long rejected = Figures.sum(figures.ledger(), "rejected");
    return Quantities.count(Figures.sum(figures.ledger(), "input_files"))
        + " files, "
        + Quantities.count(lines)
        + " lines, "
        + Quantities.count(rejected)
        + " rejected ("
        + Quantities.percent(rejected, lines)
        + ")";
  }

  /** What new files gain by the plan, in hours of I/O a day: by the truth where it is known. */
  static String saves(Run run, Figures figures) {
    String trust = run.settings().plan().trust().word();
    Optional<Row> expected = figures.outlook(trust, "evidence");
    if (expected.isEmpty()) {
      return "nothing is known of the hours of I/O of new files";
    }
    Row plan = expected.get();
    StringBuilder text = new StringBuilder("expected ");
    text.append(net(plan))
        .append(" of ")
        .append(Quantities.hours(plan.getAs("hours")))
        .append(" hours of I/O a day of new files (80 % interval ")
        .append(Quantities.hours(plan.getAs("hours_saved_p10")))
        .append(" to ")
        .append(Quantities.hours(plan.getAs("hours_saved_p90")))
        .append("), with plan.trust = ")
        .append(trust)
        .append("; the best chunk size for every file would save ")
        .append(Quantities.hours(plan.getAs("hours_avoidable")));
    figures
        .outlook(trust, "truth")
        .ifPresent(
            truth ->
                text.append("; by truth ")
                    .append(net(truth))
                    .append(" of ")
                    .append(Quantities.hours(truth.getAs("hours_avoidable")))
                    .append(" avoidable (")
                    .append(
                        Quantities.percent(
                            truth.<Double>getAs("hours_saved") - truth.<Double>getAs("hours_lost"),
                            truth.getAs("hours_avoidable")))
                    .append("), ratio to the best possible ")
                    .append(Quantities.decimal(truth.getAs("ratio_to_oracle")))
                    .append(", ")
                    .append(Quantities.percent(truth.<Double>getAs("slower_share"), 1))
                    .append(" of new files slower by more than 5 %"));
    return text.toString();
  }

  private static String net(Row outlook) {
    return Quantities.hours(
            outlook.<Double>getAs("hours_saved") - outlook.<Double>getAs("hours_lost"))
        + " (saved "
        + Quantities.hours(outlook.getAs("hours_saved"))
        + ", lost "
        + Quantities.hours(outlook.getAs("hours_lost"))
        + ")";
  }

  /** What came of earlier plans. */
  static String outcomes(Figures figures) {
    if (figures.outcomes().isEmpty()) {
      return "no plan and no change of a directory is known";
    }
    return figures.outcomes().stream()
        .map(
            row ->
                Quantities.count(row.getAs("directories"))
                    + " "
                    + row.getAs("origin")
                    + " "
                    + row.getAs("verdict")
                    + (row.getAs("measured_gain") == null
                        ? ""
                        : " ("
                            + (row.getAs("promised_gain") == null
                                ? ""
                                : "promised "
                                    + Quantities.change(row.getAs("promised_gain"))
                                    + ", ")
                            + "measured "
                            + Quantities.change(row.getAs("measured_gain"))
                            + ")"))
        .collect(Collectors.joining(", "));
  }

  private static String namespace(Figures figures) {
    return Quantities.count(figures.files())
        + " files, "
        + Quantities.bytes(figures.bytes())
        + "; server metrics cover "
        + Quantities.percent(Figures.sum(figures.advice(), "files_with_telemetry"), figures.files())
        + " of the files";
  }

  static String evidence(Figures figures) {
    long observations = Figures.sum(figures.overlap(), "observations");
    if (observations == 0) {
      return "no measured throughput in this history: every gain is predicted";
    }
    List<Row> predicted = Figures.having(figures.cohortTiers(), "tier", "predicted");
    long cohorts = Figures.sum(figures.cohortTiers(), "cohorts");
    long files = Figures.sum(figures.cohortTiers(), "files");
    return Quantities.count(observations)
        + " observations; the history or a benchmark has seen another chunk size in such a use for "
        + Quantities.count(cohorts - Figures.sum(predicted, "cohorts"))
        + " of "
        + Quantities.count(cohorts)
        + " cohorts ("
        + Quantities.percent(files - Figures.sum(predicted, "files"), files)
        + " of their files)";
  }

  /** Which policy scored how many files, and why it did. */
  static String model(Figures figures, Training training) {
    return Quantities.sentence(scored(figures))
        + (training.decision().isEmpty() ? " " : " " + training.decision() + " ")
        + training.sentence();
  }

  /** Which policy scored how many files. */
  static String scored(Figures figures) {
    TreeMap<String, Long> policies = new TreeMap<>();
    for (Row row : figures.advice()) {
      String id = row.getAs("model_id");
      if (id != null && !id.isEmpty()) {
        policies.merge(id, row.<Long>getAs("files"), Long::sum);
      }
    }
    return policies.isEmpty()
        ? "no file was scored"
        : policies.entrySet().stream()
            .map(
                policy ->
                    (policy.getKey().equals(Champion.COHORT_TABLE)
                            ? "the cohort table"
                            : "the network " + policy.getKey())
                        + " scored "
                        + (policy.getValue() == figures.files() ? "all " : "")
                        + Quantities.amount(policy.getValue(), "file", "files"))
            .collect(Collectors.joining(", "));
  }

  private static String advice(Figures figures) {
    return ACTIONS.stream()
        .map(action -> action + " " + Quantities.count(figures.files(action)))
        .collect(Collectors.joining(", "));
  }

  static String gain(Figures figures) {
    Row gain = figures.gain();
    if (gain.<Double>getAs("advised_gain") == null) {
      return "no file has advice that local data supports";
    }
    return "expected "
        + Quantities.change(gain.getAs("advised_gain"))
        + " (80 % interval "
        + Quantities.change(gain.getAs("advised_p10"))
        + " to "
        + Quantities.change(gain.getAs("advised_p90"))
        + ") for "
        + Quantities.count(gain.getAs("advised_files"))
        + " files, "
        + Quantities.bytes(gain.<Long>getAs("advised_bytes"))
        + ", that local data supports";
  }

  private static String judged(Figures figures) {
    List<Row> judged = figures.judged();
    if (judged.isEmpty()) {
      return "nothing to judge by: the response model knows no file of the held-out directories";
    }
    return "ratio to the best possible by "
        + (figures.evaluationBasis().equals("truth")
            ? "truth: "
            : "the response model of the learning directories: ")
        + judged.stream()
            .filter(row -> !"oracle".equals(row.getAs("policy")))
            .map(row -> row.getAs("policy") + " " + Quantities.decimal(row.getAs("value")))
            .collect(Collectors.joining(", "));
  }

  static String plan(Run run, Figures figures) {
    Settings.Plan limits = run.settings().plan();
    return Quantities.count(figures.planned("directories"))
        + " of "
        + Quantities.count(figures.candidates("directories"))
        + " directories (limit "
        + Quantities.count(limits.maxDirectories())
        + "), "
        + Quantities.count(figures.planned("try"))
        + " to try, "
        + Quantities.count(figures.planned("undo"))
        + " to set back, "
        + Quantities.count(figures.planned("files"))
        + " of "
        + Quantities.count(figures.candidates("files"))
        + " rewrites (limit "
        + Quantities.count(limits.maxFiles())
        + "), "
        + Quantities.bytes(Figures.sum(figures.selected("files"), "bytes"))
        + " to copy (limit "
        + Quantities.bytes(limits.maxBytes())
        + ")";
  }
}
