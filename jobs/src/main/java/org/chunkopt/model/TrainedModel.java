package org.chunkopt.model;

import java.util.List;

/**
 * A network with all that is needed to use it.
 *
 * @param id name in the registry
 * @param features columns of file_features in the order of the network's inputs
 * @param scaling of those columns
 * @param network parameters; the output is the scaled target
 * @param metadata how it came about
 */
public record TrainedModel(
    String id, List<String> features, Scaling scaling, Network network, Metadata metadata) {
  /** The target is {@code (log2 KiB - TARGET_OFFSET) / TARGET_RANGE}. */
  public static final double TARGET_OFFSET = 6;

  /** Octaves between 64 KiB and 8 MiB. */
  public static final double TARGET_RANGE = 7;

  /**
   * How a model came about.
   *
   * @param runDate date of the run that trained it, ISO
   * @param label definition of the target, in words
   * @param seed seed of the training
   * @param trainFiles labelled files it was fitted to
   * @param validationFiles labelled files that stopped the training
   * @param epochs epochs trained
   * @param bestEpoch the epoch whose parameters these are
   * @param validationLoss weighted mean squared error of the scaled target in that epoch
   */
  public record Metadata(
      String runDate,
      String label,
      long seed,
      long trainFiles,
      long validationFiles,
      int epochs,
      int bestEpoch,
      double validationLoss) {}

  public TrainedModel {
    features = List.copyOf(features);
    if (features.size() != network.inputs() || features.size() != scaling.mean().length) {
      throw new IllegalArgumentException(
          "Model "
              + id
              + " has "
              + features.size()
              + " features and "
              + network.inputs()
              + " inputs.");
    }
  }

  /** A scaled output as log2 of KiB, neither clamped nor rounded. */
  public static double log2Kib(float scaled) {
    return scaled * TARGET_RANGE + TARGET_OFFSET;
  }
}
