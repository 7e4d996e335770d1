package org.chunkopt.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.model.Predictions;
import org.chunkopt.model.Registry;
import org.chunkopt.model.TrainedModel;
import org.chunkopt.model.TrainingOutcome;
import org.chunkopt.run.PreviousRun;
import org.chunkopt.run.Run;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Spark.class)
class TrainJobTest {
  @TempDir Path directory;

  @Test
  void learnsWhatNoLinearFunctionCan(SparkSession spark) {
    Run run =
        run(
            "a",
            "training { epochs = 12, batch-size = 32, learning-rate = 0.01, min-files = 100 }");
    Dataset<Row> labels = ToyLabels.of(spark, 3_000, ToyLabels.SAME_SIGN, "1");
    run.tables().write(Tables.LABELS, labels);

    assertThat(new TrainJob().run(spark, run)).isEmpty();

    TrainingOutcome outcome = TrainingOutcome.read(run);
    TrainedModel model = registry().load(outcome.candidate().orElseThrow());
    assertThat(outcome.trainFiles()).isEqualTo(2_100);
    assertThat(model.metadata().validationLoss()).isLessThan(0.12);
    double testError =
        Predictions.add(labels.filter("split = 'test'"), model)
            .selectExpr("avg(pow((predicted_log2_kib - 6) / 7 - label_scaled, 2))")
            .head()
            .getDouble(0);
    assertThat(testError).isLessThan(0.12);
    assertThat(registry().champion()).isEmpty();
  }

  @Test
  void oneTwoAndFourWorkersReachTheSameLoss(SparkSession spark) {
    // What no network can learn keeps the loss from zero, so that 5 % of it is a measure.
    String noise = "(pmod(xxhash64(id, 'noise'), 10001) / 10000.0D - 0.5D) * 0.4D";
    Dataset<Row> labels =
        ToyLabels.of(spark, 8_000, "0.5D + 0.4D * sin(file_size_log2 * 2) + " + noise, "1")
            .localCheckpoint();
    List<Double> losses =
        Stream.of(1, 2, 4)
            .map(
                workers -> {
                  Run run =
                      run(
                          "workers-" + workers,
                          "output.root = "
                              + quoted("registry-" + workers)
                              + ", training { epochs = 40, batch-size = 32, learning-rate = 0.003, min-files = 100,"
                              + " workers = "
                              + workers
                              + " }");
                  run.tables().write(Tables.LABELS, labels);
                  new TrainJob().run(spark, run);
                  return new Registry(directory.resolve("registry-" + workers).toString())
                      .load(TrainingOutcome.read(run).modelId())
                      .metadata()
                      .validationLoss();
                })
            .toList();

    assertThat(losses.get(0)).as("near the variance of the noise").isBetween(0.012, 0.017);
    assertThat(losses)
        .allSatisfy(loss -> assertThat(loss).isCloseTo(losses.get(0), withinPercentage(5)));
  }

  @Test
  void theSameLabelsInAnotherOrderGiveTheSameModel(SparkSession spark) {
    String settings = "training { epochs = 2, min-files = 100 }, output.root = ";
    Dataset<Row> labels = ToyLabels.of(spark, 400, ToyLabels.SAME_SIGN, "1");
    Run one = run("one", settings + quoted("x"));
    one.tables().write(Tables.LABELS, labels.repartition(3));
    Run two = run("two", settings + quoted("y"));
    two.tables().write(Tables.LABELS, labels.orderBy("network_latency_ms"));

    new TrainJob().run(spark, one);
    new TrainJob().run(spark, two);

    String id = TrainingOutcome.read(one).modelId();
    assertThat(TrainingOutcome.read(two).modelId()).isEqualTo(id);
    float[] first = new Registry(directory.resolve("x").toString()).load(id).network().flat();
    float[] second = new Registry(directory.resolve("y").toString()).load(id).network().flat();
    for (int i = 0; i < first.length; i++) {
      assertThat(second[i]).isCloseTo(first[i], within(1e-3f));
    }
  }

  @Test
  void aSecondStartTakesWhatTheFirstFinished(SparkSession spark) {
    String settings = "training { epochs = 2, min-files = 100 }";
    Dataset<Row> labels = ToyLabels.of(spark, 600, ToyLabels.SAME_SIGN, "1");
    Run first = run("first", settings);
    first.tables().write(Tables.LABELS, labels);
    Run second = run("second", settings);
    second.tables().write(Tables.LABELS, labels);
    new TrainJob().run(spark, first);
    TrainedModel model = registry().load(TrainingOutcome.read(first).modelId());

    new TrainJob().run(spark, second);

    TrainingOutcome outcome = TrainingOutcome.read(second);
    assertThat(outcome.sentence()).contains("went on after epoch 2");
    assertThat(registry().load(outcome.modelId()).network().flat())
        .isEqualTo(model.network().flat());
  }

  @Test
  void aWarmStartGoesOnFromTheNetworkOfThePreviousRun(SparkSession spark) {
    String settings = "training { epochs = 6, min-files = 100, warm-start = true }";
    Dataset<Row> labels = ToyLabels.of(spark, 2_000, ToyLabels.SAME_SIGN, "1");
    Run first = run("first", settings);
    first.tables().write(Tables.LABELS, labels);
    new TrainJob().run(spark, first);
    Run second =
        new Run(
            first.date().plusDays(1),
            first.settings(),
            new TableDirectory(directory.resolve("second").toString()),
            Optional.of(new PreviousRun(first.date(), Instant.EPOCH, "", first.tables())));
    second.tables().write(Tables.LABELS, labels);

    new TrainJob().run(spark, second);

    List<TrainingOutcome.Epoch> cold = TrainingOutcome.read(first).epochs();
    List<TrainingOutcome.Epoch> warm = TrainingOutcome.read(second).epochs();
    assertThat(warm.get(0).validationLoss())
        .isLessThan(0.7 * cold.get(0).validationLoss())
        .isCloseTo(cold.get(cold.size() - 1).validationLoss(), withinPercentage(30));
    assertThat(registry().list()).hasSize(2);
  }

  @Test
  @Tag("R17")
  @DisplayName("R17: 999 labels and fewer are said and not trained on")
  void tooFewFilesAreSaidAndNotTrainedOn(SparkSession spark) {
    Run run = run("few", "training.min-files = 1000");
    run.tables().write(Tables.LABELS, ToyLabels.of(spark, 1_000, ToyLabels.SAME_SIGN, "1"));

    List<String> warnings = new TrainJob().run(spark, run);

    assertThat(warnings).singleElement().asString().contains("700 files").contains("1000");
    assertThat(TrainingOutcome.read(run).candidate()).isEmpty();
    assertThat(registry().list()).isEmpty();
  }

  @Test
  void rowsOfNoWeightAreNoTrainingData(SparkSession spark) {
    Run run = run("flat", "training.min-files = 1");
    run.tables().write(Tables.LABELS, ToyLabels.of(spark, 500, ToyLabels.SAME_SIGN, "0"));

    assertThat(new TrainJob().run(spark, run)).singleElement().asString().contains("0 files");
  }

  @Test
  @Tag("R17")
  @DisplayName("R17: a constant label gives finite predictions")
  void aConstantLabelGivesFinitePredictions(SparkSession spark) {
    Run run = run("constant", "training { epochs = 3, min-files = 10 }, model.hidden-layers = [8]");
    Dataset<Row> labels = ToyLabels.of(spark, 600, "3.0D / 7", "0.5");
    run.tables().write(Tables.LABELS, labels);

    new TrainJob().run(spark, run);

    TrainedModel model = registry().load(TrainingOutcome.read(run).modelId());
    Row range =
        Predictions.add(labels, model)
            .selectExpr("min(predicted_log2_kib)", "max(predicted_log2_kib)")
            .head();
    assertThat(range.getDouble(0)).isGreaterThan(-100);
    assertThat(range.getDouble(1)).isLessThan(100);
  }

  @Test
  void leavesNothingHalfWritten(SparkSession spark) throws java.io.IOException {
    Run run = run("whole", "training { epochs = 3, min-files = 100 }");
    run.tables().write(Tables.LABELS, ToyLabels.of(spark, 400, ToyLabels.SAME_SIGN, "1"));

    new TrainJob().run(spark, run);

    Path model = directory.resolve("output/models/" + TrainingOutcome.read(run).modelId());
    try (Stream<Path> files = Files.list(model.resolve("checkpoints"))) {
      assertThat(files.map(f -> f.getFileName().toString())).containsExactly("epoch-000003");
    }
    assertThat(model.resolve("metrics.json")).content().contains("\"number\" : 3");
  }

  private Run run(String name, String settings) {
    return new Run(
        LocalDate.parse("2026-11-23"),
        SettingsReader.parse(
            "chunkopt { output.root = " + quoted("output") + ", " + settings + " }"),
        new TableDirectory(directory.resolve(name).toString()));
  }

  private String quoted(String name) {
    return "\"" + directory.resolve(name) + "\"";
  }

  private Registry registry() {
    return new Registry(directory.resolve("output").toString());
  }
}
