package org.chunkopt.evaluate;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.chunkopt.model.Champion;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;

/**
 * The policies before the history of the test directories, which tried chunk sizes of its own
 * choice.
 *
 * <p>The self-normalised importance value (SNIPS) compares files of the same context that had the
 * chunk size a policy would choose with the others. The doubly robust value (DR) takes the gains
 * from the curves of the learn fold and corrects them by what the weighted files show beyond them:
 * it is right where either the curves or the propensities are. Both are differences of log2
 * throughput. They are published where the effective sample size is at least 200 and the history
 * supports the choice for at least half of the files that the policy moves (of all files, where it
 * moves none); otherwise the value is not identifiable from this history.
 */
final class OffPolicy {
  static final double MIN_ESS = 200;
  static final double MIN_COVERAGE = 0.5;

  /** The policy of the overlap's rows: what the history itself did. */
  static final String HISTORY = "history";

  private OffPolicy() {}

  /**
   * Rows of the table {@code evaluation} of the basis {@code observed}, the overlap first.
   *
   * @param logged the observations of the test split with their propensities
   * @param proposals what the policies would set for their files, asked with every chunk size
   * @param bestConstant position of the chunk size that serves the training files best by the
   *     curves
   */
  static List<Row> rows(
      Dataset<Row> logged, Dataset<Row> proposals, int bestConstant, Settings settings) {
    Rows rows = new Rows("observed", settings.run().seed());
    Row overlap = SqlFile.named("evaluate/overlap").run(Map.of("logged", logged), Map.of()).head();
    overlap(rows, overlap);
    Map<String, Sums> policies =
        Sums.byPolicy(
            SqlFile.named("evaluate/off_policy_directories")
                .run(
                    Map.of(
                        "off_policy",
                        SqlFile.named("evaluate/off_policy")
                            .run(
                                Map.of("logged", logged, "proposals", proposals),
                                Map.of("best_constant", bestConstant))),
                    Map.of("max_directories", Judgement.MAX_DIRECTORIES)));
    policies.forEach((policy, sums) -> values(rows, policy, sums, policies, settings));
    return rows.list();
  }

  private static void overlap(Rows rows, Row overlap) {
    long observations = overlap.getAs("observations");
    int directories = (int) (long) overlap.<Long>getAs("directories");
    rows.add(HISTORY, "observations", observations, observations, directories);
    if (observations > 0) {
      rows.add(
          HISTORY,
          "contexts",
          overlap.<Long>getAs("contexts").doubleValue(),
          observations,
          directories);
      for (String metric : List.of("supported_arms", "two_arms", "entropy_bits")) {
        rows.add(
            HISTORY,
            metric.replace('_', '-'),
            overlap.<Double>getAs(metric),
            observations,
            directories);
      }
    }
  }

  private static void values(
      Rows rows, String policy, Sums sums, Map<String, Sums> policies, Settings settings) {
    double observations = sums.total("observations");
    int directories = sums.directories().size();
    boolean identifiable = identifiable(sums);
    rows.add(policy, "ess", ess(sums, ""), observations, directories);
    rows.add(policy, "coverage", coverage(sums), observations, directories);
    rows.add(
        policy, "moved", sums.total("moved") / sums.total("weight"), observations, directories);
    rows.add(policy, "identifiable", identifiable ? 1 : 0, observations, directories);
    if (!identifiable) {
      return;
    }
    Bootstrap bootstrap =
        new Bootstrap(settings.run().seed(), settings.evaluate().bootstrap(), directories);
    rows.add(
        policy,
        "snips-over-keep",
        bootstrap.of(
            columns(sums, "importance_value", "importance", "value", "weight"),
            s -> s[0] / s[1] - s[2] / s[3]),
        observations,
        directories);
    rows.add(
        policy,
        "dr-over-keep",
        bootstrap.of(
            columns(
                sums,
                "direct",
                "weight",
                "importance_residual",
                "importance",
                "direct_keep",
                "residual"),
            s -> s[0] / s[1] + s[2] / s[3] - s[4] / s[1] - s[5] / s[1]),
        observations,
        directories);
    if (ess(sums, "default_") >= MIN_ESS) {
      rows.add(
          policy,
          "snips-over-default",
          bootstrap.of(
              columns(
                  sums, "importance_value", "importance", "default_value", "default_importance"),
              s -> s[0] / s[1] - s[2] / s[3]),
          observations,
          directories);
      rows.add(
          policy,
          "dr-over-default",
          bootstrap.of(
              columns(
                  sums,
                  "direct",
                  "weight",
                  "importance_residual",
                  "importance",
                  "direct_default",
                  "default_residual",
                  "default_importance"),
              s -> s[0] / s[1] + s[2] / s[3] - s[4] / s[1] - s[5] / s[6]),
          observations,
          directories);
    }
    Sums table = policies.get(Champion.COHORT_TABLE);
    if (policy.equals(Champion.MLP) && sums.pairedWith(table) && identifiable(table)) {
      double[][] own = columns(sums, "direct", "weight", "importance_residual", "importance");
      double[][] other = columns(table, "direct", "importance_residual", "importance");
      rows.add(
          policy,
          "dr-over-cohort-table",
          bootstrap.of(
              new double[][] {own[0], own[1], own[2], own[3], other[0], other[1], other[2]},
              s -> s[0] / s[1] + s[2] / s[3] - s[4] / s[1] - s[5] / s[6]),
          observations,
          directories);
    }
  }

  private static boolean identifiable(Sums sums) {
    return ess(sums, "") >= MIN_ESS && coverage(sums) >= MIN_COVERAGE;
  }

  private static double ess(Sums sums, String prefix) {
    double total = sums.total(prefix + "importance");
    double squared = sums.total(prefix + "importance_squared");
    return squared == 0 ? 0 : total * total / squared;
  }

  private static double coverage(Sums sums) {
    double moved = sums.total("moved");
    return moved > 0
        ? sums.total("moved_covered") / moved
        : sums.total("covered") / sums.total("weight");
  }

  private static double[][] columns(Sums sums, String... names) {
    double[][] columns = new double[names.length][];
    for (int i = 0; i < names.length; i++) {
      columns[i] = sums.column(names[i]);
    }
    return columns;
  }
}
