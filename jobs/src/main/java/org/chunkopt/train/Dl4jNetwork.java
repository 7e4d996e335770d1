package org.chunkopt.train;

import java.util.ArrayList;
import java.util.List;
import org.chunkopt.model.Network;
import org.chunkopt.settings.Settings;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * The mission's network in Deeplearning4j: for each hidden layer dense, batch normalisation, ReLU
 * and dropout; one linear output; mean squared error; Adam.
 */
final class Dl4jNetwork {
  private Dl4jNetwork() {}

  /**
   * Creates an untrained network that predicts the mean target for every row. With random output
   * weights the first predictions had a standard deviation of .8 where the targets have .18 (20,797
   * files), and the first epochs went into shrinking them.
   *
   * <p>The hidden weights are uniform within 1 / sqrt(inputs of the layer), PyTorch's default for
   * {@code Linear}. Batch normalisation makes their size irrelevant to the result, but the smaller
   * they are, the further a step of Adam turns them (van Laarhoven 2017, "L2 regularization versus
   * batch and weight normalization").
   *
   * @param meanTarget weighted mean of the training targets
   */
  static MultiLayerNetwork create(
      int inputs, Settings.Model model, double meanTarget, double learningRate, long seed) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .weightInit(WeightInit.UNIFORM)
            .updater(new Adam(learningRate))
            .list();
    int fanIn = inputs;
    for (int units : model.hiddenLayers()) {
      layers.layer(
          new DenseLayer.Builder().nIn(fanIn).nOut(units).activation(Activation.IDENTITY).build());
      layers.layer(
          new BatchNormalization.Builder().nIn(units).nOut(units).eps(Network.EPSILON).build());
      // BatchNormalization ignores an activation of its own.
      layers.layer(new ActivationLayer.Builder().activation(Activation.RELU).build());
      if (model.dropoutRetain() < 1) {
        layers.layer(
            new DropoutLayer.Builder(model.dropoutRetain()).nIn(units).nOut(units).build());
      }
      fanIn = units;
    }
    layers.layer(
        new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
            .nIn(fanIn)
            .nOut(1)
            .weightInit(WeightInit.ZERO)
            .biasInit(meanTarget)
            .activation(Activation.IDENTITY)
            .build());
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    return network;
  }

  /** The parameters as they are now. */
  static Network network(MultiLayerNetwork source, int inputs, Settings.Model model) {
    int layersOfAHidden = layersOfAHidden(model);
    List<Network.Hidden> hidden = new ArrayList<>();
    int at = 0;
    for (int i = 0; i < model.hiddenLayers().size(); i++) {
      String dense = at + "_";
      String normal = (at + 1) + "_";
      float[] variance = floats(source, normal + "log10stdev");
      for (int unit = 0; unit < variance.length; unit++) {
        variance[unit] = (float) Math.pow(10, 2 * (double) variance[unit]);
      }
      hidden.add(
          new Network.Hidden(
              weights(source, dense + "W"),
              floats(source, dense + "b"),
              floats(source, normal + "gamma"),
              floats(source, normal + "beta"),
              floats(source, normal + "mean"),
              variance));
      at += layersOfAHidden;
    }
    return new Network(inputs, hidden, weights(source, at + "_W"), floats(source, at + "_b")[0]);
  }

  /**
   * Makes the parameters those of the network, which has the shape of the target.
   *
   * @param model the target's own
   */
  static void load(MultiLayerNetwork target, Network network, Settings.Model model) {
    int layersOfAHidden = layersOfAHidden(model);
    int at = 0;
    for (Network.Hidden hidden : network.hidden()) {
      String dense = at + "_";
      String normal = (at + 1) + "_";
      assign(target, dense + "W", hidden.weights());
      assign(target, dense + "b", hidden.bias());
      assign(target, normal + "gamma", hidden.gamma());
      assign(target, normal + "beta", hidden.beta());
      assign(target, normal + "mean", hidden.mean());
      float[] deviation = new float[hidden.variance().length];
      for (int unit = 0; unit < deviation.length; unit++) {
        deviation[unit] = (float) (Math.log10(hidden.variance()[unit]) / 2);
      }
      assign(target, normal + "log10stdev", deviation);
      at += layersOfAHidden;
    }
    assign(target, at + "_W", network.outputWeights());
    assign(target, at + "_b", new float[] {network.outputBias()});
  }

  /** Deeplearning4j's column for every unit, out of a row for every unit. */
  private static void assign(MultiLayerNetwork target, String name, float[] byUnit) {
    INDArray values = target.getParam(name);
    long units = values.size(1);
    values.assign(
        Nd4j.createFromArray(byUnit).reshape('c', units, values.length() / units).transpose());
  }

  private static int layersOfAHidden(Settings.Model model) {
    return model.dropoutRetain() < 1 ? 4 : 3;
  }

  /** A weight matrix, row-major with a row for every unit; Deeplearning4j has a column for each. */
  private static float[] weights(MultiLayerNetwork source, String name) {
    INDArray matrix = source.getParam(name);
    int fanIn = (int) matrix.size(0);
    int units = (int) matrix.size(1);
    float[][] byInput = matrix.toFloatMatrix();
    float[] weights = new float[fanIn * units];
    for (int unit = 0; unit < units; unit++) {
      for (int i = 0; i < fanIn; i++) {
        weights[unit * fanIn + i] = byInput[i][unit];
      }
    }
    return weights;
  }

  private static float[] floats(MultiLayerNetwork source, String name) {
    return floats(source.getParam(name));
  }

  private static float[] floats(INDArray vector) {
    return vector.dup().data().asFloat();
  }

  /** All that training goes on from: parameters, the updater's state and the count of its steps. */
  record State(float[] parameters, float[] updater, int iterations) {}

  static State state(MultiLayerNetwork source) {
    return new State(
        floats(source.params()),
        floats(source.getUpdater().getStateViewArray()),
        source.getIterationCount());
  }

  static void restore(MultiLayerNetwork target, State state) {
    target.setParams(row(state.parameters()));
    target.getUpdater().setStateViewArray(target, row(state.updater()), false);
    target.setIterationCount(state.iterations());
  }

  private static INDArray row(float[] values) {
    return Nd4j.createFromArray(values).reshape(1, values.length);
  }
}
