package org.chunkopt.evaluate;

import static org.apache.spark.sql.functions.broadcast;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.storage.StorageLevel;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;

/** The policies on the held-out directories before one judge. */
final class Evaluation {
  /** More directories than this are sampled for the bootstrap, which runs on the driver. */
  private static final int MAX_DIRECTORIES = 20_000;

  /** Position of the file system's usual 512 KiB, where no file was judged. */
  private static final int DEFAULT_POSITION = 3;

  private final Dataset<Row> files;
  private final Dataset<Row> network;
  private final Dataset<Row> table;
  private final Dataset<Row> curves;
  private final Settings settings;

  /**
   * @param files {@code file_features} with {@code held_out}
   * @param network recommendations of the network for the held-out files
   * @param table recommendations of the cohort table for them
   * @param curves evidence of the directories that were learnt from
   */
  Evaluation(
      Dataset<Row> files,
      Dataset<Row> network,
      Dataset<Row> table,
      Dataset<Row> curves,
      Settings settings) {
    this.files = files;
    this.network = network;
    this.table = table;
    this.curves = curves;
    this.settings = settings;
  }

  /**
   * The rows of the table {@code evaluation} for one basis; none where no held-out file is judged.
   *
   * @param judge {@code path_bytes, ln_throughput}
   */
  List<Row> against(String basis, Dataset<Row> judge) {
    Dataset<Row> judged =
        SqlFile.named("evaluate/judged")
            .run(
                Map.of(
                    "held_out", files.where("held_out"),
                    "judge", judge,
                    "curves", broadcast(curves),
                    "network", network,
                    "table_advice", table),
                Map.of("best_constant", bestConstant(judge)))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      return rows(basis, judged);
    } finally {
      judged.unpersist();
    }
  }

  private int bestConstant(Dataset<Row> judge) {
    List<Row> best =
        SqlFile.named("evaluate/best_constant")
            .run(Map.of("training", files.where("NOT held_out"), "judge", judge), Map.of())
            .collectAsList();
    return best.isEmpty() ? DEFAULT_POSITION : best.get(0).getInt(0);
  }

  private List<Row> rows(String basis, Dataset<Row> judged) {
    Map<String, List<Row>> directories =
        SqlFile.named("evaluate/directories")
            .run(Map.of("judged", judged), Map.of("max_directories", MAX_DIRECTORIES))
            .orderBy("policy", "directory")
            .collectAsList()
            .stream()
            .collect(
                Collectors.groupingBy(
                    row -> row.<String>getAs("policy"), TreeMap::new, Collectors.toList()));
    Map<String, Double> regret =
        SqlFile.named("evaluate/regret")
            .run(Map.of("judged", judged), Map.of())
            .collectAsList()
            .stream()
            .collect(Collectors.toMap(row -> row.getString(0), row -> row.getDouble(1)));
    List<Row> rows = new ArrayList<>();
    directories.forEach(
        (policy, sums) -> {
          rows.add(row(basis, policy, "ratio-to-oracle", sums, mean(sums, "regret").exponential()));
          rows.add(
              row(
                  basis,
                  policy,
                  "gain-over-current",
                  sums,
                  mean(sums, "over_current").exponential()));
          rows.add(
              row(
                  basis,
                  policy,
                  "gain-over-default",
                  sums,
                  mean(sums, "over_default").exponential()));
          rows.add(row(basis, policy, "within-octave", sums, mean(sums, "within_octave")));
          rows.add(row(basis, policy, "harm", sums, mean(sums, "harmed")));
          double p95 = regret.get(policy);
          rows.add(
              row(
                  basis,
                  policy,
                  "regret-p95",
                  sums,
                  new Bootstrap.Interval(p95, Double.NaN, Double.NaN)));
        });
    return rows;
  }

  private Bootstrap.Interval mean(List<Row> directories, String column) {
    List<Bootstrap.Sum> sums =
        directories.stream()
            .map(row -> new Bootstrap.Sum(row.<Double>getAs(column), row.<Long>getAs("files")))
            .toList();
    return new Bootstrap(settings.run().seed(), settings.evaluate().bootstrap()).mean(sums);
  }

  private Row row(
      String basis,
      String policy,
      String metric,
      List<Row> directories,
      Bootstrap.Interval interval) {
    return RowFactory.create(
        basis,
        policy,
        metric,
        interval.value(),
        Double.isNaN(interval.low()) ? null : interval.low(),
        Double.isNaN(interval.high()) ? null : interval.high(),
        directories.stream().mapToLong(row -> row.<Long>getAs("files")).sum(),
        (long) directories.size(),
        settings.run().seed());
  }
}
