package org.chunkopt.evaluate;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Collects rows of the table {@code evaluation} of one basis. */
final class Rows {
  private final String basis;
  private final long seed;
  private final List<Row> rows = new ArrayList<>();

  Rows(String basis, long seed) {
    this.basis = basis;
    this.seed = seed;
  }

  /** Adds a row, unless the value is not a number: then the metric has none. */
  void add(
      String policy, String metric, Bootstrap.Interval interval, double files, int directories) {
    if (Double.isFinite(interval.value())) {
      rows.add(
          RowFactory.create(
              basis,
              policy,
              metric,
              interval.value(),
              Double.isFinite(interval.low()) ? interval.low() : null,
              Double.isFinite(interval.high()) ? interval.high() : null,
              Math.round(files),
              (long) directories,
              seed));
    }
  }

  void add(String policy, String metric, double value, double files, int directories) {
    add(policy, metric, new Bootstrap.Interval(value, Double.NaN, Double.NaN), files, directories);
  }

  List<Row> list() {
    return rows;
  }
}
