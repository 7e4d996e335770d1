package org.chunkopt.evaluate;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.chunkopt.model.Champion;
import org.chunkopt.policy.Decision;

/**
 * Which policy is published: the network, or the cohort table it was taught by.
 *
 * <p>Only the history of the test directories decides. Where it can value both, the network is
 * published unless the paired interval of its doubly robust value less the table's lies below 0.
 * Where it cannot, there is nothing to show that the network's own ideas are good ones, and it is
 * published only if it is the table in another form: both choose the same for at least 90 % of the
 * held-out files that either would change.
 */
final class Verdict {
  static final String AGREEMENT = "agreement-with-cohort-table";
  private static final double MIN_AGREEMENT = 0.9;

  private Verdict() {}

  /**
   * The decision.
   *
   * @param modelId the candidate, if there is one
   * @param evaluation rows of {@code evaluation}, of any basis
   */
  static Decision of(Optional<String> modelId, List<Row> evaluation) {
    if (modelId.isEmpty()) {
      return new Decision(
          Champion.cohortTable(), "The cohort table is published: there is no network yet.");
    }
    Optional<Row> difference = row(evaluation, "dr-over-cohort-table");
    if (difference.isPresent()) {
      Row row = difference.get();
      double high = row.isNullAt(5) ? row.getDouble(3) : row.getDouble(5);
      String figures =
          String.format(
              Locale.ROOT,
              " on the history of the test directories (log2 value over the table %+.4f, %+.4f to"
                  + " %+.4f).",
              row.getDouble(3),
              row.isNullAt(4) ? row.getDouble(3) : row.getDouble(4),
              high);
      return high < 0
          ? new Decision(
              Champion.cohortTable(),
              "The cohort table is published: the network is worse than it" + figures)
          : new Decision(
              Champion.mlp(modelId.get()),
              "The network is published: it is not worse than the cohort table" + figures);
    }
    double agreement = row(evaluation, AGREEMENT).map(row -> row.getDouble(3)).orElse(0.0);
    String figures =
        String.format(
            Locale.ROOT,
            " for %.0f %% of the held-out files that either would change.",
            Math.floor(100 * agreement));
    return agreement >= MIN_AGREEMENT
        ? new Decision(
            Champion.mlp(modelId.get()),
            "The network is published: its value is not identifiable from this history, but it"
                + " chooses what the cohort table does"
                + figures)
        : new Decision(
            Champion.cohortTable(),
            "The cohort table is published: the value of the network is not identifiable from this"
                + " history, and it chooses what the table does only"
                + figures);
  }

  private static Optional<Row> row(List<Row> evaluation, String metric) {
    return evaluation.stream()
        .filter(row -> row.getString(0).equals("observed"))
        .filter(row -> row.getString(1).equals(Champion.MLP))
        .filter(row -> row.getString(2).equals(metric))
        .findFirst();
  }
}
