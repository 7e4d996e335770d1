package org.chunkopt.model;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The policy's raw output for every row. */
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
    // As bytes, so that Spark decodes and encodes no text on the way through.
    Dataset<Row> predicted =
        addToBytes(as(rows, rows.schema(), DataTypes.StringType, DataTypes.BinaryType), model);
    return as(predicted, rows.schema().add(added()), DataTypes.StringType, DataTypes.StringType);
  }

  private static StructField added() {
    return DataTypes.createStructField(PREDICTED_LOG2_KIB, DataTypes.DoubleType, false);
  }

  /** The rows with those columns cast that have the first type in the schema. */
  private static Dataset<Row> as(
      Dataset<Row> rows, StructType schema, DataType type, DataType cast) {
    return rows.select(
        Arrays.stream(schema.fields())
            .map(
                field ->
                    field.dataType().equals(type)
                        ? col(field.name()).cast(cast).as(field.name())
                        : col(field.name()))
            .toArray(Column[]::new));
  }

  private static Dataset<Row> addToBytes(Dataset<Row> rows, TrainedModel model) {
    int[] positions =
        model.features().stream().mapToInt(name -> rows.schema().fieldIndex(name)).toArray();
    StructType schema = rows.schema().add(added());
    FoldedNetwork folded = model.network().folded();
    Scaling scaling = model.scaling();
    // Plain arrays, since Kryo cannot write records.
    Broadcast<float[][]> weights = broadcast(rows, folded.weights());
    Broadcast<float[][]> biases = broadcast(rows, folded.biases());
    int inputs = folded.inputs();
    MapPartitionsFunction<Row, Row> predict =
        partition ->
            new Blocks(
                partition,
                new FoldedNetwork(inputs, weights.value(), biases.value()),
                scaling,
                positions);
    return rows.mapPartitions(predict, Encoders.row(schema));
  }

  private static Broadcast<float[][]> broadcast(Dataset<Row> rows, float[][] values) {
    return rows.sparkSession()
        .sparkContext()
        .broadcast(values, scala.reflect.ClassTag$.MODULE$.apply(float[][].class));
  }

  /** Reads a block of rows, runs the kernel once and hands the rows on. */
  private static final class Blocks implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final Scaling scaling;
    private final int[] positions;
    private final BlockedKernel kernel;
    private final List<Row> block = new ArrayList<>(BlockedKernel.ROWS);
    private float[] outputs;
    private int next;

    Blocks(Iterator<Row> rows, FoldedNetwork network, Scaling scaling, int[] positions) {
      this.rows = rows;
      this.scaling = scaling;
      this.positions = positions;
      this.kernel = new BlockedKernel(network);
    }

    @Override
    public boolean hasNext() {
      return next < block.size() || rows.hasNext();
    }

    @Override
    public Row next() {
      if (next == block.size()) {
        if (!rows.hasNext()) {
          throw new NoSuchElementException();
        }
        fill();
      }
      Row row = block.get(next);
      int width = row.size();
      Object[] values = new Object[width + 1];
      for (int i = 0; i < width; i++) {
        values[i] = row.get(i);
      }
      values[width] = TrainedModel.log2Kib(outputs[next]);
      next++;
      return RowFactory.create(values);
    }

    private void fill() {
      block.clear();
      next = 0;
      float[][] inputs = kernel.inputs();
      while (block.size() < BlockedKernel.ROWS && rows.hasNext()) {
        Row row = rows.next();
        int at = block.size();
        for (int i = 0; i < positions.length; i++) {
          int column = positions[i];
          inputs[i][at] =
              scaling.apply(i, row.isNullAt(column) ? Double.NaN : row.getDouble(column));
        }
        block.add(row);
      }
      for (float[] input : inputs) {
        Arrays.fill(input, block.size(), BlockedKernel.ROWS, 0);
      }
      outputs = kernel.run();
    }
  }
}
