package org.chunkopt.train;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.chunkopt.UserError;
import org.chunkopt.model.Json;
import org.chunkopt.model.ModelFiles;
import org.chunkopt.model.Network;
import org.chunkopt.model.Scaling;
import org.chunkopt.model.TrainingOutcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The state after an epoch, so that a killed training goes on where it was. The last is kept. */
final class Checkpoints {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final String HEADER = "checkpoint.json";
  private static final String STATE = "state.f32";

  /** What a training has reached; the best network may be older than the state. */
  record Progress(
      Dl4jNetwork.State state,
      Network best,
      int bestEpoch,
      List<TrainingOutcome.Epoch> epochs,
      Scaling scaling) {
    int epoch() {
      return epochs.size();
    }
  }

  private record Header(
      int inputs,
      List<Integer> hidden,
      int parameters,
      int updater,
      int iterations,
      int bestEpoch,
      List<TrainingOutcome.Epoch> epochs,
      double[] median,
      double[] mean,
      double[] sd,
      String sha256) {}

  private final Path directory;

  Checkpoints(Path directory) {
    this.directory = directory;
  }

  /** Writes the progress aside, renames it to its epoch's name and drops the older ones. */
  void save(Progress progress) {
    Dl4jNetwork.State state = progress.state();
    float[] best = progress.best().flat();
    float[] all = new float[state.parameters().length + state.updater().length + best.length];
    System.arraycopy(state.parameters(), 0, all, 0, state.parameters().length);
    System.arraycopy(state.updater(), 0, all, state.parameters().length, state.updater().length);
    System.arraycopy(best, 0, all, all.length - best.length, best.length);
    byte[] bytes = ModelFiles.bytes(all);
    Scaling scaling = progress.scaling();
    Header header =
        new Header(
            progress.best().inputs(),
            progress.best().widths(),
            state.parameters().length,
            state.updater().length,
            state.iterations(),
            progress.bestEpoch(),
            progress.epochs(),
            scaling.median(),
            scaling.mean(),
            scaling.sd(),
            ModelFiles.sha256(bytes));
    List<String> older = ModelFiles.names(directory);
    String name = String.format("epoch-%06d", progress.epoch());
    Path aside = new Path(directory, "writing-" + name);
    ModelFiles.delete(aside);
    ModelFiles.write(new Path(aside, STATE), bytes);
    ModelFiles.write(new Path(aside, HEADER), Json.write(header));
    ModelFiles.delete(new Path(directory, name));
    ModelFiles.rename(aside, new Path(directory, name));
    older.stream()
        .filter(other -> !other.equals(name))
        .forEach(other -> ModelFiles.delete(new Path(directory, other)));
  }

  /** The newest progress that is whole. */
  Optional<Progress> latest() {
    List<String> names = ModelFiles.names(directory);
    for (int i = names.size() - 1; i >= 0; i--) {
      if (names.get(i).startsWith("epoch-")) {
        try {
          return Optional.of(read(new Path(directory, names.get(i))));
        } catch (UserError e) {
          LOG.warn("{} The checkpoint is not used.", e.getMessage());
        }
      }
    }
    return Optional.empty();
  }

  private static Progress read(Path checkpoint) {
    Path headerFile = new Path(checkpoint, HEADER);
    Path stateFile = new Path(checkpoint, STATE);
    if (!ModelFiles.exists(headerFile) || !ModelFiles.exists(stateFile)) {
      throw UserError.failed(checkpoint + " is not complete.");
    }
    Header header = Json.read(ModelFiles.read(headerFile), Header.class, headerFile.toString());
    long floats =
        (long) header.parameters()
            + header.updater()
            + Network.size(header.inputs(), header.hidden());
    byte[] bytes = ModelFiles.read(stateFile, floats * Float.BYTES);
    if (!ModelFiles.sha256(bytes).equals(header.sha256())) {
      throw UserError.failed(stateFile + " has another SHA-256 than its header says.");
    }
    float[] all = ModelFiles.floats(bytes);
    int bestAt = header.parameters() + header.updater();
    return new Progress(
        new Dl4jNetwork.State(
            Arrays.copyOf(all, header.parameters()),
            Arrays.copyOfRange(all, header.parameters(), bestAt),
            header.iterations()),
        Network.of(header.inputs(), header.hidden(), Arrays.copyOfRange(all, bestAt, all.length)),
        header.bestEpoch(),
        header.epochs(),
        new Scaling(header.median(), header.mean(), header.sd()));
  }
}
