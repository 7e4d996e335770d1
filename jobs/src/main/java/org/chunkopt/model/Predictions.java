package org.chunkopt.model;

import static org.apache.spark.sql.functions.lit;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;

/**
 * The policy's raw output for every row.
 *
 * <p>It works on Spark's own rows, which are bytes: turning each into a {@link Row} and back costs
 * more than the network does.
 */
public final class Predictions {
  /** Column that is added: log2 of KiB, finite, neither clamped nor snapped. */
  public static final String PREDICTED_LOG2_KIB = "predicted_log2_kib";

  private Predictions() {}

  /**
   * The same rows with the column {@link #PREDICTED_LOG2_KIB} at their end, in one pass without a
   * shuffle. Narrow the rows before: every other column is copied.
   *
   * @param rows hold the model's features as DOUBLE columns, null where missing
   * @throws IllegalArgumentException if a feature is missing
   */
  public static Dataset<Row> add(Dataset<Row> rows, TrainedModel model) {
    int[] positions =
        model.features().stream().mapToInt(name -> rows.schema().fieldIndex(name)).toArray();
    // The column is there from the start, so that a prediction is written into its place.
    Dataset<Row> placed = rows.withColumn(PREDICTED_LOG2_KIB, lit(0D));
    int width = placed.schema().size();
    SparkSession spark = rows.sparkSession();
    FoldedNetwork folded = model.network().folded();
    Scaling scaling = model.scaling();
    // Plain arrays, since Kryo cannot write records.
    Broadcast<float[][]> weights = broadcast(spark, folded.weights());
    Broadcast<float[][]> biases = broadcast(spark, folded.biases());
    int inputs = folded.inputs();
    JavaRDD<InternalRow> predicted =
        placed
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(
                partition ->
                    new Blocks(
                        partition,
                        new FoldedNetwork(inputs, weights.value(), biases.value()),
                        scaling,
                        positions,
                        width));
    return spark.internalCreateDataFrame(predicted.rdd(), placed.schema(), false);
  }

  /**
   * The model's outputs for a few rows in memory.
   *
   * @param inputs a row each, in the order of the model's features; not a number where missing
   * @return log2 of KiB, neither clamped nor snapped
   */
  public static double[] log2Kib(List<double[]> inputs, TrainedModel model) {
    BlockedKernel kernel = new BlockedKernel(model.network().folded());
    double[] outputs = new double[inputs.size()];
    for (int begin = 0; begin < outputs.length; begin += BlockedKernel.ROWS) {
      int rows = Math.min(BlockedKernel.ROWS, outputs.length - begin);
      for (int i = 0; i < model.features().size(); i++) {
        float[] column = kernel.inputs()[i];
        for (int row = 0; row < rows; row++) {
          column[row] = model.scaling().apply(i, inputs.get(begin + row)[i]);
        }
      }
      float[] scaled = kernel.run();
      for (int row = 0; row < rows; row++) {
        outputs[begin + row] = TrainedModel.log2Kib(scaled[row]);
      }
    }
    return outputs;
  }

  private static Broadcast<float[][]> broadcast(SparkSession spark, float[][] values) {
    return spark
        .sparkContext()
        .broadcast(values, scala.reflect.ClassTag$.MODULE$.apply(float[][].class));
  }

  /**
   * Reads a block of rows, runs the kernel once and hands the rows on. The row that is handed on is
   * the same object each time, as with Spark's own iterators.
   */
  private static final class Blocks implements Iterator<InternalRow> {
    private final Iterator<InternalRow> rows;
    private final Scaling scaling;
    private final int[] positions;
    private final int width;
    private final BlockedKernel kernel;
    private final UnsafeRow row;

    /** The rows of the block, one behind the other, and where each begins. */
    private byte[] bytes = new byte[BlockedKernel.ROWS * 512];

    private final int[] starts = new int[BlockedKernel.ROWS + 1];
    private float[] outputs;
    private int size;
    private int next;

    Blocks(
        Iterator<InternalRow> rows,
        FoldedNetwork network,
        Scaling scaling,
        int[] positions,
        int width) {
      this.rows = rows;
      this.scaling = scaling;
      this.positions = positions;
      this.width = width;
      BlockedKernel.warmUp(network);
      this.kernel = new BlockedKernel(network);
      this.row = new UnsafeRow(width);
    }

    @Override
    public boolean hasNext() {
      return next < size || rows.hasNext();
    }

    @Override
    public InternalRow next() {
      if (next == size) {
        if (!rows.hasNext()) {
          throw new NoSuchElementException();
        }
        fill();
      }
      row.pointTo(
          bytes, Platform.BYTE_ARRAY_OFFSET + starts[next], starts[next + 1] - starts[next]);
      row.setDouble(width - 1, TrainedModel.log2Kib(outputs[next]));
      next++;
      return row;
    }

    private void fill() {
      size = 0;
      next = 0;
      float[][] inputs = kernel.inputs();
      while (size < BlockedKernel.ROWS && rows.hasNext()) {
        UnsafeRow read = (UnsafeRow) rows.next();
        keep(read);
        for (int i = 0; i < positions.length; i++) {
          int column = positions[i];
          inputs[i][size] =
              scaling.apply(i, read.isNullAt(column) ? Double.NaN : read.getDouble(column));
        }
        size++;
      }
      for (float[] input : inputs) {
        Arrays.fill(input, size, BlockedKernel.ROWS, 0);
      }
      outputs = kernel.run();
    }

    private void keep(UnsafeRow read) {
      int start = starts[size];
      int end = Math.addExact(start, read.getSizeInBytes());
      if (end > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(end, Math.multiplyExact(bytes.length, 2)));
      }
      read.writeToMemory(bytes, Platform.BYTE_ARRAY_OFFSET + start);
      starts[size + 1] = end;
    }
  }
}
