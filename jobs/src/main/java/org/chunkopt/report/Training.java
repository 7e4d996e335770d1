package org.chunkopt.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.chunkopt.UserError;
import org.chunkopt.run.RunFiles;

/**
 * What the stages train and evaluate say of themselves in {@code train.json} and {@code
 * decision.json}.
 *
 * @param modelId network that was trained, empty where none was
 * @param decision why the policy that scored was chosen; empty where nothing says so
 * @param sentence what happened, or why nothing was trained
 * @param bestEpoch epoch whose parameters were kept, 0 where there is none
 * @param epochs losses, first to last
 */
record Training(
    String modelId,
    String decision,
    String sentence,
    long files,
    int bestEpoch,
    List<Epoch> epochs) {
  /** Losses after an epoch, mean squared errors of the scaled target. */
  record Epoch(int number, double trainLoss, double validationLoss) {}

  static Training read(RunFiles files) {
    JsonNode decision = json(files, "decision.json");
    JsonNode training = json(files, "train.json");
    List<Epoch> epochs = new ArrayList<>();
    for (JsonNode epoch : training.path("epochs")) {
      epochs.add(
          new Epoch(
              epoch.path("number").asInt(),
              epoch.path("train_loss").asDouble(),
              epoch.path("validation_loss").asDouble()));
    }
    return new Training(
        training.path("model_id").asText(),
        decision.path("reason").asText(),
        training.path("sentence").asText("This run holds no record of a training."),
        training.path("train_files").asLong() + training.path("validation_files").asLong(),
        training.path("best_epoch").asInt(),
        epochs);
  }

  private static JsonNode json(RunFiles files, String name) {
    try {
      return new ObjectMapper().readTree(files.read(name).orElse("{}"));
    } catch (JsonProcessingException e) {
      throw UserError.failed(
          "The file " + name + " of this run is no JSON. Run the stages train and evaluate again.",
          e);
    }
  }
}
