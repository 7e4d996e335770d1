package org.chunkopt.evaluate;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.chunkopt.model.Champion;
import org.chunkopt.model.Predictions;
import org.chunkopt.model.Registry;
import org.chunkopt.model.TrainedModel;
import org.chunkopt.model.TrainingOutcome;
import org.chunkopt.policy.Advice;
import org.chunkopt.policy.Decision;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stage {@code evaluate}: judges every policy on the test directories, writes {@code evaluation}
 * and {@code decision.json}. The decision rests on the evidence of the test directories alone; the
 * truth of a simulated site is shown beside it and decides nothing.
 *
 * <pre>chunkopt evaluate --settings site.conf --date 2026-11-23</pre>
 */
public final class EvaluateJob implements Stage {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluateJob.class);

  /** More files than this are sampled by directory. */
  private static final double MAX_FILES = 2_000_000;

  @Override
  public String name() {
    return "evaluate";
  }

  @Override
  public String description() {
    return "Judges the policies on directories nothing was learnt from, and picks the champion.";
  }

  @Override
  public List<Table> writes() {
    return List.of(Tables.EVALUATION);
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    Settings settings = run.settings();
    Registry registry = new Registry(settings.output().root());
    Optional<TrainedModel> candidate =
        candidate(TrainingOutcome.read(run), registry).map(registry::load);
    Dataset<Row> evidence = run.tables().read(spark, Tables.EVIDENCE);
    Dataset<Row> curves = Advice.curves(evidence, "learn").persist(StorageLevel.MEMORY_AND_DISK());
    Dataset<Row> files =
        splitFeatures(run.tables().read(spark, Tables.FILE_FEATURES), settings)
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      Dataset<Row> heldOut = files.where("held_out");
      double harmBound = Advice.harmBound(files, curves, settings);
      Dataset<Row> predicted =
          candidate
              .map(model -> Predictions.add(heldOut, model))
              .orElseGet(
                  () ->
                      heldOut.withColumn(Predictions.PREDICTED_LOG2_KIB, lit(null).cast("double")));
      Evaluation evaluation =
          new Evaluation(
              files,
              Advice.recommendations(predicted, curves, harmBound, settings, "candidate"),
              Advice.recommendations(
                  Advice.byCohortTable(heldOut, curves),
                  curves,
                  harmBound,
                  settings,
                  Champion.COHORT_TABLE),
              curves,
              settings);
      List<Row> rows =
          new ArrayList<>(evaluation.against("evidence", evidenceJudge(files, evidence)));
      Decision decision = decide(candidate.map(TrainedModel::id), rows);
      if (!settings.evaluate().truth().isEmpty()) {
        rows.addAll(evaluation.against("truth", truthJudge(spark, settings.evaluate().truth())));
      }
      if (candidate.isEmpty()) {
        rows.removeIf(row -> row.getString(1).startsWith(Champion.MLP));
      }
      run.tables()
          .write(
              Tables.EVALUATION,
              spark.createDataFrame(rows, Tables.EVALUATION.schema()).coalesce(1));
      decision.write(run);
      LOG.info(decision.reason());
      return List.of();
    } finally {
      files.unpersist();
      curves.unpersist();
    }
  }

  /** Tonight's network, else the champion's. */
  private static Optional<String> candidate(TrainingOutcome outcome, Registry registry) {
    return outcome
        .candidate()
        .or(
            () ->
                registry
                    .champion()
                    .filter(champion -> champion.policy().equals(Champion.MLP))
                    .map(Champion::modelId));
  }

  static Decision decide(Optional<String> modelId, List<Row> evaluation) {
    if (modelId.isEmpty()) {
      return new Decision(
          Champion.cohortTable(), "The cohort table is published: there is no network yet.");
    }
    Optional<Double> network = gain(evaluation, Champion.MLP);
    Optional<Double> table = gain(evaluation, Champion.COHORT_TABLE);
    if (network.isEmpty() || table.isEmpty()) {
      return new Decision(
          Champion.cohortTable(),
          "The cohort table is published: the test directories hold no evidence to judge the network by.");
    }
    String figures =
        String.format(
            java.util.Locale.ROOT,
            " on the test directories' evidence (gain over current %.4f against %.4f).",
            network.get(),
            table.get());
    return network.get() >= table.get()
        ? new Decision(
            Champion.mlp(modelId.get()),
            "The network is published: it is not worse than the cohort table" + figures)
        : new Decision(
            Champion.cohortTable(),
            "The cohort table is published: the network does not beat it" + figures);
  }

  private static Optional<Double> gain(List<Row> evaluation, String policy) {
    return evaluation.stream()
        .filter(row -> row.getString(0).equals("evidence"))
        .filter(row -> row.getString(1).equals(policy))
        .filter(row -> row.getString(2).equals("gain-over-current"))
        .map(row -> row.getDouble(3))
        .findFirst();
  }

  private static Dataset<Row> splitFeatures(Dataset<Row> features, Settings settings) {
    return SqlFile.named("evaluate/split_features")
        .run(
            Map.of("file_features", features),
            Map.of(
                "seed", settings.run().seed(),
                "test_percent", settings.evidence().testPercent(),
                "sample", Math.min(1, MAX_FILES / Math.max(1, features.count()))));
  }

  private static Dataset<Row> evidenceJudge(Dataset<Row> files, Dataset<Row> evidence) {
    return SqlFile.named("evaluate/evidence_judge")
        .run(
            Map.of("file_features", files, "curves", broadcast(Advice.curves(evidence, "judge"))),
            Map.of());
  }

  private static Dataset<Row> truthJudge(SparkSession spark, String truth) {
    return SqlFile.named("evaluate/truth_judge")
        .run(Map.of("truth", new TableDirectory(truth).read(spark, Tables.TRUTH)), Map.of());
  }
}
