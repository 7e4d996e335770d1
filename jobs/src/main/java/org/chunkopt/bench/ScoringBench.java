package org.chunkopt.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.features.FeaturesJob;
import org.chunkopt.model.Champion;
import org.chunkopt.model.TrainedModel;
import org.chunkopt.nightly.ShufflePartitions;
import org.chunkopt.plan.PlanJob;
import org.chunkopt.policy.Decision;
import org.chunkopt.run.Run;
import org.chunkopt.score.ScoreJob;
import org.chunkopt.settings.Settings;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;

/**
 * Times the stages that have a row per file, features, score and plan, over namespaces grown from a
 * published run; score also beside its floor, which reads the same columns and writes as many bytes
 * without a model.
 */
public final class ScoringBench {
  private final SparkSession spark;
  private final Settings settings;
  private final LocalDate date;
  private final TableDirectory published;
  private final TrainedModel model;

  /**
   * @param published tables of a run of these settings
   * @param model that scores, one of the registry
   */
  public ScoringBench(
      SparkSession spark,
      Settings settings,
      LocalDate date,
      TableDirectory published,
      TrainedModel model) {
    this.spark = spark;
    this.settings = settings;
    this.date = date;
    this.published = published;
    this.model = model;
  }

  /**
   * Grows the namespace and times the stages; what is written is removed again.
   *
   * @param files about how many it should have
   * @param work directory to write into; it must not exist
   */
  public List<BenchRow> run(long files, String work) {
    long some = published.read(spark, Tables.FILE_FEATURES).count();
    long copies = Math.max(1, Math.round((double) files / some));
    Run run = new Run(date, settings, new TableDirectory(work, List.of(published.root())));
    try {
      GrownSite.write(spark, published, run.tables(), copies);
      new Decision(new Champion(Champion.MLP, model.id()), "for the benchmark", false).write(run);
      ShufflePartitions.fit(spark, run.tables());
      long rows = some * copies;
      Timing features = Timing.of(() -> new FeaturesJob().run(spark, run));
      // The floor first and last: its caches are warm the second time, as those of score are.
      Timing floorBefore = Timing.of(() -> floor(run, work + "/floor"));
      delete(work + "/floor");
      Timing score = Timing.of(() -> new ScoreJob().run(spark, run));
      Timing floorAfter = Timing.of(() -> floor(run, work + "/floor"));
      delete(work + "/floor");
      Timing plan = Timing.of(() -> new PlanJob().run(spark, run));
      double floor = (floorBefore.seconds() + floorAfter.seconds()) / 2;
      List<BenchRow> figures = new ArrayList<>();
      figures.add(row("features", rows, features, Double.NaN));
      figures.add(row("score", rows, score, floor));
      figures.add(row("score's floor, before", rows, floorBefore, Double.NaN));
      figures.add(row("score's floor, after", rows, floorAfter, Double.NaN));
      figures.add(row("plan", rows, plan, Double.NaN));
      return figures;
    } finally {
      delete(work);
    }
  }

  private void delete(String directory) {
    try {
      Path path = new Path(directory);
      path.getFileSystem(spark.sessionState().newHadoopConf()).delete(path, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private BenchRow row(String name, long files, Timing time, double floor) {
    return new BenchRow(
        "scoring", name, "files", spark.sparkContext().defaultParallelism(), files, time, floor);
  }

  /**
   * The columns that score reads, and a table as wide as recommendations: real figures where there
   * are real ones, so that Parquet cannot make less of them.
   */
  private void floor(Run run, String to) {
    Dataset<Row> features = run.tables().read(spark, Tables.FILE_FEATURES);
    String inputs =
        model.features().stream()
            .map(name -> "coalesce(" + name + ", 0D)")
            .collect(Collectors.joining(" + "));
    features
        .selectExpr(
            "path",
            "path_bytes",
            "entry_id",
            "parent_path",
            "uid",
            "size_bytes",
            "CAST(num_targets AS INT) AS num_targets",
            "chunk_bytes AS current_chunk_bytes",
            "chunk_bytes AS recommended_chunk_bytes",
            inputs + " AS predicted_log2_kib",
            "access_run_log2 AS expected_gain",
            "access_run_log2 AS gain_p10",
            "access_run_log2 AS gain_p90",
            "cohort AS action",
            "cohort AS tier",
            "cohort AS reason",
            "has_telemetry",
            "size_bytes / 1e8D AS rewrite_cost_s",
            "'floor' AS model_id",
            "1 AS schema_version")
        .write()
        .parquet(to);
  }
}
