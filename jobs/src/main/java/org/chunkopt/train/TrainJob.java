package org.chunkopt.train;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.UserError;
import org.chunkopt.model.Registry;
import org.chunkopt.model.Scaling;
import org.chunkopt.model.TrainedModel;
import org.chunkopt.model.TrainingOutcome;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.settings.Settings;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code labels}, trains the network by parameter averaging and saves it as a candidate in
 * the registry; the outcome is {@code train.json} beside the tables. Example: {@code chunkopt train
 * --settings site.conf --date 2026-11-23}.
 */
public final class TrainJob implements Stage {
  private static final Logger LOG = LoggerFactory.getLogger(TrainJob.class);
  private static final String LABEL =
      "(log2 KiB of the chunk size with the highest lower bound of the cohort's curve - 6) / 7";

  /** A worker with fewer rows would average noise into the network. */
  private static final long LEAST_BATCHES_OF_A_WORKER = 4;

  private static final long LEAST_ROWS_OF_A_WORKER = 64;

  @Override
  public String name() {
    return "train";
  }

  @Override
  public String description() {
    return "Trains the network by parameter averaging.";
  }

  @Override
  public List<Table> writes() {
    return List.of();
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    requireRegistrator(spark);
    Settings settings = run.settings();
    Dataset<Row> labels =
        run.tables()
            .read(spark, Tables.LABELS)
            .filter(col("weight").gt(0).and(col("weight").leq(Double.MAX_VALUE)))
            .filter(col("label_scaled").between(-Float.MAX_VALUE, Float.MAX_VALUE));
    LabelCounts counts = LabelCounts.of(labels, settings.model().features());
    if (counts.train() < settings.training().minFiles()) {
      String why =
          "Nothing was trained: "
              + counts.train()
              + " files have a label that says anything, and training.min-files asks for "
              + settings.training().minFiles()
              + ".";
      TrainingOutcome.untrained(why, counts.train(), counts.validation()).write(run);
      LOG.info(why);
      return List.of(why);
    }
    return train(spark, run, labels, counts);
  }

  private static List<String> train(
      SparkSession spark, Run run, Dataset<Row> labels, LabelCounts counts) {
    Settings settings = run.settings();
    Settings.Training training = settings.training();
    List<String> features = settings.model().features();
    long seed = settings.run().seed();
    long rows = Math.min(counts.train(), training.maxRows());
    int workers = workers(spark, training, rows);
    Registry registry = new Registry(settings.output().root());
    Optional<TrainedModel> start =
        training.warmStart() ? lastNights(run, registry) : Optional.empty();
    String id =
        "mlp-"
            + run.date()
            + "-"
            + counts.fingerprint(
                settings.model(), training, seed, workers, start.map(TrainedModel::id).orElse(""));
    Checkpoints checkpoints = new Checkpoints(registry.checkpoints(id));
    Optional<Checkpoints.Progress> earlier = checkpoints.latest();
    earlier.ifPresent(
        progress -> LOG.info("Training of {} goes on after epoch {}.", id, progress.epoch()));

    Dataset<Row> trainLabels =
        TrainingRows.sample(
            labels.filter(col("split").equalTo("train")), counts.train(), training.maxRows(), seed);
    Dataset<Row> validationLabels =
        TrainingRows.sample(
            labels.filter(col("split").equalTo("validation")),
            counts.validation(),
            training.maxRows(),
            seed);
    Scaling scaling =
        earlier
            .map(Checkpoints.Progress::scaling)
            .or(() -> start.map(TrainedModel::scaling))
            .orElseGet(() -> Scaling.fit(trainLabels, features));
    List<String> warnings = new ArrayList<>();
    TrainingRows train = TrainingRows.of(trainLabels, features, scaling, workers, seed);
    TrainingRows validation = train;
    if (counts.validation() > 0) {
      validation = TrainingRows.of(validationLabels, features, scaling, workers, seed);
    } else {
      warnings.add(
          "No directory with labels is in the validation split, so the training loss itself stopped"
              + " the training. Raise evidence.validation-percent or add history.");
    }
    Optional<Checkpoints.Progress> reached;
    try {
      reached =
          new EpochLoop(settings.model(), training, seed, train, validation, checkpoints)
              .run(
                  JavaSparkContext.fromSparkContext(spark.sparkContext()),
                  scaling,
                  start.map(TrainedModel::network),
                  earlier);
    } finally {
      train.unpersist();
      validation.unpersist();
    }
    TrainingOutcome outcome = outcome(id, reached, earlier, counts);
    if (reached.isEmpty()) {
      warnings.add(outcome.sentence());
    } else {
      registry.save(model(id, run, reached.get(), outcome), outcome);
    }
    outcome.write(run);
    LOG.info(outcome.sentence());
    return warnings;
  }

  /** What the previous run trained, promoted or not, where it has the shape asked for. */
  private static Optional<TrainedModel> lastNights(Run run, Registry registry) {
    Settings.Model wanted = run.settings().model();
    Optional<TrainedModel> last =
        run.previous()
            .flatMap(previous -> TrainingOutcome.of(previous.tables()))
            .flatMap(TrainingOutcome::candidate)
            .filter(registry.list()::contains)
            .map(registry::load)
            .filter(model -> model.features().equals(wanted.features()))
            .filter(model -> model.network().widths().equals(wanted.hiddenLayers()));
    LOG.info(
        last.map(model -> "The training goes on from " + model.id() + " of the previous run.")
            .orElse(
                "The previous run has no network of these inputs and layers to go on from: the"
                    + " training begins anew."));
    return last;
  }

  private static int workers(SparkSession spark, Settings.Training training, long rows) {
    int wanted =
        training.workers() > 0 ? training.workers() : spark.sparkContext().defaultParallelism();
    long least = Math.max(LEAST_ROWS_OF_A_WORKER, LEAST_BATCHES_OF_A_WORKER * training.batchSize());
    return (int) Math.max(1, Math.min(wanted, rows / least));
  }

  private static TrainingOutcome outcome(
      String id,
      Optional<Checkpoints.Progress> reached,
      Optional<Checkpoints.Progress> earlier,
      LabelCounts counts) {
    if (reached.isEmpty()) {
      return TrainingOutcome.untrained(
          "Nothing was trained: the loss was no number after the first epoch. Lower"
              + " training.learning-rate.",
          counts.train(),
          counts.validation());
    }
    Checkpoints.Progress progress = reached.get();
    String sentence =
        String.format(
            Locale.ROOT,
            "Model %s was trained on %,d files in %d epochs; epoch %d is the best, with a validation"
                + " loss of %.4f.%s",
            id,
            counts.train(),
            progress.epoch(),
            progress.bestEpoch(),
            progress.epochs().get(progress.bestEpoch() - 1).validationLoss(),
            earlier
                .map(
                    e -> " The training went on after epoch " + e.epoch() + " of an earlier start.")
                .orElse(""));
    return new TrainingOutcome(
        id, sentence, counts.train(), counts.validation(), progress.bestEpoch(), progress.epochs());
  }

  private static TrainedModel model(
      String id, Run run, Checkpoints.Progress progress, TrainingOutcome outcome) {
    return new TrainedModel(
        id,
        run.settings().model().features(),
        progress.scaling(),
        progress.best(),
        new TrainedModel.Metadata(
            run.date().toString(),
            LABEL,
            run.settings().run().seed(),
            outcome.trainFiles(),
            outcome.validationFiles(),
            progress.epoch(),
            progress.bestEpoch(),
            outcome.epochs().get(progress.bestEpoch() - 1).validationLoss()));
  }

  private static void requireRegistrator(SparkSession spark) {
    String serializer = spark.conf().get("spark.serializer", "");
    String registrator = spark.conf().get("spark.kryo.registrator", "");
    if (serializer.endsWith("KryoSerializer") && !registrator.contains("Nd4jRegistrator")) {
      throw UserError.failed(
          "Spark serialises with Kryo, which damages the network's arrays without ND4J's help. Add"
              + " spark.kryo.registrator=org.nd4j.kryo.Nd4jRegistrator to the Spark settings"
              + " (conf/spark-defaults.conf has it).");
    }
  }
}
