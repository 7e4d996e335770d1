package org.chunkopt.evidence;

import static org.apache.spark.sql.functions.broadcast;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.history.ServerHistory;
import org.chunkopt.policy.Advice;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/**
 * Stage {@code evidence}: reads {@code file_features}, {@code access}, {@code sweeps}, the server
 * minutes and the inventory, also that of the previous run. Writes {@code pattern_changes}, {@code
 * observations}, {@code pool_laws}, {@code evidence} and {@code labels}.
 *
 * <pre>chunkopt evidence --settings site.conf --date 2026-11-23</pre>
 */
public final class EvidenceJob implements Stage {
  @Override
  public String name() {
    return "evidence";
  }

  @Override
  public String description() {
    return "Turns measured throughput into curves over the chunk sizes, and the curves into labels.";
  }

  @Override
  public List<Table> writes() {
    return List.of(
        Tables.PATTERN_CHANGES,
        Tables.OBSERVATIONS,
        Tables.POOL_LAWS,
        Tables.EVIDENCE,
        Tables.LABELS);
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    Dataset<Row> features = run.tables().read(spark, Tables.FILE_FEATURES);
    Dataset<Row> nodeMinutes = run.tables().read(spark, Tables.NODE_MINUTES);
    Dataset<Row> targetMinutes = run.tables().read(spark, Tables.TARGET_MINUTES);
    Dataset<Row> targetNodes =
        targetMinutes
            .groupBy("target_id")
            .agg(Map.of("node_num_id", "max"))
            .toDF("target_id", "node_num_id");

    run.tables().write(Tables.PATTERN_CHANGES, PatternChanges.of(spark, run));
    run.tables()
        .write(
            Tables.OBSERVATIONS,
            Observations.of(
                features,
                run.tables().read(spark, Tables.ACCESS),
                run.tables().read(spark, Tables.SWEEPS),
                nodeMinutes,
                targetNodes,
                run.settings()));
    Dataset<Row> observations = run.tables().read(spark, Tables.OBSERVATIONS);

    EvidenceCurves curves =
        new EvidenceCurves(
            observations,
            run.tables().read(spark, Tables.PATTERN_CHANGES),
            features,
            run.settings());
    run.tables().write(Tables.POOL_LAWS, curves.poolLaws());
    run.tables().write(Tables.EVIDENCE, curves.evidence());
    Dataset<Row> evidence = run.tables().read(spark, Tables.EVIDENCE);

    run.tables()
        .write(
            Tables.LABELS,
            labels(
                observations,
                evidence,
                features,
                ServerHistory.of(nodeMinutes, run.settings().collection().historyWindow()),
                targetMinutes,
                targetNodes,
                run.settings()));
    if (evidence.where("fold = 'all' AND tier <> 'prior'").isEmpty()) {
      return List.of(
          "No chunk size has enough files beside another one in any cohort: the best chunk size is not"
              + " identifiable from this history, and all advice is keep or prior.");
    }
    return List.of();
  }

  static Dataset<Row> labels(
      Dataset<Row> observations,
      Dataset<Row> evidence,
      Dataset<Row> features,
      Dataset<Row> serverHistory,
      Dataset<Row> targetMinutes,
      Dataset<Row> targetNodes,
      Settings settings) {
    Dataset<Row> curves = Advice.curves(evidence, "learn");
    Dataset<Row> labelled =
        SqlFile.named("evidence/labelled")
            .run(
                Map.of(
                    "observations", observations,
                    "curves", broadcast(curves),
                    "file_features", features),
                Map.of(
                    "seed", settings.run().seed(),
                    "split", settings.evidence().split().word(),
                    "test_percent", settings.evidence().testPercent(),
                    "validation_percent", settings.evidence().validationPercent(),
                    "sample",
                        Math.min(
                            1.0,
                            settings.training().maxRows()
                                / (double) Math.max(1, features.count()))));
    Dataset<Row> servers =
        SqlFile.named("evidence/access_servers")
            .run(
                Map.of(
                    "labelled", labelled,
                    "target_nodes", broadcast(targetNodes),
                    "server_history", serverHistory,
                    "target_minutes", targetMinutes),
                Map.of());
    Dataset<Row> before =
        SqlFile.named("evidence/inputs_before_access")
            .run(Map.of("labelled", labelled, "access_servers", servers), Map.of());
    return Tables.LABELS.select(
        SqlFile.named("features/derived").run(Map.of("inputs", before), Map.of()));
  }
}
