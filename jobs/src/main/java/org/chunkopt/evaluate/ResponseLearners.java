package org.chunkopt.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.regression.GBTRegressionModel;
import org.apache.spark.ml.regression.GBTRegressor;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The usual opponents: models of the measured throughput, whose choice is the chunk size with the
 * highest prediction. They see the history as it is, confounding included.
 *
 * <p>The trees read the fifteen inputs with the chunk size of the observation in the place of the
 * current one: in a history both are the same column, and a tree that splits on the current chunk
 * size would choose by nothing. A missing input is -1, below every value that is not.
 */
final class ResponseLearners {
  /** More observations than this are sampled, and more files are not asked about. */
  static final int MAX_ROWS = 20_000;

  /** Fewer observations than this teach nothing. */
  private static final int MIN_ROWS = 100;

  private static final int ARMS = 8;
  private static final int TREES = 20;
  private static final int DEPTH = 5;
  private static final double MISSING = -1;

  private static final List<String> TREE_INPUTS =
      List.of(
          "io_throughput_bytes_per_s",
          "network_latency_ms",
          "metadata_ops_per_s",
          "storage_usage_fraction",
          "cpu_usage_fraction",
          "memory_usage_fraction",
          "network_bandwidth_bytes_per_s",
          "concurrent_operations",
          "file_size_log2",
          "file_type_code",
          "access_run_log2",
          "num_targets",
          "compressed_flag",
          "access_frequency_log2");

  private static final List<String> NEIGHBOUR_INPUTS =
      List.of(
          "file_size_log2",
          "access_run_log2",
          "num_targets",
          "read_share",
          "sequential_share",
          "num_processes_log2");

  private static final StructType CHOICES =
      StructType.fromDDL("path_bytes BINARY, knn INT, gbt INT");

  private ResponseLearners() {}

  /**
   * The chunk sizes that both choose.
   *
   * @param observations {@code learner_rows}, at most {@value #MAX_ROWS}
   * @param files {@code learner_files}, at most {@value #MAX_ROWS}
   * @return {@code path_bytes, knn, gbt}, positions 0..7; no rows where there is too little to
   *     learn from
   */
  static Dataset<Row> choices(Dataset<Row> observations, Dataset<Row> files, long seed) {
    SparkSession spark = files.sparkSession();
    List<Row> learnt = observations.collectAsList();
    if (learnt.size() < MIN_ROWS) {
      return spark.createDataFrame(new ArrayList<Row>(), CHOICES);
    }
    int[] arms = learnt.stream().mapToInt(row -> row.<Integer>getAs("position")).toArray();
    double[] responses =
        learnt.stream().mapToDouble(row -> row.<Double>getAs("log2_throughput")).toArray();
    Neighbours neighbours =
        new Neighbours(
            learnt.stream()
                .map(row -> values(row, NEIGHBOUR_INPUTS, Double.NaN))
                .toArray(double[][]::new),
            arms,
            responses);
    GBTRegressionModel trees = trees(spark, learnt, arms, responses, seed);
    MapFunction<Row, Row> choose =
        row ->
            RowFactory.create(
                row.getAs("path_bytes"),
                neighbours.choose(values(row, NEIGHBOUR_INPUTS, Double.NaN)),
                best(trees, values(row, TREE_INPUTS, MISSING)));
    return files.map(choose, Encoders.row(CHOICES));
  }

  private static GBTRegressionModel trees(
      SparkSession spark, List<Row> learnt, int[] arms, double[] responses, long seed) {
    List<Row> rows = new ArrayList<>(learnt.size());
    Iterator<Row> next = learnt.iterator();
    for (int i = 0; i < arms.length; i++) {
      Row row = next.next();
      rows.add(
          RowFactory.create(
              Vectors.dense(withArm(values(row, TREE_INPUTS, MISSING), arms[i])),
              responses[i],
              row.<Double>getAs("trust")));
    }
    StructType schema =
        new StructType()
            .add("features", SQLDataTypes.VectorType())
            .add("label", "double")
            .add("weight", "double");
    Dataset<Row> training =
        spark.createDataset(rows, Encoders.row(schema)).coalesce(partitions(spark)).persist();
    try {
      return new GBTRegressor()
          .setMaxIter(TREES)
          .setMaxDepth(DEPTH)
          .setWeightCol("weight")
          .setSeed(seed)
          .fit(training);
    } finally {
      training.unpersist();
    }
  }

  private static int partitions(SparkSession spark) {
    return spark.sparkContext().defaultParallelism();
  }

  private static int best(GBTRegressionModel trees, double[] inputs) {
    int best = 0;
    double highest = Double.NEGATIVE_INFINITY;
    for (int arm = 0; arm < ARMS; arm++) {
      double predicted = trees.predict(Vectors.dense(withArm(inputs, arm)));
      if (predicted > highest) {
        highest = predicted;
        best = arm;
      }
    }
    return best;
  }

  private static double[] withArm(double[] inputs, int arm) {
    double[] all = Arrays.copyOf(inputs, inputs.length + 1);
    all[inputs.length] = arm;
    return all;
  }

  private static double[] values(Row row, List<String> names, double missing) {
    double[] values = new double[names.size()];
    for (int i = 0; i < values.length; i++) {
      Double value = row.getAs(names.get(i));
      values[i] = value == null ? missing : value;
    }
    return values;
  }
}
