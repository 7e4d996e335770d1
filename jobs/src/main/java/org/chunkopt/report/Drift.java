package org.chunkopt.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.xxhash64;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.policy.Advice;
import org.chunkopt.run.Run;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Tables;

/**
 * How far the inputs of the network are from those it learnt from.
 *
 * @param against what tonight's inputs are compared with, in words; empty where there is nothing
 * @param features rows of {@code report/drift.sql}, the farthest first
 */
record Drift(String against, List<Row> features) {
  /** Above this an input has moved a little. */
  static final double MOVED = 0.1;

  /** Above this it is another. */
  static final double FAR = 0.25;

  private static final long SAMPLE = 1_000_000;

  /**
   * Compares a sample of about a million files with the labelled files where the network was
   * trained in this run, else with the files of the run before.
   *
   * @param features inputs of the network
   * @param trained whether the network was trained in this run
   */
  static Drift of(SparkSession spark, Run run, List<String> features, boolean trained) {
    if (!run.tables().has(spark, Tables.FILE_FEATURES)) {
      return new Drift("", List.of());
    }
    Dataset<Row> learnt;
    String against;
    if (trained && run.tables().has(spark, Tables.LABELS)) {
      learnt = run.tables().read(spark, Tables.LABELS).where("split = 'train'");
      against = "the files that the network learnt from";
    } else if (run.previous().isPresent()) {
      learnt =
          Advice.encoded(
              sample(run.carried(spark, Tables.FILE_FEATURES)),
              run.carried(spark, Tables.COHORTS),
              run.carried(spark, Tables.SUFFIXES));
      against = "the files of the run of " + run.previous().get().date();
    } else {
      return new Drift("", List.of());
    }
    Dataset<Row> scored =
        Advice.encoded(
            sample(run.tables().read(spark, Tables.FILE_FEATURES)),
            Figures.table(spark, run, Tables.COHORTS),
            Figures.table(spark, run, Tables.SUFFIXES));
    Dataset<Row> inputs =
        inputs("learnt", learnt, features).unionByName(inputs("scored", scored, features));
    List<Row> rows =
        SqlFile.named("report/drift").run(Map.of("inputs", inputs), Map.of()).collectAsList();
    return new Drift(rows.isEmpty() ? "" : against, rows);
  }

  /** The same files every time; all of them where they are few. */
  private static Dataset<Row> sample(Dataset<Row> files) {
    long parts = Math.max(1, files.count() / SAMPLE);
    return parts == 1
        ? files
        : files.where(pmod(xxhash64(col("path_bytes")), lit(parts)).equalTo(0));
  }

  private static Dataset<Row> inputs(String side, Dataset<Row> rows, List<String> features) {
    Column[] columns =
        features.stream()
            .map(feature -> col(feature).cast("double").as(feature))
            .toArray(Column[]::new);
    return rows.select(columns)
        .unpivot(new Column[0], "feature", "value")
        .withColumn("side", lit(side));
  }

  /** Whether an input is of the servers, not of the file. */
  static boolean ofServers(Row feature) {
    return Tables.SERVER_FEATURES.contains(feature.<String>getAs("feature"));
  }

  /** Inputs of the files that are another than those that were learnt from. */
  List<Row> far() {
    return features.stream()
        .filter(row -> !ofServers(row) && row.<Double>getAs("stability_index") > FAR)
        .toList();
  }

  /**
   * Inputs of the servers that lie outside of what was learnt for more than a tenth of the files.
   */
  List<Row> outside() {
    return features.stream()
        .filter(row -> ofServers(row) && row.<Double>getAs("outside") > 0.1)
        .toList();
  }
}
