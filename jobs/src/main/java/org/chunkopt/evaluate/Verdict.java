package org.chunkopt.evaluate;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.chunkopt.model.Champion;
import org.chunkopt.policy.Decision;

/**
 * Which policy is published: the network, or the cohort table it was taught by.
 *
 * <p>Only the history of the test directories decides, and the network must beat the table: it is
 * published where the paired interval of its doubly robust value less the table's lies above 0.
 * Where the history cannot value both, nothing shows that the network's own ideas are good ones,
 * and the table is published; how often both choose the same is told with it. Where tonight's
 * network may not be published, that of the champion is judged in its place.
 */
final class Verdict {
  static final String AGREEMENT = "agreement-with-cohort-table";

  private Verdict() {}

  /**
   * What the history says of a network.
   *
   * @param publish whether it may be published
   * @param why the rest of a sentence that begins with what is published
   */
  record Finding(boolean publish, String why) {}

  /** The finding on the network that the rows of {@code evaluation}, of any basis, judge. */
  static Finding find(List<Row> evaluation) {
    Optional<Row> difference = row(evaluation, "dr-over-cohort-table");
    if (difference.isPresent()) {
      Row row = difference.get();
      boolean interval = !row.isNullAt(4) && !row.isNullAt(5);
      double low = interval ? row.getDouble(4) : Double.NaN;
      double high = interval ? row.getDouble(5) : Double.NaN;
      String figures =
          String.format(
              Locale.ROOT,
              " on the history of the test directories (log2 value over the table %+.4f, %s).",
              row.getDouble(3),
              interval ? String.format(Locale.ROOT, "%+.4f to %+.4f", low, high) : "no interval");
      if (low > 0) {
        return new Finding(true, "it is better than the cohort table" + figures);
      }
      return new Finding(
          false, "the network is " + (high < 0 ? "worse" : "not better") + " than it" + figures);
    }
    return new Finding(
        false,
        "the value of the network is not identifiable from this history"
            + row(evaluation, AGREEMENT)
                .map(
                    row ->
                        String.format(
                            Locale.ROOT,
                            ", and it chooses what the table does for %.0f %% of the held-out files"
                                + " that either would change.",
                            Math.floor(100 * row.getDouble(3))))
                .orElse("."));
  }

  /**
   * The decision.
   *
   * @param findings on the networks by their ids, in the order in which they were judged: tonight's
   *     first, then the champion's where tonight's may not be published
   * @param refused whether the champion's network could not be read
   */
  static Decision of(Map<String, Finding> findings, boolean refused) {
    String before = "";
    for (Map.Entry<String, Finding> judged : findings.entrySet()) {
      Finding finding = judged.getValue();
      if (finding.publish()) {
        return new Decision(
            Champion.mlp(judged.getKey()),
            before.isEmpty()
                ? "The network is published: " + finding.why()
                : "The champion " + judged.getKey() + " stays: " + finding.why() + before,
            true);
      }
      before += " " + judged.getKey() + " is not promoted: " + finding.why();
    }
    if (refused) {
      return new Decision(
          Champion.cohortTable(),
          "The cohort table stands in for the champion, which could not be read." + before,
          false);
    }
    return new Decision(
        Champion.cohortTable(),
        "The cohort table is published: "
            + findings.values().stream()
                .map(Finding::why)
                .reduce((one, other) -> one + " Of the champion: " + other)
                .orElse("there is no network yet."),
        true);
  }

  private static Optional<Row> row(List<Row> evaluation, String metric) {
    return evaluation.stream()
        .filter(row -> row.getString(0).equals("observed"))
        .filter(row -> row.getString(1).equals(Champion.MLP))
        .filter(row -> row.getString(2).equals(metric))
        .findFirst();
  }
}
