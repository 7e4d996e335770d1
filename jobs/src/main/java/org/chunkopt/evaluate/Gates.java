package org.chunkopt.evaluate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.chunkopt.model.Champion;
import org.chunkopt.policy.Gate;

/** The verdicts of {@link Gate} on the policies that may be published. */
final class Gates {
  /**
   * Where even the best possible choices gain less than this, the site is a negative control: no
   * chunk size is better than another, and the one gate is that files are left alone.
   */
  private static final double FLAT = 1.001;

  private Gates() {}

  /** Rows of verdicts for the rows of one basis; none where a metric is missing. */
  static List<Row> of(String basis, List<Row> evaluation, long seed) {
    Map<String, Map<String, Row>> policies = new HashMap<>();
    for (Row row : evaluation) {
      if (row.getString(0).equals(basis)) {
        policies
            .computeIfAbsent(row.getString(1), policy -> new HashMap<>())
            .put(row.getString(2), row);
      }
    }
    Row possible = policies.getOrDefault("oracle", Map.of()).get("gain-over-current");
    boolean flat = possible != null && possible.getDouble(3) < FLAT;
    List<Gate> gates = flat ? List.of(Gate.NEGATIVE_CONTROL) : Gate.TRUTH;
    Rows rows = new Rows(basis, seed);
    for (String policy : List.of(Champion.COHORT_TABLE, Champion.MLP)) {
      for (Gate gate : gates) {
        Row metric = policies.getOrDefault(policy, Map.of()).get(gate.metric());
        if (metric != null) {
          int end = gate.end() == Gate.End.LOW ? 4 : 3;
          boolean passed = !metric.isNullAt(end) && gate.passes(metric.getDouble(end));
          rows.add(
              policy,
              Gate.PREFIX + gate.name(),
              passed ? 1 : 0,
              metric.getLong(6),
              (int) metric.getLong(7));
        }
      }
    }
    return new ArrayList<>(rows.list());
  }
}
