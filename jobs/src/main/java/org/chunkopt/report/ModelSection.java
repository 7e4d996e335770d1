package org.chunkopt.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.chunkopt.model.TrainedModel;
import org.chunkopt.policy.Gate;

/** The sections on the model: its card, its training, and how far its inputs have moved. */
final class ModelSection {
  private ModelSection() {}

  static void write(
      Html page, Figures figures, Training training, Optional<TrainedModel> model, Drift drift) {
    page.section("model", "Model and training");
    page.paragraph(Summary.model(figures, training));
    training(page, training);
    model.ifPresent(card -> card(page, card, figures));
    page.endSection();
    drift(page, drift);
  }

  private static void training(Html page, Training training) {
    List<Training.Epoch> epochs = training.epochs();
    if (epochs.isEmpty()) {
      return;
    }
    Training.Epoch last = epochs.get(epochs.size() - 1);
    page.heading("Training")
        .see(
            "Validation loss is what counts: it is of directories that the network was not fitted"
                + " to."
                + (training.bestEpoch() > 0
                    ? " The parameters of epoch " + training.bestEpoch() + " were kept."
                    : "")
                + (last.validationLoss() > 3 * last.trainLoss()
                    ? " It ends well above the training loss: the network fits its own directories"
                        + " better than others."
                    : ""));
    page.figure(
        Curves.training(training),
        "Loss by epoch over "
            + Quantities.count(training.files())
            + " labelled files, on a logarithmic scale: mean squared error of the scaled target.");
    page.data(
        "Losses by epoch",
        List.of("#Epoch", "#Training loss", "#Validation loss"),
        epochs.stream()
            .map(
                epoch ->
                    List.of(
                        String.valueOf(epoch.number()),
                        Svg.format("%.5f", epoch.trainLoss()),
                        Svg.format("%.5f", epoch.validationLoss())))
            .toList());
  }

  private static void card(Html page, TrainedModel model, Figures figures) {
    TrainedModel.Metadata made = model.metadata();
    page.heading("Model card");
    List<List<String>> facts = new ArrayList<>();
    facts.add(List.of("Model", model.id()));
    facts.add(
        List.of(
            "What it predicts", made.label() + ", from " + model.features().size() + " inputs"));
    facts.add(
        List.of("Hidden units", model.network().widths().toString().replaceAll("[\\[\\]]", "")));
    facts.add(List.of("Trained by the run of", made.runDate()));
    facts.add(
        List.of(
            "Learnt from",
            Quantities.count(made.trainFiles())
                + " labelled files; "
                + Quantities.count(made.validationFiles())
                + " of other directories stopped the training"));
    facts.add(
        List.of(
            "Epochs",
            made.epochs()
                + ", of which "
                + made.bestEpoch()
                + " was kept, validation loss "
                + Svg.format("%.4f", made.validationLoss())));
    facts.add(List.of("Seed", String.valueOf(made.seed())));
    facts.add(List.of("Not for", "other file systems, and chunk sizes outside 64 KiB to 8 MiB"));
    page.table(List.of("Fact", "Of the model"), facts);
    gates(page, figures);
    List<List<String>> inputs = new ArrayList<>();
    for (int i = 0; i < model.features().size(); i++) {
      inputs.add(
          List.of(
              String.valueOf(i + 1),
              model.features().get(i),
              Quantities.figure(model.scaling().median()[i]),
              Quantities.figure(model.scaling().mean()[i]),
              Quantities.figure(model.scaling().sd()[i])));
    }
    page.data(
        "The inputs and their scaling",
        List.of("#No.", "Input", "#Median", "#Mean", "#Standard deviation"),
        inputs);
  }

  private static void gates(Html page, Figures figures) {
    List<List<String>> rows = new ArrayList<>();
    for (Row row : figures.evaluation()) {
      String metric = row.getAs("metric");
      if (metric.startsWith(Gate.PREFIX)) {
        Gate.named(metric.substring(Gate.PREFIX.length()))
            .ifPresent(
                gate ->
                    rows.add(
                        List.of(
                            row.getAs("policy"),
                            gate.name(),
                            gate.bounds(),
                            row.<Double>getAs("value") == 1 ? "passed" : "failed")));
      }
    }
    if (!rows.isEmpty()) {
      page.data(
          "The gates, judged by the truth of the simulated site",
          List.of("Policy", "Gate", "Wanted", "Verdict"),
          rows);
    }
  }

  private static void drift(Html page, Drift drift) {
    page.section("drift", "Have the inputs moved?");
    if (drift.features().isEmpty()) {
      page.paragraph(
              "Nothing to compare with: no network was trained in this run, and no run came before"
                  + " it.")
          .endSection();
      return;
    }
    List<Row> far = drift.far();
    List<Row> outside = drift.outside();
    page.see(
        "Tonight's files against "
            + drift.against()
            + ". "
            + (far.isEmpty()
                ? "The files are like those."
                : "The files are others in " + names(far) + ".")
            + (outside.isEmpty()
                ? " The state of the servers is within what was learnt."
                : " More than a tenth of the files have servers in a state beyond what was learnt: "
                    + names(outside)
                    + "."));
    page.figure(
        Bars.across(
            "Population stability index by input",
            drift.features().stream()
                .map(
                    row -> {
                      double index = row.getAs("stability_index");
                      return new Bars.Bar(
                          row.getAs("feature"),
                          index,
                          Svg.format("%.3f", index),
                          Drift.ofServers(row)
                              ? "servers"
                              : index > Drift.FAR ? "far" : index > Drift.MOVED ? "moved" : "node");
                    })
                .toList(),
            1,
            Drift.MOVED,
            Drift.FAR),
        "Population stability index over the tenths of the learnt values, missing ones apart: below "
            + Drift.MOVED
            + " the input is as it was, above "
            + Drift.FAR
            + " it is another; bars end at 1. Pale bars are of the servers: all files share their"
            + " one hour, so that these are always far, and what counts is how many lie outside what"
            + " was learnt.");
    page.data(
        "The inputs then and now",
        List.of(
            "Input",
            "#Index",
            "#Outside 1 to 99 %",
            "#Median then",
            "#Median now",
            "#Missing then",
            "#Missing now"),
        drift.features().stream()
            .map(
                row ->
                    List.of(
                        AdviceSections.word(row.getAs("feature")),
                        Svg.format("%.3f", row.<Double>getAs("stability_index")),
                        Quantities.percent(row.<Double>getAs("outside"), 1),
                        Quantities.figure(row.getAs("learnt_median")),
                        Quantities.figure(row.getAs("scored_median")),
                        Quantities.percent(row.<Double>getAs("learnt_missing"), 1),
                        Quantities.percent(row.<Double>getAs("scored_missing"), 1)))
            .toList());
    page.endSection();
  }

  private static String names(List<Row> features) {
    return features.stream()
        .map(row -> row.<String>getAs("feature"))
        .collect(Collectors.joining(", "));
  }
}
