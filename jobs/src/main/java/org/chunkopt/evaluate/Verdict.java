package org.chunkopt.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.chunkopt.model.Champion;
import org.chunkopt.policy.Decision;

/**
 * Which policy is published. The network is, unless held-out directories show that its advice gains
 * less than that of the table of cohorts it was taught by.
 *
 * <p>The difference of their gains is the mean over the logged files of the held-out directories,
 * as they are and as if never logged; the response model of the learning directories values it, by
 * each file's own use. Of tonight's network and the champion's the one with the higher mean is
 * published, on a tie tonight's.
 */
final class Verdict {
  /**
   * Octaves by which the network may gain less than the table, by the lower end of the interval.
   */
  static final double MARGIN = 0.01;

  private Verdict() {}

  /**
   * A network on the held-out files.
   *
   * @param modelId its id
   * @param overTable octaves of gain over the table; null where no held-out file has a known use
   * @param files cases it was compared on: each logged file in two forms
   */
  record Finding(String modelId, Bootstrap.Interval overTable, long files) {
    boolean worse() {
      return overTable != null && !(overTable.low() > -MARGIN);
    }

    private double mean() {
      return overTable == null ? 0 : overTable.value();
    }

    String figures() {
      if (overTable == null) {
        return "no held-out file has a known use to compare it with the cohort table on";
      }
      return String.format(
          Locale.ROOT,
          "on %,d held-out cases (logged files as they are, and as if never logged) its advice gains %+.4f octaves (95 %% interval %+.4f to %+.4f) over"
              + " that of the cohort table",
          files,
          overTable.value(),
          overTable.low(),
          overTable.high());
    }
  }

  /**
   * The decision.
   *
   * @param findings tonight's network first, then the champion's
   * @param tonight whether a network was trained tonight
   * @param refused whether the champion's network could not be read
   */
  static Decision of(List<Finding> findings, boolean tonight, boolean refused) {
    if (findings.isEmpty()) {
      return new Decision(
          Champion.cohortTable(),
          refused
              ? "The cohort table stands in for the champion, which could not be read."
              : "The cohort table is published: there is no network yet.",
          !refused);
    }
    Finding best = findings.get(0);
    for (Finding finding : findings) {
      best = finding.mean() > best.mean() ? finding : best;
    }
    List<String> others = new ArrayList<>();
    for (Finding finding : findings) {
      if (finding != best) {
        others.add(" Of " + finding.modelId() + ": " + finding.figures() + ".");
      }
    }
    if (best.worse()) {
      return new Decision(
          Champion.cohortTable(),
          "The cohort table is published, because the network "
              + best.modelId()
              + " is not good enough: "
              + best.figures()
              + ", and the lower end must be above "
              + String.format(Locale.ROOT, "%+.2f", -MARGIN)
              + "."
              + String.join("", others),
          !refused);
    }
    boolean stays = !tonight || best != findings.get(0);
    return new Decision(
        Champion.mlp(best.modelId()),
        (stays ? "The champion " + best.modelId() + " stays: " : "The network is published: ")
            + best.figures()
            + "."
            + String.join("", others),
        true);
  }
}
