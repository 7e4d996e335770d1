package org.chunkopt.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.chunkopt.run.Run;
import org.chunkopt.tables.RejectReason;

/**
 * What an admin reads first: how many files, what would change, how much faster, what to do next,
 * what was wrong with the inputs.
 */
final class FirstScreen {
  private FirstScreen() {}

  static void write(Html page, Run run, Figures figures, List<String> warnings) {
    tiles(page, run, figures);
    page.raw("<div class=\"first\">\n<div>\n<h2>What to do next</h2>\n<ol>\n");
    next(run, figures).forEach(step -> page.raw("<li>").text(step).raw("</li>\n"));
    page.raw("</ol>\n</div>\n<div>\n<h2>What was wrong with the inputs</h2>\n<ul>\n");
    wrong(figures, warnings).forEach(fault -> page.raw("<li>").text(fault).raw("</li>\n"));
    page.raw("</ul>\n</div>\n</div>\n");
  }

  private static void tiles(Html page, Run run, Figures figures) {
    Row gain = figures.gain();
    long advised = gain.getAs("advised_files");
    Double faster = gain.getAs("advised_gain");
    page.raw("<div class=\"tiles\">\n");
    figures
        .outlook(run.settings().plan().trust().word(), "evidence")
        .ifPresent(
            plan ->
                tile(
                    page,
                    Quantities.hours(
                        plan.<Double>getAs("hours_saved") - plan.<Double>getAs("hours_lost")),
                    "hours of I/O a day of new files saved by the plan, of "
                        + Quantities.hours(plan.getAs("hours"))
                        + "; 80 % interval "
                        + Quantities.hours(plan.getAs("hours_saved_p10"))
                        + " to "
                        + Quantities.hours(plan.getAs("hours_saved_p90"))));
    tile(
        page,
        Quantities.count(figures.files()),
        "files, "
            + Quantities.bytes(figures.bytes())
            + ", one recommendation each; "
            + Summary.scored(figures));
    tile(
        page,
        Quantities.count(advised),
        "would change ("
            + Quantities.percent(advised, figures.files())
            + " of the files, "
            + Quantities.bytes(gain.<Long>getAs("advised_bytes"))
            + "): local data supports a better chunk size");
    tile(
        page,
        faster == null ? "no gain" : Quantities.change(faster),
        faster == null
            ? "that local data supports"
            : "expected throughput of those files; 80 % interval "
                + Quantities.change(gain.getAs("advised_p10"))
                + " to "
                + Quantities.change(gain.getAs("advised_p90")));
    tile(
        page,
        Quantities.count(figures.planned("directories"))
            + " + "
            + Quantities.count(figures.planned("files")),
        "planned: directories to set, and files to rewrite ("
            + Quantities.bytes(Figures.sum(figures.selected("files"), "bytes"))
            + " to copy)");
    long lines = Figures.sum(figures.ledger(), "lines");
    long rejected = Figures.sum(figures.ledger(), "rejected");
    tile(
        page,
        Quantities.count(rejected),
        "rejected of " + Quantities.count(lines) + " input lines");
    page.raw("</div>\n");
  }

  private static void tile(Html page, String number, String meaning) {
    page.raw("<div class=\"tile\"><b>").text(number).raw("</b><span>").text(meaning);
    page.raw("</span></div>\n");
  }

  private static List<String> next(Run run, Figures figures) {
    List<String> steps = new ArrayList<>();
    long directories = figures.planned("directories");
    long files = figures.planned("files");
    if (directories > 0) {
      steps.add(
          "Set the chunk size of new files in "
              + Quantities.amount(directories, "directory", "directories")
              + ": read plan/RUNBOOK.txt, then run the commands of the section The plan.");
    }
    long trials = figures.planned("try");
    if (trials > 0) {
      steps.add(
          "Try another chunk size in "
              + Quantities.amount(trials, "directory", "directories")
              + ": the gain is predicted, and the next nights measure it (part Try of plan/RUNBOOK.txt).");
    }
    long undone = figures.planned("undo");
    if (undone > 0) {
      steps.add(
          "Set "
              + Quantities.amount(undone, "directory", "directories")
              + " back: files made since the change are not faster.");
    }
    if (files > 0) {
      steps.add(
          "Rewrite "
              + Quantities.amount(files, "file", "files")
              + " when there is time: with probability 0.8 the copy pays for itself within "
              + Quantities.amount(run.settings().plan().horizonDays(), "day", "days")
              + ".");
    }
    if (directories + trials + undone + files == 0) {
      steps.add("Change nothing: no file has advice that is sure enough for the plan.");
    }
    long prior = figures.files("prior-only");
    if (prior > 0) {
      steps.add(
          "Run calibrate.sh once on a scratch directory: another chunk size is predicted to be faster"
              + " for "
              + Quantities.amount(prior, "file", "files")
              + " ("
              + Quantities.percent(prior, figures.files())
              + "), and neither the history nor a benchmark has seen it in such a use.");
    }
    long insufficient = figures.files("insufficient");
    if (insufficient > 0) {
      steps.add(
          "Complete the inputs: "
              + Quantities.amount(insufficient, "file has", "files have")
              + " too little of them for advice.");
    }
    if (Figures.having(figures.overlap(), "source", "darshan").isEmpty()) {
      steps.add("Add Darshan logs: they show how files are used better than their times do.");
    }
    return steps;
  }

  private static List<String> wrong(Figures figures, List<String> warnings) {
    List<String> faults = new ArrayList<>(warnings);
    if (!figures.rejects().isEmpty()) {
      faults.add(
          "Rejected, and kept with the reason: "
              + figures.rejects().stream()
                  .limit(4)
                  .map(
                      row ->
                          Quantities.count(row.getAs("records"))
                              + " "
                              + row.<String>getAs("reason")
                              + " ("
                              + RejectReason.valueOf(row.getAs("reason")).meaning()
                              + ")")
                  .collect(Collectors.joining(", "))
              + (figures.rejects().size() > 4 ? ", and more" : "")
              + ".");
    }
    long unbalanced = Figures.sum(figures.ledger(), "unbalanced");
    if (unbalanced > 0) {
      faults.add(
          "The ledger does not add up for " + Quantities.count(unbalanced) + " input files.");
    }
    long covered = Figures.sum(figures.advice(), "files_with_telemetry");
    if (figures.files() > 0 && covered < figures.files()) {
      faults.add(
          "No metrics of the servers of "
              + Quantities.amount(figures.files() - covered, "file", "files")
              + " ("
              + Quantities.percent(figures.files() - covered, figures.files())
              + ").");
    }
    for (Row servers : figures.telemetry()) {
      if (servers.<Double>getAs("cpu_coverage") == 0) {
        faults.add(
            "No CPU figures of the "
                + servers.<String>getAs("node_kind")
                + " servers: Telegraf reports no host by their names.");
      }
    }
    if (faults.isEmpty()) {
      faults.add("Nothing: every line was used or accounted for, and every file has metrics.");
    }
    return faults;
  }
}
