package org.chunkopt.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.chunkopt.model.BlockedKernel;
import org.chunkopt.model.FoldedNetwork;
import org.chunkopt.model.Scaling;
import scala.Tuple2;

/**
 * Scaled rows of one split, in memory: a partition for every worker, each one array with its rows
 * one after another, as the inputs, the target and the weight. Which row is where follows from the
 * seed and the file alone, whatever the order the rows came in.
 */
final class TrainingRows {
  private static final int SAMPLE_STEPS = 1_000_000_000;

  private final JavaRDD<float[]> partitions;
  private final int inputs;
  private final long[] rows;
  private final double weight;
  private final double meanTarget;

  private TrainingRows(JavaRDD<float[]> partitions, int inputs) {
    this.partitions = partitions;
    this.inputs = inputs;
    List<double[]> figures = partitions.map(packed -> figures(packed, inputs + 2)).collect();
    this.rows = figures.stream().mapToLong(f -> (long) f[0]).toArray();
    this.weight = figures.stream().mapToDouble(f -> f[1]).sum();
    this.meanTarget = figures.stream().mapToDouble(f -> f[2]).sum() / weight;
  }

  /**
   * Scales and distributes labelled rows.
   *
   * @param labels rows of {@code labels} with a target and a positive weight
   */
  static TrainingRows of(
      Dataset<Row> labels, List<String> features, Scaling scaling, int workers, long seed) {
    List<Column> columns = new ArrayList<>();
    features.forEach(feature -> columns.add(col(feature)));
    columns.add(col("label_scaled"));
    columns.add(col("weight"));
    columns.add(xxhash64(lit(seed), col("path_bytes")));
    int inputs = features.size();
    JavaRDD<float[]> partitions =
        labels
            .select(columns.toArray(Column[]::new))
            .toJavaRDD()
            .mapToPair(row -> new Tuple2<>(row.getLong(inputs + 2), scaled(row, scaling, inputs)))
            .repartitionAndSortWithinPartitions(new ByHash(workers))
            .values()
            .mapPartitions(rows -> List.of(pack(rows)).iterator())
            .persist(StorageLevel.MEMORY_AND_DISK());
    return new TrainingRows(partitions, inputs);
  }

  /** About this many of the rows, chosen by the file; all of them if there are no more. */
  static Dataset<Row> sample(Dataset<Row> labels, long rows, long wanted, long seed) {
    if (rows <= wanted) {
      return labels;
    }
    long threshold = (long) ((double) wanted / rows * SAMPLE_STEPS);
    return labels.filter(
        pmod(xxhash64(lit(seed), lit("sample"), col("path_bytes")), lit(SAMPLE_STEPS))
            .lt(threshold));
  }

  private static float[] scaled(Row row, Scaling scaling, int inputs) {
    float[] values = new float[inputs + 2];
    for (int i = 0; i < inputs; i++) {
      values[i] = scaling.apply(i, row.isNullAt(i) ? Double.NaN : row.getDouble(i));
    }
    values[inputs] = (float) row.getDouble(inputs);
    values[inputs + 1] = (float) row.getDouble(inputs + 1);
    return values;
  }

  private static float[] pack(Iterator<float[]> rows) {
    float[] packed = new float[0];
    int length = 0;
    while (rows.hasNext()) {
      float[] row = rows.next();
      if (length + row.length > packed.length) {
        packed = Arrays.copyOf(packed, Math.max(1024 * row.length, Math.multiplyExact(2, length)));
      }
      System.arraycopy(row, 0, packed, length, row.length);
      length += row.length;
    }
    return Arrays.copyOf(packed, length);
  }

  /** Number of rows, sum of the weights, and sum of the weighted targets. */
  private static double[] figures(float[] packed, int width) {
    double weight = 0;
    double target = 0;
    for (int i = width - 1; i < packed.length; i += width) {
      weight += packed[i];
      target += (double) packed[i] * packed[i - 1];
    }
    return new double[] {packed.length / (double) width, weight, target};
  }

  JavaRDD<float[]> partitions() {
    return partitions;
  }

  int inputs() {
    return inputs;
  }

  long count() {
    return Arrays.stream(rows).sum();
  }

  /** Rows of the fullest partition. */
  long mostRows() {
    return Arrays.stream(rows).max().orElse(0);
  }

  double meanWeight() {
    return weight / count();
  }

  /** Weighted mean of the targets. */
  double meanTarget() {
    return meanTarget;
  }

  /** The network's weighted mean squared error over all rows. */
  double loss(FoldedNetwork network) {
    double sum = 0;
    for (double part : partitions.map(packed -> squaredError(packed, network)).collect()) {
      sum += part;
    }
    return sum / weight;
  }

  private static double squaredError(float[] packed, FoldedNetwork network) {
    int inputs = network.inputs();
    int width = inputs + 2;
    int rows = packed.length / width;
    BlockedKernel kernel = new BlockedKernel(network);
    double sum = 0;
    for (int begin = 0; begin < rows; begin += BlockedKernel.ROWS) {
      int end = Math.min(rows, begin + BlockedKernel.ROWS);
      for (int row = begin; row < end; row++) {
        for (int i = 0; i < inputs; i++) {
          kernel.inputs()[i][row - begin] = packed[row * width + i];
        }
      }
      float[] outputs = kernel.run();
      for (int row = begin; row < end; row++) {
        double error = outputs[row - begin] - packed[row * width + inputs];
        sum += packed[row * width + inputs + 1] * error * error;
      }
    }
    return sum;
  }

  void unpersist() {
    partitions.unpersist();
  }

  private static final class ByHash extends Partitioner {
    private static final long serialVersionUID = 1L;
    private final int workers;

    ByHash(int workers) {
      this.workers = workers;
    }

    @Override
    public int numPartitions() {
      return workers;
    }

    @Override
    public int getPartition(Object key) {
      return Math.floorMod((Long) key, workers);
    }
  }
}
