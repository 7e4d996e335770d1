package org.chunkopt.evidence;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * What a change from one chunk size to another is worth, for every pair: the log2 gain is normal
 * where the use of a cohort is known, and a mixture of normals where one of several uses is meant.
 * That of a mixture is far from normal: a gain for one use in four and nothing for the others is no
 * risk.
 */
final class GainOdds implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final StructType ROWS =
      StructType.fromDDL(
          "fold STRING, cohort STRING, position INT, gain DOUBLE, se DOUBLE, tier STRING,"
              + " level_log2 DOUBLE, faster ARRAY<DOUBLE>, slower ARRAY<DOUBLE>,"
              + " gain_p10_log2 ARRAY<DOUBLE>, gain_p20_log2 ARRAY<DOUBLE>,"
              + " gain_p90_log2 ARRAY<DOUBLE>");

  /** A loss of more than 5 % is harm. */
  private static final double HARM = Math.log(0.95) / Math.log(2);

  /** Halvings of the range in which a quantile lies: to a thousandth of an octave. */
  private static final int HALVINGS = 14;

  private static final double LEAST_ERROR = 3e-5;

  private final double[] weights;
  private final double[] means;
  private final double[] errors;

  /**
   * @param weights of the parts, summing to 1
   * @param means log2
   * @param errors standard errors, log2
   */
  GainOdds(double[] weights, double[] means, double[] errors) {
    this.weights = weights;
    this.means = means;
    this.errors = Arrays.stream(errors).map(e -> Math.max(e, LEAST_ERROR)).toArray();
  }

  /**
   * The curves with the odds of every change.
   *
   * @param curves {@code full_curves} or {@code mixed_curves}
   * @param tieFraction gains up to this are none
   * @return one row per fold, cohort and position of the chunk size (0 is 64 KiB), changed to;
   *     arrays of eight by the position changed from
   */
  static Dataset<Row> of(Dataset<Row> curves, double tieFraction) {
    double tie = Math.log1p(tieFraction) / Math.log(2);
    return curves.flatMap(
        (FlatMapFunction<Row, Row>) curve -> rows(curve, tie), Encoders.row(ROWS));
  }

  private static Iterator<Row> rows(Row curve, double tie) {
    List<Row> parts = curve.getList(curve.fieldIndex("parts"));
    int n = StripeLaw.ARMS;
    double[] weights = parts.stream().mapToDouble(part -> part.<Double>getAs("weight")).toArray();
    double total = Arrays.stream(weights).sum();
    Arrays.setAll(weights, i -> weights[i] / total);
    List<double[]> gains = parts.stream().map(part -> doubles(part, "gains")).toList();
    List<double[]> covariances = parts.stream().map(part -> doubles(part, "covariances")).toList();
    List<String> tiers = curve.getList(curve.fieldIndex("tiers"));
    List<Row> rows = new ArrayList<>();
    for (int to = 0; to < n; to++) {
      double mean = 0;
      double square = 0;
      for (int part = 0; part < weights.length; part++) {
        double gain = gains.get(part)[to];
        mean += weights[part] * gain;
        square += weights[part] * (gain * gain + covariances.get(part)[to * n + to]);
      }
      Double[][] odds = new Double[5][n];
      for (int from = 0; from < n; from++) {
        GainOdds change = change(weights, gains, covariances, from, to);
        odds[0][from] = 1 - change.below(tie);
        odds[1][from] = change.below(HARM);
        odds[2][from] = change.quantile(0.1);
        odds[3][from] = change.quantile(0.2);
        odds[4][from] = change.quantile(0.9);
      }
      rows.add(
          RowFactory.create(
              curve.getAs("fold"),
              curve.getAs("cohort"),
              to,
              mean,
              Math.sqrt(Math.max(0, square - mean * mean)),
              tiers.get(to),
              curve.getAs("level_log2"),
              odds[0],
              odds[1],
              odds[2],
              odds[3],
              odds[4]));
    }
    return rows.iterator();
  }

  private static GainOdds change(
      double[] weights, List<double[]> gains, List<double[]> covariances, int from, int to) {
    int n = StripeLaw.ARMS;
    double[] means = new double[weights.length];
    double[] errors = new double[weights.length];
    for (int part = 0; part < weights.length; part++) {
      double[] v = covariances.get(part);
      means[part] = gains.get(part)[to] - gains.get(part)[from];
      errors[part] =
          Math.sqrt(Math.max(0, v[to * n + to] + v[from * n + from] - 2 * v[to * n + from]));
    }
    return new GainOdds(weights, means, errors);
  }

  /** Probability of a gain below this, log2. */
  double below(double gain) {
    double sum = 0;
    for (int part = 0; part < weights.length; part++) {
      sum += weights[part] * normal((gain - means[part]) / errors[part]);
    }
    return sum;
  }

  /** The gain, log2, that is not reached with this probability, 0.01 to 0.99. */
  double quantile(double probability) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int part = 0; part < weights.length; part++) {
      low = Math.min(low, means[part] - 3 * errors[part]);
      high = Math.max(high, means[part] + 3 * errors[part]);
    }
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (below(middle) < probability) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /** The normal distribution by its logistic approximation, to 0.0002. */
  private static double normal(double deviations) {
    return 1 / (1 + Math.exp(-deviations * (1.5976 + 0.07056 * deviations * deviations)));
  }

  private static double[] doubles(Row row, String column) {
    return row.<Double>getList(row.fieldIndex(column)).stream()
        .mapToDouble(Double::doubleValue)
        .toArray();
  }
}
