package org.chunkopt.model;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.percentile_approx;
import static org.apache.spark.sql.functions.stddev_pop;
import static org.apache.spark.sql.functions.when;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What turns a feature into the network's input: a missing or not finite value becomes the median,
 * then {@code (x - mean) / sd}, then at most {@link #LIMIT} either way. Arrays are in the order of
 * the features.
 *
 * @param median of the training rows that have a value; 0 where none has
 * @param mean of those rows
 * @param sd standard deviation of those rows; 1 where they do not differ
 */
public record Scaling(double[] median, double[] mean, double[] sd) implements Serializable {
  /** Standard deviations beyond which a value is no more than extreme. */
  public static final float LIMIT = 6;

  private static final int MEDIAN_ACCURACY = 10_000;

  /** Fits the scaling to training rows, in one pass. */
  public static Scaling fit(Dataset<Row> rows, List<String> features) {
    List<Column> figures = new ArrayList<>();
    for (String feature : features) {
      Column value = finite(feature);
      figures.add(percentile_approx(value, lit(0.5), lit(MEDIAN_ACCURACY)));
      figures.add(avg(value));
      figures.add(stddev_pop(value));
    }
    Row row =
        rows.agg(figures.get(0), figures.subList(1, figures.size()).toArray(Column[]::new)).head();
    int n = features.size();
    Scaling scaling = new Scaling(new double[n], new double[n], new double[n]);
    for (int i = 0; i < n; i++) {
      boolean empty = row.isNullAt(3 * i);
      scaling.median[i] = empty ? 0 : row.getDouble(3 * i);
      scaling.mean[i] = empty ? 0 : row.getDouble(3 * i + 1);
      double sd = empty ? 0 : row.getDouble(3 * i + 2);
      // Rounding leaves a constant column of large values a spread that means nothing.
      scaling.sd[i] = sd > 1e-9 * Math.abs(scaling.mean[i]) && sd > 1e-30 ? sd : 1;
    }
    return scaling;
  }

  private static Column finite(String feature) {
    Column value = col(feature);
    return when(value.between(-Double.MAX_VALUE, Double.MAX_VALUE), value);
  }

  /** The network's input for a value of the feature at this position; NaN is a missing value. */
  public float apply(int feature, double value) {
    double known = Double.isFinite(value) ? value : median[feature];
    return (float) Math.max(-LIMIT, Math.min(LIMIT, (known - mean[feature]) / sd[feature]));
  }
}
