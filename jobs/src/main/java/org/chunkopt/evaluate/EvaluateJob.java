package org.chunkopt.evaluate;

import static org.apache.spark.sql.functions.broadcast;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.chunkopt.UserError;
import org.chunkopt.model.Champion;
import org.chunkopt.model.Registry;
import org.chunkopt.model.TrainedModel;
import org.chunkopt.model.TrainingOutcome;
import org.chunkopt.policy.Advice;
import org.chunkopt.policy.Decision;
import org.chunkopt.policy.Exploration;
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
 * Stage {@code evaluate}: judges every policy on the test directories, writes {@code evaluation},
 * {@code proposals} and {@code decision.json}. The decision rests on the history of the test
 * directories alone; the truth of a simulated site is shown beside it and decides nothing.
 *
 * <pre>chunkopt evaluate --settings site.conf --date 2026-11-23</pre>
 */
public final class EvaluateJob implements Stage {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluateJob.class);

  /** More files than this are sampled by directory. */
  private static final double MAX_FILES = 2_000_000;

  /** More observations of the test directories than this are sampled by directory. */
  private static final double MAX_OBSERVATIONS = 100_000;

  /** Fewer observations than this are no context of their own. */
  private static final int MIN_CONTEXT = 200;

  /** Fewer observations than this give no level of their own. */
  private static final int MIN_LEVEL = 10;

  /** Position of the file system's usual 512 KiB, where no file was judged. */
  private static final int DEFAULT_POSITION = 3;

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
    return List.of(Tables.PROPOSALS, Tables.EVALUATION);
  }

  /** The champion: without a network of tonight it is judged again. */
  @Override
  public String inputs(SparkSession spark, Run run) {
    return new Registry(run.settings().output().root())
        .champion()
        .map(Champion::toString)
        .orElse("");
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    Settings settings = run.settings();
    List<String> warnings = new ArrayList<>();
    List<TrainedModel> networks = networks(run, warnings);
    Dataset<Row> observations = run.tables().read(spark, Tables.OBSERVATIONS);
    Dataset<Row> files =
        splitFeatures(run.tables().read(spark, Tables.FILE_FEATURES), settings)
            .persist(StorageLevel.MEMORY_AND_DISK());
    Dataset<Row> curves =
        Advice.worths(
                Advice.curves(run.tables().read(spark, Tables.EVIDENCE), "learn"), files, settings)
            .persist(StorageLevel.MEMORY_AND_DISK());
    Dataset<Row> heldOut = files.where("held_out");
    Dataset<Row> learned =
        learned(run, heldOut, observations).persist(StorageLevel.MEMORY_AND_DISK());
    List<Judged> all = new ArrayList<>();
    try {
      Map<String, Verdict.Finding> findings = new LinkedHashMap<>();
      for (int i = 0; i < Math.max(1, networks.size()); i++) {
        Optional<TrainedModel> network = networks.stream().skip(i).findFirst();
        Proposals policies = new Proposals(network, curves, learned, settings);
        Judged judged =
            new Judged(network, policies.of(heldOut).persist(StorageLevel.MEMORY_AND_DISK()));
        all.add(judged);
        judged.rows().addAll(rows(spark, run, policies, judged.proposals(), files, observations));
        if (network.isPresent()) {
          Verdict.Finding finding = Verdict.find(judged.rows());
          findings.put(judged.id(), finding);
          if (finding.publish()) {
            break;
          }
        }
      }
      Decision decision = Verdict.of(findings, !warnings.isEmpty());
      Judged shown =
          all.stream()
              .filter(judged -> judged.id().equals(decision.champion().modelId()))
              .findFirst()
              .orElse(all.get(0));
      run.tables()
          .write(
              Tables.EVALUATION,
              spark.createDataFrame(shown.rows(), Tables.EVALUATION.schema()).coalesce(1));
      run.tables()
          .write(
              Tables.PROPOSALS,
              SqlFile.named("evaluate/published_proposals")
                  .run(Map.of("proposals", shown.proposals()), Map.of("network", shown.id())));
      decision.write(run);
      LOG.info(decision.reason());
      return warnings;
    } finally {
      all.forEach(judged -> judged.proposals().unpersist());
      learned.unpersist();
      files.unpersist();
      curves.unpersist();
    }
  }

  /** What the history, and the truth of a simulated site, say of the policies. */
  private static List<Row> rows(
      SparkSession spark,
      Run run,
      Proposals policies,
      Dataset<Row> proposals,
      Dataset<Row> files,
      Dataset<Row> observations) {
    Settings settings = run.settings();
    List<Row> rows =
        new ArrayList<>(
            observed(
                policies,
                files,
                observations,
                Exploration.propensities(observations, run.carried(spark, Tables.EXPLORATION)),
                policies.curves(),
                settings));
    rows.addAll(agreement(proposals, settings));
    if (!settings.evaluate().truth().isEmpty()) {
      Dataset<Row> truth = truthJudge(spark, settings.evaluate().truth());
      rows.addAll(Judgement.rows("truth", proposals, truth, bestConstant(files, truth), settings));
      rows.addAll(Gates.of("truth", rows, settings.run().seed()));
    }
    return rows;
  }

  /**
   * The networks that may be published: tonight's, and that of the champion.
   *
   * @param warnings receives what was refused
   */
  private static List<TrainedModel> networks(Run run, List<String> warnings) {
    Registry registry = new Registry(run.settings().output().root());
    Set<String> ids = new LinkedHashSet<>();
    TrainingOutcome.read(run).candidate().ifPresent(ids::add);
    registry
        .champion()
        .filter(champion -> champion.policy().equals(Champion.MLP))
        .ifPresent(champion -> ids.add(champion.modelId()));
    List<TrainedModel> networks = new ArrayList<>();
    for (String id : ids) {
      try {
        networks.add(registry.load(id));
      } catch (UserError e) {
        warnings.add(e.getMessage());
      }
    }
    return networks;
  }

  private static Dataset<Row> learned(Run run, Dataset<Row> heldOut, Dataset<Row> observations) {
    long seed = run.settings().run().seed();
    return ResponseLearners.choices(
        SqlFile.named("evaluate/learner_rows")
            .run(
                Map.of(
                    "observations",
                    observations,
                    "labels",
                    run.tables().read(heldOut.sparkSession(), Tables.LABELS)),
                Map.of("seed", seed, "max_rows", ResponseLearners.MAX_ROWS)),
        SqlFile.named("evaluate/learner_files")
            .run(
                Map.of("held_out", heldOut, "observations", observations),
                Map.of("seed", seed, "max_files", ResponseLearners.MAX_ROWS)),
        seed);
  }

  /** The basis {@code observed}: the history of the test directories judges. */
  private static List<Row> observed(
      Proposals policies,
      Dataset<Row> files,
      Dataset<Row> observations,
      Dataset<Row> explored,
      Dataset<Row> curves,
      Settings settings) {
    long tested = observations.where("split = 'test' AND weight > 0").count();
    Dataset<Row> logged =
        SqlFile.named("evaluate/logged")
            .run(
                Map.of(
                    "observations", observations,
                    "contexts", broadcast(contexts(observations, settings)),
                    "levels", broadcast(levels(observations, curves)),
                    "curves", broadcast(curves),
                    "explored", explored),
                Map.of(
                    "seed", settings.run().seed(),
                    "sample", Math.min(1, MAX_OBSERVATIONS / Math.max(1, tested))))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return OffPolicy.rows(
          logged,
          policies.ofEveryChunkSize(
              files.join(logged.select("path_bytes").distinct(), "path_bytes")),
          bestConstant(files, curveJudge(files, curves)),
          settings);
    } finally {
      logged.unpersist();
    }
  }

  private static Dataset<Row> contexts(Dataset<Row> observations, Settings settings) {
    return SqlFile.named("evaluate/contexts")
        .run(
            Map.of("observations", observations),
            Map.of(
                "min_context", MIN_CONTEXT,
                "min_files", settings.evidence().minFiles(),
                "min_groups", settings.evidence().minGroups()));
  }

  private static Dataset<Row> levels(Dataset<Row> observations, Dataset<Row> curves) {
    return SqlFile.named("evaluate/levels")
        .run(
            Map.of("observations", observations, "curves", broadcast(curves)),
            Map.of("min_level", MIN_LEVEL));
  }

  /** The one row that says how far the network and the cohort table agree. */
  private static List<Row> agreement(Dataset<Row> proposals, Settings settings) {
    Rows rows = new Rows("observed", settings.run().seed());
    SqlFile.named("evaluate/agreement")
        .run(Map.of("proposals", proposals), Map.of())
        .collectAsList()
        .forEach(
            row ->
                rows.add(
                    Champion.MLP,
                    Verdict.AGREEMENT,
                    row.<Double>getAs("agreement"),
                    row.<Long>getAs("files"),
                    (int) (long) row.<Long>getAs("directories")));
    return rows.list();
  }

  private static int bestConstant(Dataset<Row> files, Dataset<Row> judge) {
    List<Row> best =
        SqlFile.named("evaluate/best_constant")
            .run(Map.of("training", files.where("NOT held_out"), "judge", judge), Map.of())
            .collectAsList();
    return best.isEmpty() ? DEFAULT_POSITION : best.get(0).getInt(0);
  }

  private static Dataset<Row> splitFeatures(Dataset<Row> features, Settings settings) {
    return SqlFile.named("evaluate/split_features")
        .run(
            Map.of("file_features", features),
            Map.of(
                "seed", settings.run().seed(),
                "split", settings.evidence().split().word(),
                "test_percent", settings.evidence().testPercent(),
                "sample", Math.min(1, MAX_FILES / Math.max(1, features.count()))));
  }

  private static Dataset<Row> curveJudge(Dataset<Row> files, Dataset<Row> curves) {
    return SqlFile.named("evaluate/curve_judge")
        .run(Map.of("file_features", files, "curves", broadcast(curves)), Map.of());
  }

  private static Dataset<Row> truthJudge(SparkSession spark, String truth) {
    return SqlFile.named("evaluate/truth_judge")
        .run(Map.of("truth", new TableDirectory(truth).read(spark, Tables.TRUTH)), Map.of());
  }
}
