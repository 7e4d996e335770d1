package org.chunkopt.study;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** What a plan delivers, as rows of the table {@code evaluation}. */
final class PlanFigures {
  /** Hours saved less lost, as a share of those avoidable. */
  static final String SAVED = "saved-of-avoidable";

  /** Hours lost over hours saved. */
  static final String LOST = "lost-of-saved";

  private PlanFigures() {}

  /**
   * The figures of one level of trust.
   *
   * @param outlook a row of {@code plan_outlook}
   */
  static List<Row> of(Row outlook, long seed) {
    List<Row> rows = new ArrayList<>();
    String policy = "plan-" + outlook.<String>getAs("trust");
    double saved = outlook.getAs("hours_saved");
    double lost = outlook.getAs("hours_lost");
    double avoidable = outlook.getAs("hours_avoidable");
    add(rows, outlook, policy, "ratio-to-oracle", outlook.getAs("ratio_to_oracle"), seed);
    add(rows, outlook, policy, "harm", outlook.getAs("slower_share"), seed);
    add(rows, outlook, policy, SAVED, avoidable > 0 ? (saved - lost) / avoidable : null, seed);
    add(rows, outlook, policy, LOST, saved > 0 ? lost / saved : null, seed);
    return rows;
  }

  private static void add(
      List<Row> rows, Row outlook, String policy, String metric, Double value, long seed) {
    if (value != null) {
      rows.add(
          RowFactory.create(
              outlook.<String>getAs("basis"),
              policy,
              metric,
              value,
              null,
              null,
              null,
              outlook.<Long>getAs("directories"),
              seed));
    }
  }
}
