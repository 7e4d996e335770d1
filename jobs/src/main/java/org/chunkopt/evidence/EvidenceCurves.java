package org.chunkopt.evidence;

import java.util.List;
import java.util.Map;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Tables;

/**
 * The curves over the chunk sizes: the law of each pool, fitted to its history and its sweeps; then
 * what the history shows beyond it, shrunk level by level from the site down to the full cohort.
 */
final class EvidenceCurves {
  static final int FULL_COHORT = 5;

  private final Settings settings;
  private final Dataset<Row> observations;
  private final Dataset<Row> patternChanges;
  private final Dataset<Row> files;
  private final Dataset<Row> mixtures;
  private final Dataset<Row> cohorts;
  private final Dataset<Row> arms;
  private final PoolLaws laws;

  /**
   * @param fileFeatures the files whose cohorts get a curve, observed or not
   */
  EvidenceCurves(
      Dataset<Row> observations,
      Dataset<Row> patternChanges,
      Dataset<Row> fileFeatures,
      Settings settings) {
    this.settings = settings;
    this.patternChanges = patternChanges;
    this.files = fileFeatures;
    this.observations = observations;
    Dataset<Row> uses =
        SqlFile.named("evidence/uses")
            .run(Map.of("file_features", fileFeatures, "observations", observations), Map.of());
    this.mixtures =
        kept(
            SqlFile.named("evidence/mixtures")
                .run(Map.of("file_features", fileFeatures, "uses", uses), Map.of()));
    this.cohorts =
        kept(
            SqlFile.named("evidence/cohorts")
                .run(
                    Map.of(
                        "file_features", fileFeatures,
                        "observations", observations,
                        "mixtures", mixtures),
                    Map.of()));
    Dataset<Row> adjusted =
        SqlFile.named("evidence/adjusted").run(Map.of("observations", observations), Map.of());
    this.arms =
        SqlFile.named("evidence/arms")
            .run(Map.of("adjusted", adjusted), Map.of())
            .localCheckpoint();
    Dataset<Row> cohortUses =
        kept(
            SqlFile.named("evidence/cohort_uses")
                .run(
                    Map.of(
                        "cohorts", cohorts,
                        "file_features", fileFeatures,
                        "observations", observations),
                    Map.of()));
    this.laws = PoolLaws.fit(arms, cohortUses, observations, reference(), settings.evidence());
  }

  /** The table {@code pool_laws}. */
  Dataset<Row> poolLaws() {
    return laws.table();
  }

  /** The table {@code evidence}. The rows between the levels are few: cohorts times arms. */
  Dataset<Row> evidence() {
    Dataset<Row> physics = kept(laws.physics());
    Dataset<Row> law = laws.table();
    long reference = laws.referenceBytes();
    Dataset<Row> changes =
        kept(BeforeAfter.contrasts(BeforeAfter.of(observations, patternChanges, files), reference));
    Dataset<Row> contrasts =
        kept(
            SqlFile.named("evidence/contrasts")
                .run(
                    Map.of("arms", arms, "physics", physics, "changes", changes),
                    Map.of("reference", reference)));
    Settings.Evidence evidence = settings.evidence();
    Dataset<Row> parents = laws.roots();
    Dataset<Row> all = null;
    for (int level = 0; level <= FULL_COHORT; level++) {
      Dataset<Row> posterior =
          kept(
              SqlFile.named("evidence/posterior")
                  .run(
                      Map.of(
                          "cohorts", cohorts,
                          "contrasts", contrasts,
                          "parents", parents,
                          "physics", physics,
                          "law", law),
                      Map.of(
                          "level", level,
                          "reference", reference,
                          "swept", laws.swept(),
                          "cohort_sd", evidence.cohortSdLog2(),
                          "prior_sd", evidence.priorSdLog2(),
                          "confounding_sd", evidence.confoundingSdLog2(),
                          "min_files", evidence.minFiles(),
                          "min_groups", evidence.minGroups())));
      all = all == null ? posterior : all.unionByName(posterior);
      parents = posterior;
    }
    Dataset<Row> curves =
        kept(
            SqlFile.named("evidence/full_curves")
                .run(
                    Map.of("posterior", all, "physics", physics, "law", law, "changes", changes),
                    Map.of("reference", reference, "contrast_se", evidence.contrastSeLog2())));
    Dataset<Row> mixed =
        SqlFile.named("evidence/mixed_curves")
            .run(Map.of("mixtures", mixtures, "full_curves", curves), Map.of());
    return Tables.EVIDENCE.select(
        SqlFile.named("evidence/evidence")
            .run(
                Map.of(
                    "posterior",
                    all,
                    "curves",
                    GainOdds.of(curves.unionByName(mixed), evidence.tieFraction())),
                Map.of(
                    "tie_fraction", evidence.tieFraction(),
                    "least_deviations",
                        new NormalDistribution()
                            .inverseCumulativeProbability(settings.advice().minProbability()),
                    "default_bytes", settings.chunkSize().fallback().bytes())));
  }

  /** The arm that most observed files have: every contrast is against it. */
  private long reference() {
    List<Row> most =
        arms.groupBy("arm")
            .sum("files")
            .orderBy("sum(files)", "arm")
            .selectExpr("arm")
            .takeAsList(100);
    return most.isEmpty()
        ? settings.chunkSize().fallback().bytes()
        : most.get(most.size() - 1).getLong(0);
  }

  /**
   * The rows, computed once. Taken through their RDD: a checkpoint keeps what the optimizer knew of
   * its query, and Spark 3.5 fails to rename that where a query reads the rows twice.
   */
  private static Dataset<Row> kept(Dataset<Row> rows) {
    return rows.sparkSession().createDataFrame(rows.localCheckpoint().toJavaRDD(), rows.schema());
  }
}
