package org.chunkopt.model;

import java.util.ArrayList;
import java.util.List;

/**
 * A multilayer perceptron with batch normalisation, as float32 parameters. A hidden layer computes
 * {@code relu(gamma * (W x + b - mean) / sqrt(variance + EPSILON) + beta)}, the output is {@code w
 * x + b} of the last hidden layer.
 *
 * @param inputs number of features
 * @param hidden hidden layers, first to last
 * @param outputWeights a weight for every unit of the last hidden layer
 * @param outputBias bias of the output
 */
public record Network(int inputs, List<Hidden> hidden, float[] outputWeights, float outputBias) {
  /** What batch normalisation adds to the variance; Deeplearning4j's default. */
  public static final double EPSILON = 1e-5;

  /**
   * A dense layer and the normalisation behind it.
   *
   * @param weights row-major, a row for every unit
   */
  public record Hidden(
      float[] weights, float[] bias, float[] gamma, float[] beta, float[] mean, float[] variance) {}

  /** A named array in the flat parameters: where it begins, and its shape, row-major. */
  public record Part(String name, List<Integer> shape, int offset) {
    int length() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }
  }

  public Network {
    hidden = List.copyOf(hidden);
  }

  /** Units of the hidden layers. */
  public List<Integer> widths() {
    return hidden.stream().map(layer -> layer.bias().length).toList();
  }

  /** The order of the flat parameters. */
  public static List<Part> layout(int inputs, List<Integer> widths) {
    List<Part> parts = new ArrayList<>();
    int fanIn = inputs;
    for (int i = 0; i < widths.size(); i++) {
      int units = widths.get(i);
      String layer = "hidden" + (i + 1) + ".";
      add(parts, layer + "weights", List.of(units, fanIn));
      for (String vector : List.of("bias", "gamma", "beta", "mean", "variance")) {
        add(parts, layer + vector, List.of(units));
      }
      fanIn = units;
    }
    add(parts, "output.weights", List.of(1, fanIn));
    add(parts, "output.bias", List.of(1));
    return parts;
  }

  private static void add(List<Part> parts, String name, List<Integer> shape) {
    parts.add(new Part(name, shape, parts.isEmpty() ? 0 : end(parts)));
  }

  private static int end(List<Part> parts) {
    Part last = parts.get(parts.size() - 1);
    return Math.addExact(last.offset(), last.length());
  }

  /** Number of parameters of a network of this shape. */
  public static int size(int inputs, List<Integer> widths) {
    return end(layout(inputs, widths));
  }

  /** All parameters in the order of {@link #layout}. */
  public float[] flat() {
    float[] flat = new float[size(inputs, widths())];
    int at = 0;
    for (Hidden layer : hidden) {
      at = append(flat, at, layer.weights());
      at = append(flat, at, layer.bias());
      at = append(flat, at, layer.gamma());
      at = append(flat, at, layer.beta());
      at = append(flat, at, layer.mean());
      at = append(flat, at, layer.variance());
    }
    at = append(flat, at, outputWeights);
    flat[at] = outputBias;
    return flat;
  }

  private static int append(float[] flat, int at, float[] part) {
    System.arraycopy(part, 0, flat, at, part.length);
    return at + part.length;
  }

  /** The network of these parameters, in the order of {@link #layout}. */
  public static Network of(int inputs, List<Integer> widths, float[] flat) {
    if (flat.length != size(inputs, widths)) {
      throw new IllegalArgumentException(
          "A network " + inputs + "-" + widths + " has no " + flat.length + " parameters.");
    }
    Cursor cursor = new Cursor(flat);
    List<Hidden> hidden = new ArrayList<>();
    int fanIn = inputs;
    for (int units : widths) {
      hidden.add(
          new Hidden(
              cursor.next(units * fanIn),
              cursor.next(units),
              cursor.next(units),
              cursor.next(units),
              cursor.next(units),
              cursor.next(units)));
      fanIn = units;
    }
    return new Network(inputs, hidden, cursor.next(fanIn), cursor.next(1)[0]);
  }

  private static final class Cursor {
    private final float[] flat;
    private int at;

    Cursor(float[] flat) {
      this.flat = flat;
    }

    float[] next(int length) {
      at += length;
      return java.util.Arrays.copyOfRange(flat, at - length, at);
    }
  }

  /** The same function with batch normalisation folded into the dense layers. */
  public FoldedNetwork folded() {
    int layers = hidden.size() + 1;
    float[][] weights = new float[layers][];
    float[][] biases = new float[layers][];
    for (int l = 0; l < hidden.size(); l++) {
      Hidden layer = hidden.get(l);
      int units = layer.bias().length;
      int fanIn = layer.weights().length / units;
      weights[l] = new float[units * fanIn];
      biases[l] = new float[units];
      for (int unit = 0; unit < units; unit++) {
        double factor = layer.gamma()[unit] / Math.sqrt(layer.variance()[unit] + EPSILON);
        for (int i = unit * fanIn; i < (unit + 1) * fanIn; i++) {
          weights[l][i] = (float) (layer.weights()[i] * factor);
        }
        biases[l][unit] =
            (float) ((layer.bias()[unit] - layer.mean()[unit]) * factor + layer.beta()[unit]);
      }
    }
    weights[layers - 1] = outputWeights.clone();
    biases[layers - 1] = new float[] {outputBias};
    return new FoldedNetwork(inputs, weights, biases);
  }
}
