package org.chunkopt.score;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.chunkopt.model.Champion;
import org.chunkopt.model.Predictions;
import org.chunkopt.model.Registry;
import org.chunkopt.model.TrainedModel;
import org.chunkopt.policy.Advice;
import org.chunkopt.policy.Decision;
import org.chunkopt.policy.Options;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stage {@code score}: reads {@code file_features}, {@code cohorts}, {@code suffixes}, {@code
 * evidence} and the champion, writes {@code recommendations}, exactly one row per regular file, in
 * one pass.
 *
 * <pre>chunkopt score --settings site.conf --date 2026-11-23</pre>
 */
public final class ScoreJob implements Stage {
  private static final Logger LOG = LoggerFactory.getLogger(ScoreJob.class);

  @Override
  public String name() {
    return "score";
  }

  @Override
  public String description() {
    return "Recommends a chunk size for every file.";
  }

  @Override
  public List<Table> writes() {
    return List.of(Tables.RECOMMENDATIONS);
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    Dataset<Row> features = run.tables().read(spark, Tables.FILE_FEATURES);
    Options options = Options.of(run.tables().read(spark, Tables.EVIDENCE), "all", run.settings());
    Champion champion = Decision.read(run).champion();
    boolean network = champion.policy().equals(Champion.MLP);
    Dataset<Row> scored =
        network
            ? byNetwork(
                Advice.encoded(
                    features,
                    run.tables().read(spark, Tables.COHORTS),
                    run.tables().read(spark, Tables.SUFFIXES)),
                new Registry(run.settings().output().root()).load(champion.modelId()))
            : Advice.byCohortTable(features, options);
    String id = network ? champion.modelId() : champion.policy();
    run.tables()
        .write(Tables.RECOMMENDATIONS, Advice.recommendations(scored, options, run.settings(), id));

    // Both counts come from the footers of the Parquet files.
    long files = features.count();
    long rows = run.tables().read(spark, Tables.RECOMMENDATIONS).count();
    if (rows != files) {
      throw new IllegalStateException(
          "Scored " + files + " files but wrote " + rows + " recommendations.");
    }
    LOG.info("{} files scored by {}", files, id);
    return List.of();
  }

  private static Dataset<Row> byNetwork(Dataset<Row> features, TrainedModel model) {
    Set<String> needed = new LinkedHashSet<>(Advice.FILE_COLUMNS);
    needed.addAll(model.features());
    return Predictions.add(
        features.select(needed.stream().map(functions::col).toArray(Column[]::new)), model);
  }
}
