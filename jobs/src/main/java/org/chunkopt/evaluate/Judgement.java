package org.chunkopt.evaluate;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.chunkopt.model.Champion;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;

/**
 * The policies before a judge that knows the throughput of every file with each chunk size: the
 * truth of a simulated site.
 *
 * <p>The calibration slope is that of the realised on the promised log2 gain of the files that a
 * policy moves, through the origin: a policy that promises nothing owes nothing, and the slope is
 * the part of the promise that is kept.
 */
final class Judgement {
  /** More directories than this are sampled for the bootstrap, which runs on the driver. */
  static final int MAX_DIRECTORIES = 20_000;

  private Judgement() {}

  /**
   * Rows of the table {@code evaluation}; none where no file is judged.
   *
   * @param proposals what the policies would set for the held-out files
   * @param judge {@code path_bytes, ln_throughput}
   * @param bestConstant position of the chunk size that serves the training files best by the same
   *     judge
   */
  static List<Row> rows(
      String basis,
      Dataset<Row> proposals,
      Dataset<Row> judge,
      int bestConstant,
      Settings settings) {
    Dataset<Row> judged =
        SqlFile.named("evaluate/judged")
            .run(
                Map.of("proposals", proposals, "judge", judge),
                Map.of("best_constant", bestConstant))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Map<String, Sums> policies =
          Sums.byPolicy(
              SqlFile.named("evaluate/directories")
                  .run(Map.of("judged", judged), Map.of("max_directories", MAX_DIRECTORIES)));
      Map<String, Double> regret =
          SqlFile.named("evaluate/regret")
              .run(Map.of("judged", judged), Map.of())
              .collectAsList()
              .stream()
              .collect(Collectors.toMap(row -> row.getString(0), row -> row.getDouble(1)));
      Rows rows = new Rows(basis, settings.run().seed());
      policies.forEach((policy, sums) -> add(rows, policy, sums, policies, regret, settings));
      return rows.list();
    } finally {
      judged.unpersist();
    }
  }

  private static void add(
      Rows rows,
      String policy,
      Sums sums,
      Map<String, Sums> policies,
      Map<String, Double> regret,
      Settings settings) {
    int directories = sums.directories().size();
    Bootstrap bootstrap =
        new Bootstrap(settings.run().seed(), settings.evaluate().bootstrap(), directories);
    double[] files = sums.column("files");
    double count = sums.total("files");
    record Mean(String metric, String column) {}
    for (Mean mean :
        List.of(
            new Mean("ratio-to-oracle", "regret"),
            new Mean("gain-over-current", "over_current"),
            new Mean("gain-over-default", "over_default"))) {
      rows.add(
          policy,
          mean.metric(),
          bootstrap.ratio(sums.column(mean.column()), files).exponential(),
          count,
          directories);
    }
    for (Mean mean :
        List.of(
            new Mean("gain-over-current-bytes", "bytes_over_current"),
            new Mean("gain-over-default-bytes", "bytes_over_default"))) {
      rows.add(
          policy,
          mean.metric(),
          bootstrap.ratio(sums.column(mean.column()), sums.column("bytes")).exponential(),
          count,
          directories);
    }
    for (Mean mean :
        List.of(
            new Mean("within-octave", "within_octave"),
            new Mean("strict-hit", "strict_hit"),
            new Mean("harm", "harmed"),
            new Mean("moved", "moved"))) {
      rows.add(
          policy,
          mean.metric(),
          bootstrap.ratio(sums.column(mean.column()), files),
          count,
          directories);
    }
    rows.add(policy, "regret-p95", regret.get(policy), count, directories);
    double promised = sums.total("promised");
    rows.add(
        policy,
        "calibration-slope",
        bootstrap.ratio(sums.column("promised_realised"), sums.column("promised_squared")),
        promised,
        directories);
    rows.add(
        policy,
        "coverage-80",
        bootstrap.ratio(sums.column("kept_promises"), sums.column("promised")),
        promised,
        directories);
    if (policy.equals(Champion.MLP) || policy.equals(Champion.COHORT_TABLE)) {
      for (String opponent : List.of("best-constant", Champion.COHORT_TABLE)) {
        Sums other = policies.get(opponent);
        if (!policy.equals(opponent) && sums.pairedWith(other)) {
          rows.add(
              policy,
              "ratio-to-" + opponent,
              bootstrap.ratio(sums.less(other, "regret"), files).exponential(),
              count,
              directories);
        }
      }
    }
  }
}
