package org.chunkopt.model;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.chunkopt.tables.Tables;

/** Models with random parameters. */
final class Models {
  private Models() {}

  static TrainedModel random(String id, long seed) {
    List<String> features = Tables.DEFAULT_FEATURES;
    int n = features.size();
    double[] sd = new double[n];
    Arrays.fill(sd, 2);
    double[] mean = new double[n];
    Arrays.fill(mean, 1);
    return new TrainedModel(
        id,
        features,
        new Scaling(new double[n], mean, sd),
        network(n, List.of(10, 7), seed),
        new TrainedModel.Metadata("2026-11-23", "best chunk", seed, 10, 2, 3, 2, 0.25));
  }

  static Network network(int inputs, List<Integer> widths, long seed) {
    Random random = new Random(seed);
    float[] flat = new float[Network.size(inputs, widths)];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) random.nextGaussian() / 2;
    }
    for (Network.Part part : Network.layout(inputs, widths)) {
      if (part.name().endsWith("variance")) {
        for (int i = 0; i < part.length(); i++) {
          flat[part.offset() + i] = 0.5f + random.nextFloat();
        }
      }
    }
    return Network.of(inputs, widths, flat);
  }
}
