package org.chunkopt.study;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pow;
import static org.apache.spark.sql.functions.sum;

import java.util.List;
import java.util.Map;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.regression.GBTRegressor;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.storage.StorageLevel;
import org.chunkopt.model.Predictions;
import org.chunkopt.model.TrainedModel;

/**
 * Whether the network has learnt what there is to learn: MLlib's boosted trees on the same labels,
 * inputs and weights beside it, by the error on the directories that neither has seen.
 */
final class LabelTrees {
  private static final int TREES = 40;
  private static final int DEPTH = 6;
  private static final double RATE = 0.15;
  private static final double MISSING = -100;
  private static final String LABEL = "label_log2_kib";

  /** Name of the metric. */
  static final String METRIC = "squared-error";

  private LabelTrees() {}

  /**
   * Rows of the table {@code evaluation}: the weighted mean squared error on the test directories,
   * octaves squared, of the mean label, the trees and the network. None without test rows.
   *
   * @param labels the table
   * @param network what was trained on its training rows
   */
  static List<Row> rows(Dataset<Row> labels, TrainedModel network, long seed) {
    String[] inputs = network.features().toArray(String[]::new);
    // A value that no input has, so that a split can part what is missing.
    Dataset<Row> assembled =
        new VectorAssembler()
            .setInputCols(inputs)
            .setOutputCol("features")
            .transform(labels.where("weight > 0").na().fill(MISSING, inputs))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Dataset<Row> train = assembled.where("split = 'train'");
      Dataset<Row> test = assembled.where("split = 'test'");
      long rows = test.count();
      if (rows == 0 || train.isEmpty()) {
        return List.of();
      }
      Dataset<Row> byTrees =
          new GBTRegressor()
              .setLabelCol(LABEL)
              .setWeightCol("weight")
              .setMaxIter(TREES)
              .setMaxDepth(DEPTH)
              .setStepSize(RATE)
              .setSeed(seed)
              .fit(train)
              .transform(test);
      Dataset<Row> byNetwork =
          Predictions.add(labels.where("split = 'test' AND weight > 0"), network);
      Map<String, Double> errors =
          Map.of(
              "mean-label", squaredError(test, lit(mean(train, col(LABEL)))),
              "gbt-on-labels", squaredError(byTrees, col("prediction")),
              "mlp", squaredError(byNetwork, col(Predictions.PREDICTED_LOG2_KIB)));
      return errors.entrySet().stream()
          .map(
              e ->
                  RowFactory.create(
                      "labels", e.getKey(), METRIC, e.getValue(), null, null, rows, null, seed))
          .toList();
    } finally {
      assembled.unpersist();
    }
  }

  private static double squaredError(Dataset<Row> rows, Column predicted) {
    return mean(rows, pow(predicted.minus(col(LABEL)), 2));
  }

  private static double mean(Dataset<Row> rows, Column value) {
    return rows.agg(sum(value.multiply(col("weight"))).divide(sum(col("weight"))))
        .head()
        .getDouble(0);
  }
}
