package org.chunkopt.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.chunkopt.model.Network;
import org.chunkopt.model.Scaling;
import org.chunkopt.model.TrainingOutcome;
import org.chunkopt.settings.Settings;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains until the validation loss stops falling, keeps the best epoch and checkpoints every one.
 * Our own loop, for Deeplearning4j's early stopping on Spark frees the live network on Spark 3.5.
 */
final class EpochLoop {
  private static final Logger LOG = LoggerFactory.getLogger(EpochLoop.class);

  private final Settings.Model model;
  private final Settings.Training training;
  private final long seed;
  private final TrainingRows train;
  private final TrainingRows validation;
  private final Checkpoints checkpoints;

  /**
   * A loop.
   *
   * @param validation rows that stop the training; {@code train} itself where there are none
   */
  EpochLoop(
      Settings.Model model,
      Settings.Training training,
      long seed,
      TrainingRows train,
      TrainingRows validation,
      Checkpoints checkpoints) {
    this.model = model;
    this.training = training;
    this.seed = seed;
    this.train = train;
    this.validation = validation;
    this.checkpoints = checkpoints;
  }

  /**
   * Trains from the beginning or from where an earlier attempt stopped.
   *
   * @param start network to begin with; a fresh one where it is empty
   * @param earlier progress of an attempt that began so
   * @return what was reached; empty if the first epoch already gave losses that are no numbers
   */
  Optional<Checkpoints.Progress> run(
      JavaSparkContext context,
      Scaling scaling,
      Optional<Network> start,
      Optional<Checkpoints.Progress> earlier) {
    MultiLayerNetwork fresh =
        Dl4jNetwork.create(
            train.inputs(), model, train.meanTarget(), training.learningRate(), seed);
    start.ifPresent(network -> Dl4jNetwork.load(fresh, network, model));
    earlier.ifPresent(progress -> Dl4jNetwork.restore(fresh, progress.state()));
    ParameterAveraging averaging =
        new ParameterAveraging(
            context,
            fresh,
            train,
            Batches.of(train, training.batchSize(), training.roundsPerEpoch()),
            seed);
    int workers = train.partitions().getNumPartitions();
    Optional<Checkpoints.Progress> reached = earlier;
    while (!finished(reached)) {
      int number = reached.map(Checkpoints.Progress::epoch).orElse(0) + 1;
      long began = System.nanoTime();
      averaging.network().setLearningRate(training.rate(number, workers));
      averaging.epoch(number);
      Network network = Dl4jNetwork.network(averaging.network(), train.inputs(), model);
      double trainLoss = train.loss(network.folded());
      double loss = validation == train ? trainLoss : validation.loss(network.folded());
      if (!Double.isFinite(trainLoss) || !Double.isFinite(loss)) {
        LOG.warn("Epoch {} gave a loss that is no number; the training ends.", number);
        return reached;
      }
      Checkpoints.Progress progress =
          after(
              reached,
              new TrainingOutcome.Epoch(number, trainLoss, loss),
              network,
              averaging,
              scaling);
      checkpoints.save(progress);
      LOG.info(
          String.format(
              Locale.ROOT,
              "epoch %d/%d train %.4f validation %.4f best %.4f %.1f s",
              number,
              training.epochs(),
              trainLoss,
              loss,
              bestLoss(progress),
              (System.nanoTime() - began) / 1e9));
      reached = Optional.of(progress);
    }
    return reached;
  }

  private Checkpoints.Progress after(
      Optional<Checkpoints.Progress> before,
      TrainingOutcome.Epoch epoch,
      Network network,
      ParameterAveraging averaging,
      Scaling scaling) {
    List<TrainingOutcome.Epoch> epochs =
        new ArrayList<>(before.map(Checkpoints.Progress::epochs).orElse(List.of()));
    epochs.add(epoch);
    boolean better =
        before.isEmpty() || epoch.validationLoss() < bestLoss(before.get()) - training.minDelta();
    return new Checkpoints.Progress(
        Dl4jNetwork.state(averaging.network()),
        better ? network : before.get().best(),
        better ? epoch.number() : before.get().bestEpoch(),
        epochs,
        scaling);
  }

  private boolean finished(Optional<Checkpoints.Progress> reached) {
    return reached
        .map(
            progress ->
                progress.epoch() >= training.epochs()
                    || progress.epoch() - progress.bestEpoch() >= training.patience())
        .orElse(false);
  }

  private static double bestLoss(Checkpoints.Progress progress) {
    return progress.epochs().get(progress.bestEpoch() - 1).validationLoss();
  }
}
