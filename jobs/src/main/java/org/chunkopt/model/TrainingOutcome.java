package org.chunkopt.model;

import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.chunkopt.UserError;
import org.chunkopt.run.Run;
import org.chunkopt.tables.TableDirectory;

/**
 * What the stage train came to, as {@code train.json} beside the run's tables.
 *
 * @param modelId candidate in the registry; empty if nothing was trained
 * @param sentence what happened or why nothing was trained
 * @param trainFiles labelled files to fit
 * @param validationFiles labelled files that stop the training
 * @param bestEpoch epoch whose parameters were kept; 0 if nothing was trained
 * @param epochs losses, first to last
 */
public record TrainingOutcome(
    String modelId,
    String sentence,
    long trainFiles,
    long validationFiles,
    int bestEpoch,
    List<Epoch> epochs) {
  private static final String FILE = "train.json";

  /**
   * Losses after an epoch: weighted mean squared errors of the scaled target.
   *
   * @param number from 1
   */
  public record Epoch(int number, double trainLoss, double validationLoss) {}

  public TrainingOutcome {
    epochs = List.copyOf(epochs);
  }

  public static TrainingOutcome untrained(String why, long trainFiles, long validationFiles) {
    return new TrainingOutcome("", why, trainFiles, validationFiles, 0, List.of());
  }

  /** The candidate's id, if one was trained. */
  public Optional<String> candidate() {
    return modelId.isEmpty() ? Optional.empty() : Optional.of(modelId);
  }

  public void write(Run run) {
    ModelFiles.write(file(run.tables()), Json.write(this));
  }

  /**
   * The outcome of this run's training.
   *
   * @throws UserError if train has not run
   */
  public static TrainingOutcome read(Run run) {
    return of(run.tables())
        .orElseThrow(
            () ->
                UserError.failed(
                    "There is no " + file(run.tables()) + ". Run the command train first."));
  }

  /** The outcome beside the tables of a run, or nothing where there is none. */
  public static Optional<TrainingOutcome> of(TableDirectory tables) {
    Path file = file(tables);
    return ModelFiles.exists(file)
        ? Optional.of(Json.read(ModelFiles.read(file), TrainingOutcome.class, file.toString()))
        : Optional.empty();
  }

  private static Path file(TableDirectory tables) {
    return new Path(tables.root(), FILE);
  }
}
