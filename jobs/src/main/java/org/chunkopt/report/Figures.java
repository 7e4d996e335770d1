package org.chunkopt.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.chunkopt.links.HardLinks;
import org.chunkopt.run.Run;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/**
 * Everything the report shows, as aggregates whose size does not grow with the namespace; each is
 * the result of the query of the same name below {@code sql/report/}.
 */
record Figures(
    List<Row> advice,
    Row gain,
    List<Row> namespace,
    List<Row> flow,
    List<Row> curves,
    List<Row> cohortTiers,
    List<Row> overlap,
    List<Row> calibration,
    List<Row> rejects,
    List<Row> ledger,
    List<Row> worstInputs,
    List<Row> directories,
    List<Row> planSize,
    List<Row> outlook,
    List<Row> outcomes,
    List<Row> rootDefault,
    List<Row> evaluation,
    List<Row> telemetry) {
  /** The metric that tells policies apart. */
  static final String LEADING_METRIC = "ratio-to-oracle";

  static final int COHORTS = 8;
  static final int DIRECTORIES = 20;
  static final int INPUTS = 10;

  static Figures of(SparkSession spark, Run run) {
    Dataset<Row> cells =
        SqlFile.named("report/advice_cells")
            .run(
                Map.of(
                    "recommendations",
                    table(spark, run, Tables.RECOMMENDATIONS),
                    "further_paths",
                    HardLinks.furtherPaths(table(spark, run, Tables.FILES))),
                Map.of())
            .persist(StorageLevel.MEMORY_AND_DISK());
    Dataset<Row> evidence = table(spark, run, Tables.EVIDENCE);
    Dataset<Row> observations = table(spark, run, Tables.OBSERVATIONS);
    Dataset<Row> ledger = table(spark, run, Tables.INGEST_LEDGER);
    Dataset<Row> directoryPlan = table(spark, run, Tables.DIRECTORY_PLAN);
    try {
      return new Figures(
          query("advice", "cells", cells).collectAsList(),
          query("gain", "cells", cells).head(),
          query("namespace", "cells", cells).collectAsList(),
          query("flow", "cells", cells).collectAsList(),
          query("curves", "evidence", evidence, Map.of("cohorts", COHORTS)).collectAsList(),
          query("cohort_tiers", "evidence", evidence).collectAsList(),
          query("overlap", "observations", observations).collectAsList(),
          SqlFile.named("report/calibration")
              .run(Map.of("evidence", evidence, "observations", observations), Map.of())
              .collectAsList(),
          query("rejects", "rejects", table(spark, run, Tables.REJECTS)).collectAsList(),
          query("ledger", "ledger", ledger).collectAsList(),
          query("worst_inputs", "ledger", ledger, Map.of("files", INPUTS)).collectAsList(),
          query("directories", "directory_plan", directoryPlan, Map.of("directories", DIRECTORIES))
              .collectAsList(),
          SqlFile.named("report/plan_size")
              .run(
                  Map.of(
                      "directory_plan",
                      directoryPlan,
                      "file_plan",
                      table(spark, run, Tables.FILE_PLAN)),
                  Map.of())
              .collectAsList(),
          table(spark, run, Tables.PLAN_OUTLOOK).collectAsList(),
          query("outcomes", "outcomes", table(spark, run, Tables.OUTCOMES)).collectAsList(),
          table(spark, run, Tables.ROOT_DEFAULT).collectAsList(),
          query("evaluation", "evaluation", table(spark, run, Tables.EVALUATION)).collectAsList(),
          query("telemetry", "node_minutes", table(spark, run, Tables.NODE_MINUTES))
              .collectAsList());
    } finally {
      cells.unpersist();
    }
  }

  /** A table of the run; one that no stage has written yet is empty. */
  static Dataset<Row> table(SparkSession spark, Run run, Table table) {
    return run.tables().has(spark, table)
        ? run.tables().read(spark, table)
        : spark.createDataFrame(new ArrayList<>(), table.schema());
  }

  private static Dataset<Row> query(String name, String view, Dataset<Row> rows) {
    return query(name, view, rows, Map.of());
  }

  private static Dataset<Row> query(
      String name, String view, Dataset<Row> rows, Map<String, Object> parameters) {
    return SqlFile.named("report/" + name).run(Map.of(view, rows), parameters);
  }

  long files() {
    return sum(advice, "files");
  }

  long bytes() {
    return sum(advice, "bytes");
  }

  long files(String action) {
    return sum(having(advice, "action", action), "files");
  }

  /** What a level of plan.trust is worth by this judge; empty where nothing is known. */
  Optional<Row> outlook(String trust, String basis) {
    return having(having(outlook, "trust", trust), "basis", basis).stream().findFirst();
  }

  /** Entries selected by the plan, kind change, try, undo or files. */
  long planned(String kind) {
    return sum(selected(kind), "entries");
  }

  long candidates(String kind) {
    return sum(having(planSize, "kind", kind), "entries");
  }

  List<Row> selected(String kind) {
    return having(planSize, "kind", kind).stream()
        .filter(row -> row.<Boolean>getAs("selected"))
        .toList();
  }

  /** What the policies are judged by: the truth where it is known, else the response model. */
  String evaluationBasis() {
    return having(evaluation, "basis", "truth").isEmpty() ? "evidence" : "truth";
  }

  /** The rows of the one metric that tells policies apart, in the order of the policies. */
  List<Row> judged() {
    return having(having(evaluation, "basis", evaluationBasis()), "metric", LEADING_METRIC);
  }

  static List<Row> having(List<Row> rows, String column, String value) {
    return rows.stream().filter(row -> value.equals(row.getAs(column))).toList();
  }

  static long sum(List<Row> rows, String column) {
    return rows.stream()
        .map(row -> row.<Long>getAs(column))
        .filter(value -> value != null)
        .reduce(0L, Figures::saturated);
  }

  /** A sum of sizes that sparse files only claim to have stays at the largest number. */
  static long saturated(long a, long b) {
    long sum = a + b;
    return ((a ^ sum) & (b ^ sum)) < 0 ? Long.MAX_VALUE : sum;
  }
}
