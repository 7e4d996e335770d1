package org.chunkopt.model;

import java.util.List;

/** What {@code model.json} holds: with {@code weights.f32}, all that predictions need. */
record ModelDescription(
    int schemaVersion,
    String modelId,
    String site,
    List<String> features,
    Inputs scaling,
    Shape network,
    Target target,
    Weights weights,
    TrainedModel.Metadata metadata) {
  static final int VERSION = 2;

  /** Float32, little-endian. */
  static final String DTYPE = "<f4";

  record Inputs(String formula, float limit, double[] median, double[] mean, double[] sd) {}

  record Shape(String formula, int inputs, List<Integer> hidden, double epsilon) {}

  record Target(String formula, double offset, double range) {}

  record Weights(String file, String dtype, int count, String sha256, List<Network.Part> layout) {}

  /**
   * @param site id of the registry, so that a model is not taken for one of another file system
   */
  static ModelDescription of(TrainedModel model, String site, byte[] weights) {
    Network network = model.network();
    Scaling scaling = model.scaling();
    return new ModelDescription(
        VERSION,
        model.id(),
        site,
        model.features(),
        new Inputs(
            "x = median where the value is null or not finite;"
                + " z = clip((x - mean) / sd, -limit, limit)",
            Scaling.LIMIT,
            scaling.median(),
            scaling.mean(),
            scaling.sd()),
        new Shape(
            "h = z; per hidden layer h = relu(gamma * (weights @ h + bias - mean)"
                + " / sqrt(variance + epsilon) + beta); y = output.weights @ h + output.bias",
            network.inputs(),
            network.widths(),
            Network.EPSILON),
        new Target(
            "predicted_log2_kib = y * range + offset",
            TrainedModel.TARGET_OFFSET,
            TrainedModel.TARGET_RANGE),
        new Weights(
            Registry.WEIGHTS,
            DTYPE,
            weights.length / Float.BYTES,
            ModelFiles.sha256(weights),
            Network.layout(network.inputs(), network.widths())),
        model.metadata());
  }
}
