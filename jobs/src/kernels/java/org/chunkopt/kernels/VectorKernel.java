package org.chunkopt.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.chunkopt.model.FoldedNetwork;
import org.chunkopt.train.KernelBench;

/**
 * The network in blocks of rows by the JDK's vector API: four units times one vector of rows stay in
 * registers while the inputs pass. Needs {@code --add-modules jdk.incubator.vector}.
 */
final class VectorKernel implements KernelBench.Kernel {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int ROWS = 256;
  private static final int UNITS = 4;

  private final FoldedNetwork network;
  private final float[][] columns;

  VectorKernel(FoldedNetwork network) {
    this.network = network;
    this.columns = new float[network.weights().length + 1][];
    columns[0] = new float[network.inputs() * ROWS];
    for (int layer = 0; layer < network.weights().length; layer++) {
      columns[layer + 1] = new float[network.biases()[layer].length * ROWS];
    }
  }

  @Override
  public float[] run(float[] rows) {
    int inputs = network.inputs();
    int count = rows.length / inputs;
    float[] outputs = new float[count];
    for (int begin = 0; begin < count; begin += ROWS) {
      for (int row = 0; row < ROWS; row++) {
        for (int i = 0; i < inputs; i++) {
          columns[0][i * ROWS + row] = rows[(begin + row) * inputs + i];
        }
      }
      int last = network.weights().length - 1;
      for (int layer = 0; layer <= last; layer++) {
        layer(columns[layer], columns[layer + 1], layer, layer < last);
      }
      System.arraycopy(columns[last + 1], 0, outputs, begin, ROWS);
    }
    return outputs;
  }

  private void layer(float[] in, float[] out, int layer, boolean rectify) {
    float[] weights = network.weights()[layer];
    float[] biases = network.biases()[layer];
    int inputs = in.length / ROWS;
    int unit = 0;
    for (; unit + UNITS <= biases.length; unit += UNITS) {
      int w0 = unit * inputs;
      int w1 = w0 + inputs;
      int w2 = w1 + inputs;
      int w3 = w2 + inputs;
      for (int row = 0; row < ROWS; row += SPECIES.length()) {
        FloatVector a = FloatVector.broadcast(SPECIES, biases[unit]);
        FloatVector b = FloatVector.broadcast(SPECIES, biases[unit + 1]);
        FloatVector c = FloatVector.broadcast(SPECIES, biases[unit + 2]);
        FloatVector d = FloatVector.broadcast(SPECIES, biases[unit + 3]);
        for (int i = 0; i < inputs; i++) {
          FloatVector x = FloatVector.fromArray(SPECIES, in, i * ROWS + row);
          a = x.fma(FloatVector.broadcast(SPECIES, weights[w0 + i]), a);
          b = x.fma(FloatVector.broadcast(SPECIES, weights[w1 + i]), b);
          c = x.fma(FloatVector.broadcast(SPECIES, weights[w2 + i]), c);
          d = x.fma(FloatVector.broadcast(SPECIES, weights[w3 + i]), d);
        }
        store(a, out, unit * ROWS + row, rectify);
        store(b, out, (unit + 1) * ROWS + row, rectify);
        store(c, out, (unit + 2) * ROWS + row, rectify);
        store(d, out, (unit + 3) * ROWS + row, rectify);
      }
    }
    for (; unit < biases.length; unit++) {
      for (int row = 0; row < ROWS; row += SPECIES.length()) {
        FloatVector sum = FloatVector.broadcast(SPECIES, biases[unit]);
        for (int i = 0; i < inputs; i++) {
          sum =
              FloatVector.fromArray(SPECIES, in, i * ROWS + row)
                  .fma(FloatVector.broadcast(SPECIES, weights[unit * inputs + i]), sum);
        }
        store(sum, out, unit * ROWS + row, rectify);
      }
    }
  }

  private static void store(FloatVector sum, float[] out, int at, boolean rectify) {
    (rectify ? sum.max(0) : sum).intoArray(out, at);
  }
}
