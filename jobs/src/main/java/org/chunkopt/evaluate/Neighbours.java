package org.chunkopt.evaluate;

import java.io.Serializable;
import java.util.Arrays;

/**
 * The policy k-NN: of the {@value #K} nearest observations, the chunk size with the highest mean
 * log2 throughput among those that it has neighbours of.
 */
final class Neighbours implements Serializable {
  private static final long serialVersionUID = 1L;

  static final int K = 25;
  private static final int ARMS = 8;

  private final float[] means;
  private final float[] scales;
  private final float[][] points;
  private final int[] arms;
  private final double[] responses;

  /**
   * The observations.
   *
   * @param inputs a row each; not a number where missing, which counts as the mean
   * @param arms positions of their chunk sizes, 0..7
   * @param responses log2 throughputs
   */
  Neighbours(double[][] inputs, int[] arms, double[] responses) {
    int width = inputs.length == 0 ? 0 : inputs[0].length;
    this.means = new float[width];
    this.scales = new float[width];
    for (int c = 0; c < width; c++) {
      int column = c;
      double[] known =
          Arrays.stream(inputs).mapToDouble(row -> row[column]).filter(Double::isFinite).toArray();
      double mean = Arrays.stream(known).average().orElse(0);
      double variance = Arrays.stream(known).map(v -> (v - mean) * (v - mean)).average().orElse(0);
      means[c] = (float) mean;
      scales[c] = variance > 0 ? (float) (1 / Math.sqrt(variance)) : 0;
    }
    this.points = Arrays.stream(inputs).map(this::standardised).toArray(float[][]::new);
    this.arms = arms.clone();
    this.responses = responses.clone();
  }

  private float[] standardised(double[] row) {
    float[] point = new float[row.length];
    for (int c = 0; c < row.length; c++) {
      point[c] = Double.isFinite(row[c]) ? ((float) row[c] - means[c]) * scales[c] : 0;
    }
    return point;
  }

  /** Position of the chunk size chosen for a file; at least one observation is needed. */
  int choose(double[] row) {
    float[] at = standardised(row);
    int kept = Math.min(K, points.length);
    float[] distances = new float[kept];
    int[] nearest = new int[kept];
    Arrays.fill(distances, Float.POSITIVE_INFINITY);
    for (int i = 0; i < points.length; i++) {
      float[] point = points[i];
      float distance = 0;
      for (int c = 0; c < point.length; c++) {
        float difference = point[c] - at[c];
        distance += difference * difference;
      }
      if (distance < distances[kept - 1]) {
        int place = kept - 1;
        while (place > 0 && distances[place - 1] > distance) {
          distances[place] = distances[place - 1];
          nearest[place] = nearest[place - 1];
          place--;
        }
        distances[place] = distance;
        nearest[place] = i;
      }
    }
    double[] sums = new double[ARMS];
    int[] counts = new int[ARMS];
    for (int i : nearest) {
      sums[arms[i]] += responses[i];
      counts[arms[i]]++;
    }
    int best = -1;
    for (int arm = 0; arm < ARMS; arm++) {
      if (counts[arm] > 0 && (best < 0 || sums[arm] / counts[arm] > sums[best] / counts[best])) {
        best = arm;
      }
    }
    return best;
  }
}
