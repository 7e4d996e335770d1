package org.chunkopt.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Tables;

/**
 * The curves over the chunk sizes: contrasts inside full cohorts, shrunk level by level from the
 * physics through the site down to the full cohort.
 */
final class EvidenceCurves {
  private static final int FULL_COHORT = 5;

  private static final StructType PHYSICS =
      StructType.fromDDL(
          "fold STRING, cohort STRING, arm BIGINT, posterior_log2 DOUBLE, posterior_se DOUBLE,"
              + " level_log2 DOUBLE, supported BOOLEAN");

  private final Settings settings;
  private final Dataset<Row> observations;
  private final Dataset<Row> cohorts;

  /**
   * @param fileFeatures the files whose cohorts get a curve, observed or not
   */
  EvidenceCurves(Dataset<Row> observations, Dataset<Row> fileFeatures, Settings settings) {
    this.settings = settings;
    this.observations = observations;
    this.cohorts =
        SqlFile.named("evidence/cohorts")
            .run(Map.of("file_features", fileFeatures, "observations", observations), Map.of());
  }

  /** The table {@code evidence}. The rows between the levels are few: cohorts times arms. */
  Dataset<Row> evidence() {
    Dataset<Row> adjusted =
        SqlFile.named("evidence/adjusted").run(Map.of("observations", observations), Map.of());
    Dataset<Row> arms =
        SqlFile.named("evidence/arms")
            .run(Map.of("adjusted", adjusted), Map.of())
            .localCheckpoint();
    long reference = reference(arms);
    Dataset<Row> contrasts =
        SqlFile.named("evidence/contrasts")
            .run(Map.of("arms", arms), Map.of("reference", reference))
            .localCheckpoint();
    Dataset<Row> tree = cohorts.localCheckpoint();

    Dataset<Row> parents = physics(contrasts, reference);
    Dataset<Row> all = null;
    for (int level = 0; level <= FULL_COHORT; level++) {
      Dataset<Row> posterior =
          SqlFile.named("evidence/posterior")
              .run(
                  Map.of("cohorts", tree, "contrasts", contrasts, "parents", parents),
                  Map.of(
                      "level", level,
                      "reference", reference,
                      "cohort_sd", settings.evidence().cohortSdLog2(),
                      "min_files", settings.evidence().minFiles(),
                      "min_groups", settings.evidence().minGroups()))
              .localCheckpoint();
      all = all == null ? posterior : all.unionByName(posterior);
      parents = posterior;
    }
    return Tables.EVIDENCE.select(
        SqlFile.named("evidence/evidence")
            .run(
                Map.of("posterior", all),
                Map.of(
                    "tie_fraction", settings.evidence().tieFraction(),
                    "default_bytes", settings.chunkSize().fallback().bytes())));
  }

  /** The arm that most observed files have: every contrast is against it. */
  private long reference(Dataset<Row> arms) {
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

  /** The physics curve of each fold, fitted to the site's own pooled contrasts. */
  private Dataset<Row> physics(Dataset<Row> contrasts, long reference) {
    List<Row> site =
        contrasts
            .where("level = 0 AND contrast_log2 IS NOT NULL AND contrast_se > 0")
            .collectAsList();
    List<Row> rows = new ArrayList<>();
    for (String fold : List.of("learn", "judge")) {
      List<Row> own = site.stream().filter(r -> r.getAs("fold").equals(fold)).toList();
      PhysicsCurve curve =
          PhysicsCurve.fit(
              own.stream().mapToLong(r -> r.getAs("arm")).toArray(),
              own.stream().mapToDouble(r -> r.getAs("contrast_log2")).toArray(),
              own.stream().mapToDouble(r -> r.getAs("contrast_se")).toArray(),
              reference);
      for (ChunkSize arm : ChunkSize.CANDIDATES) {
        double octaves = Math.abs(arm.log2Kib() - new ChunkSize(reference).log2Kib());
        rows.add(
            RowFactory.create(
                fold,
                "physics",
                arm.bytes(),
                curve.log2Gain(arm.bytes(), reference),
                settings.evidence().priorSdLog2() * Math.sqrt(octaves / 2),
                null,
                false));
      }
    }
    SparkSession spark = contrasts.sparkSession();
    return spark.createDataFrame(rows, PHYSICS);
  }
}
