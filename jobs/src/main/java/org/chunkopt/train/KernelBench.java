package org.chunkopt.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.chunkopt.bench.BenchRow;
import org.chunkopt.bench.Timing;
import org.chunkopt.model.BlockedKernel;
import org.chunkopt.model.FoldedNetwork;
import org.chunkopt.model.Network;
import org.chunkopt.settings.Settings;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Times ways to evaluate the network over the same rows in memory, on one thread, by its CPU time.
 * All have to agree with Deeplearning4j's own output.
 */
public final class KernelBench {
  /** Most that a kernel's output may differ from Deeplearning4j's. */
  public static final double TOLERANCE = 1e-5;

  private static final int ROWS = 1 << 17;
  private static final int BATCH = 1024;
  private static final int INPUTS = 15;
  private static final long SEED = 20261123;

  private KernelBench() {}

  /** Evaluates rows: the inputs row after row in, an output for each row out. */
  public interface Kernel {
    float[] run(float[] rows);
  }

  /**
   * A way to evaluate a network.
   *
   * @param name for the table
   * @param batch rows that are best given to it at once
   */
  public record Candidate(String name, int batch, Kernel kernel) {}

  /** Makes candidates of a network; for those beside the ones that are always timed. */
  public interface Maker {
    List<Candidate> of(FoldedNetwork network);
  }

  /**
   * Times every candidate in turn and keeps the best round of each.
   *
   * @param more candidates beside the blocked kernel, ND4J's matrix products and Deeplearning4j
   * @throws IllegalStateException if one of them gives another output than Deeplearning4j
   */
  public static List<BenchRow> run(Settings.Model model, int rounds, Maker more) {
    MultiLayerNetwork network = Dl4jNetwork.create(INPUTS, model, 0, 0.001, SEED);
    // An untrained network predicts a constant, on which any two candidates would agree.
    Network untrained = Dl4jNetwork.network(network, INPUTS, model);
    float[] ones = untrained.outputWeights();
    Arrays.fill(ones, 1);
    Dl4jNetwork.load(network, new Network(INPUTS, untrained.hidden(), ones, 0), model);
    FoldedNetwork folded = Dl4jNetwork.network(network, INPUTS, model).folded();
    List<Candidate> candidates = new ArrayList<>();
    candidates.add(new Candidate("blocked kernel", ROWS, blocked(folded)));
    candidates.add(new Candidate("ND4J matrix products", BATCH, products(folded)));
    candidates.add(
        new Candidate(
            "Deeplearning4j output()", BATCH, rows -> floats(network.output(matrix(rows)))));
    candidates.addAll(more.of(folded));
    float[] rows = new float[ROWS * INPUTS];
    Random random = new Random(SEED);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) random.nextGaussian();
    }
    float[] expected = evaluate(candidates.get(2), rows);
    candidates.forEach(candidate -> requireSame(candidate, evaluate(candidate, rows), expected));
    Timing[] best = new Timing[candidates.size()];
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < best.length; i++) {
        Candidate candidate = candidates.get(i);
        Timing time = Timing.of(() -> evaluate(candidate, rows));
        if (best[i] == null || time.seconds() < best[i].seconds()) {
          best[i] = time;
        }
      }
    }
    return IntStream.range(0, best.length)
        .mapToObj(
            i ->
                new BenchRow(
                    "kernels", candidates.get(i).name(), "files", 1, ROWS, best[i], Double.NaN))
        .toList();
  }

  private static float[] evaluate(Candidate candidate, float[] rows) {
    float[] outputs = new float[ROWS];
    float[] part = new float[candidate.batch() * INPUTS];
    for (int begin = 0; begin < ROWS; begin += candidate.batch()) {
      System.arraycopy(rows, begin * INPUTS, part, 0, part.length);
      System.arraycopy(candidate.kernel().run(part), 0, outputs, begin, candidate.batch());
    }
    return outputs;
  }

  private static void requireSame(Candidate candidate, float[] actual, float[] expected) {
    for (int row = 0; row < ROWS; row++) {
      double difference = Math.abs(actual[row] - expected[row]);
      if (!(difference <= TOLERANCE)) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "%s gives %g where Deeplearning4j gives %g.",
                candidate.name(),
                actual[row],
                expected[row]));
      }
    }
  }

  private static Kernel blocked(FoldedNetwork network) {
    BlockedKernel kernel = new BlockedKernel(network);
    return rows -> {
      int count = rows.length / INPUTS;
      float[] outputs = new float[count];
      for (int begin = 0; begin < count; begin += BlockedKernel.ROWS) {
        for (int i = 0; i < INPUTS; i++) {
          float[] column = kernel.inputs()[i];
          for (int row = 0; row < BlockedKernel.ROWS; row++) {
            column[row] = rows[(begin + row) * INPUTS + i];
          }
        }
        System.arraycopy(kernel.run(), 0, outputs, begin, BlockedKernel.ROWS);
      }
      return outputs;
    };
  }

  private static Kernel products(FoldedNetwork network) {
    int layers = network.weights().length;
    INDArray[] weights = new INDArray[layers];
    INDArray[] biases = new INDArray[layers];
    int inputs = network.inputs();
    for (int layer = 0; layer < layers; layer++) {
      int units = network.biases()[layer].length;
      weights[layer] =
          Nd4j.create(network.weights()[layer], new int[] {units, inputs}, 'c')
              .transpose()
              .dup('f');
      biases[layer] = Nd4j.create(network.biases()[layer], new int[] {1, units}, 'c');
      inputs = units;
    }
    return rows -> {
      INDArray values = matrix(rows);
      for (int layer = 0; layer < layers; layer++) {
        values = values.mmul(weights[layer]).addiRowVector(biases[layer]);
        if (layer < layers - 1) {
          values = Transforms.relu(values, false);
        }
      }
      return floats(values);
    };
  }

  private static INDArray matrix(float[] rows) {
    return Nd4j.create(rows, new int[] {rows.length / INPUTS, INPUTS}, 'c');
  }

  private static float[] floats(INDArray values) {
    return values.dup('c').data().asFloat();
  }
}
