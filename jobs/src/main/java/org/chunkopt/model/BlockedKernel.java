package org.chunkopt.model;

import java.util.Arrays;

/**
 * Evaluates a network for blocks of rows, column by column: the inner loops run over the rows of a
 * block, which the JIT compiler turns into vector instructions (separate multiply and add; on Java
 * 17 {@code Math.fma} is slower). Not thread-safe: one a task.
 */
public final class BlockedKernel {
  /** Rows of a block: small enough that a layer's columns stay in the L2 cache. */
  public static final int ROWS = 256;

  /** By how much compiled loops are faster than the first ones, at the least. */
  private static final int COMPILED_SPEEDUP = 20;

  private static final long MAX_WARM_UP_NANOS = 500_000_000;

  private static boolean warm;

  private final FoldedNetwork network;
  private final float[][][] columns;

  public BlockedKernel(FoldedNetwork network) {
    this.network = network;
    this.columns = new float[network.weights().length + 1][][];
    columns[0] = new float[network.inputs()][ROWS];
    for (int layer = 0; layer < network.weights().length; layer++) {
      columns[layer + 1] = new float[network.biases()[layer].length][ROWS];
    }
  }

  /**
   * Runs the kernel until the JIT compiler has compiled its loops, once a process and for half a
   * second at most. Where a stage begins with the kernel, its loops otherwise wait for seconds
   * behind all the code that Spark has generated for the stage, and are slow until then.
   */
  static synchronized void warmUp(FoldedNetwork network) {
    if (warm) {
      return;
    }
    warm = true;
    BlockedKernel kernel = new BlockedKernel(network);
    long begin = System.nanoTime();
    kernel.run();
    long first = System.nanoTime() - begin;
    long now = System.nanoTime();
    long took;
    do {
      long before = now;
      kernel.run();
      now = System.nanoTime();
      took = now - before;
    } while (took * COMPILED_SPEEDUP > first && now - begin < MAX_WARM_UP_NANOS);
  }

  /** A column of {@link #ROWS} scaled values for every feature, to be filled by the caller. */
  public float[][] inputs() {
    return columns[0];
  }

  /**
   * The network's output for every row of {@link #inputs}, in the scale of the target. The array is
   * overwritten by the next call.
   */
  public float[] run() {
    int last = network.weights().length - 1;
    for (int layer = 0; layer <= last; layer++) {
      float[][] in = columns[layer];
      float[][] out = columns[layer + 1];
      float[] weights = network.weights()[layer];
      float[] biases = network.biases()[layer];
      for (int unit = 0; unit < out.length; unit++) {
        Arrays.fill(out[unit], biases[unit]);
        addWeighted(in, weights, unit * in.length, out[unit]);
        if (layer < last) {
          rectify(out[unit]);
        }
      }
    }
    return columns[last + 1][0];
  }

  private static void addWeighted(float[][] in, float[] weights, int offset, float[] sum) {
    int i = 0;
    for (; i + 4 <= in.length; i += 4) {
      addFour(
          sum,
          in[i],
          weights[offset + i],
          in[i + 1],
          weights[offset + i + 1],
          in[i + 2],
          weights[offset + i + 2],
          in[i + 3],
          weights[offset + i + 3]);
    }
    for (; i < in.length; i++) {
      addOne(sum, in[i], weights[offset + i]);
    }
  }

  private static void addFour(
      float[] sum,
      float[] a,
      float wa,
      float[] b,
      float wb,
      float[] c,
      float wc,
      float[] d,
      float wd) {
    for (int row = 0; row < ROWS; row++) {
      sum[row] += a[row] * wa + b[row] * wb + c[row] * wc + d[row] * wd;
    }
  }

  private static void addOne(float[] sum, float[] a, float weight) {
    for (int row = 0; row < ROWS; row++) {
      sum[row] += a[row] * weight;
    }
  }

  private static void rectify(float[] values) {
    for (int row = 0; row < ROWS; row++) {
      values[row] = Math.max(0f, values[row]);
    }
  }
}
