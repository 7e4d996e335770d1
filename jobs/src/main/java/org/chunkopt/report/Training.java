package org.chunkopt.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.chunkopt.UserError;
import org.chunkopt.run.RunFiles;

/**
 * What the stage train says of itself in {@code train.json}.
 *
 * @param sentence what happened, or why nothing was trained
 * @param bestEpoch epoch whose parameters were kept, 0 where there is none
 * @param epochs losses, first to last
 */
record Training(String sentence, long files, int bestEpoch, List<Epoch> epochs) {
  /** Losses after an epoch, mean squared errors of the scaled target. */
  record Epoch(int number, double trainLoss, double validationLoss) {}

  static Training read(RunFiles files) {
    return files
        .read("train.json")
        .map(Training::parse)
        .orElseGet(() -> new Training("This run holds no record of a training.", 0, 0, List.of()));
  }

  private static Training parse(String json) {
    try {
      JsonNode root = new ObjectMapper().readTree(json);
      List<Epoch> epochs = new ArrayList<>();
      for (JsonNode epoch : root.path("epochs")) {
        epochs.add(
            new Epoch(
                epoch.path("number").asInt(),
                epoch.path("train_loss").asDouble(),
                epoch.path("validation_loss").asDouble()));
      }
      return new Training(
          root.path("sentence").asText(),
          root.path("train_files").asLong() + root.path("validation_files").asLong(),
          root.path("best_epoch").asInt(),
          epochs);
    } catch (JsonProcessingException e) {
      throw UserError.failed(
          "The file train.json of this run is no JSON. Run the stage train again.", e);
    }
  }
}
