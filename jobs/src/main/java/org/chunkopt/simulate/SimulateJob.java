package org.chunkopt.simulate;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.util.SerializableConfiguration;
import org.chunkopt.UserError;
import org.chunkopt.settings.Settings;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a whole input drop of a simulated site, and the hidden truth beside it.
 *
 * <p>Reads nothing. Writes, below {@code simulate.output}: {@code metrics/*.lp}, {@code
 * inventory/}, {@code access/*.darshan.txt}, {@code observations/sweep.csv} if a sweep is wanted,
 * {@code truth/truth} (only the evaluator may open it) and {@code site.conf} with settings for the
 * drop. Example: {@code submit-scripts/chunkopt simulate --settings simulate.conf}.
 */
public final class SimulateJob {
  private static final Logger LOG = LoggerFactory.getLogger(SimulateJob.class);

  private static final String SWEEP = "observations/sweep.csv";

  private SimulateJob() {}

  /**
   * Simulates the site of {@code settings.simulate()} from {@code settings.run().seed()}.
   *
   * @throws UserError if {@code simulate.output} is missing or not empty
   */
  public static void run(SparkSession spark, Settings settings) {
    if (settings.simulate().output().isBlank()) {
      throw UserError.usage("simulate.output is empty. Set it to a new directory.");
    }
    Site site = Site.of(settings);
    spark.sparkContext().setJobGroup("simulate", "A site of " + site.files() + " files", false);
    try {
      Drop drop =
          Drop.empty(
              settings.simulate().output(),
              new SerializableConfiguration(spark.sparkContext().hadoopConfiguration()));
      inventory(spark, site, drop);
      truth(spark, site, drop);
      serverMetrics(spark, site, drop);
      trafficMetrics(spark, site, drop);
      boolean sweep = settings.simulate().sweep();
      if (sweep) {
        try (ByteText csv = drop.create(SWEEP)) {
          CalibrationSweep.write(site, csv);
        }
      }
      try (ByteText conf = drop.create("site.conf")) {
        conf.text(siteConf(site, drop, sweep ? List.of(drop.path(SWEEP)) : List.of()));
      }
      LOG.info(
          "Simulated {} files and {} hours of metrics of {} storage servers into {}.",
          site.files(),
          settings.simulate().hours(),
          site.storage().size(),
          drop.root());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      spark.sparkContext().clearJobGroup();
    }
  }

  private static void inventory(SparkSession spark, Site site, Drop drop) {
    numbers(spark, InventoryShard.count(site), InventoryShard.count(site))
        .foreachPartition(
            (ForeachPartitionFunction<Long>)
                shards -> {
                  while (shards.hasNext()) {
                    long shard = shards.next();
                    new InventoryShard(site, shard).write(drop, shard);
                  }
                });
  }

  private static void truth(SparkSession spark, Site site, Drop drop) {
    Dataset<Row> rows =
        numbers(spark, Project.count(site), InventoryShard.count(site))
            .flatMap(
                (FlatMapFunction<Long, Row>)
                    project -> truthRows(site, Project.of(site, project)).iterator(),
                Encoders.row(Tables.TRUTH.schema()));
    new TableDirectory(drop.path("truth")).write(Tables.TRUTH, rows);
  }

  static List<Row> truthRows(Site site, Project project) {
    List<Row> rows = new ArrayList<>();
    for (SimulatedFile file : project.files(site)) {
      rows.add(RowFactory.create(Names.path(site, file), file.truth(site)));
    }
    return rows;
  }

  private static void serverMetrics(SparkSession spark, Site site, Drop drop) {
    numbers(spark, ServerExports.count(site), ServerExports.count(site))
        .foreachPartition(
            (ForeachPartitionFunction<Long>)
                exports -> {
                  while (exports.hasNext()) {
                    new ServerExports(site, drop).write(exports.next());
                  }
                });
  }

  private static void trafficMetrics(SparkSession spark, Site site, Drop drop) {
    Traffic traffic = new Traffic(site);
    Dataset<Row> moved =
        numbers(spark, Project.count(site), InventoryShard.count(site))
            .flatMap(
                (FlatMapFunction<Long, Row>) project -> traffic.of(Project.of(site, project)),
                Encoders.row(Traffic.SCHEMA));
    List<Row> skeleton = TrafficExports.skeleton(site);
    int exports = site.days() * (site.storage().size() + Traffic.CLIENT_FAMILIES.size());
    moved
        .union(spark.createDataFrame(skeleton, Traffic.SCHEMA))
        .groupBy("export", "client", "bucket")
        .agg(
            functions.sum("read_bytes"),
            functions.sum("written_bytes"),
            functions.sum("reads"),
            functions.sum("writes"),
            functions.sum("opens"),
            functions.sum("creates"))
        .repartition(Math.min(exports, 1_000), functions.col("export"))
        .sortWithinPartitions("export", "client", "bucket")
        .foreachPartition(
            (ForeachPartitionFunction<Row>) rows -> new TrafficExports(site, drop).write(rows));
  }

  private static String siteConf(Site site, Drop drop, List<String> observations) {
    List<String> logs =
        site.loggedShare() > 0 ? List.of(drop.path("access/*.darshan.txt")) : List.of();
    Map<String, Object> settings =
        Map.of(
            "inputs.metrics", List.of(drop.path("metrics/*.lp")),
            "inputs.inventory", List.of(drop.path("inventory/*")),
            "inputs.access", logs,
            "inputs.observations", observations,
            "beegfs.mount", site.mount(),
            "beegfs.cli", site.cli().name().toLowerCase(Locale.ROOT),
            "run.seed", site.seed(),
            "evaluate.truth", drop.path("truth"));
    return "# Settings for the simulated site beside this file. Set chunkopt.output.root as well.\n"
        + ConfigFactory.parseMap(settings)
            .atKey("chunkopt")
            .root()
            .render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false));
  }

  /** The numbers from 0, in tasks. */
  private static Dataset<Long> numbers(SparkSession spark, long count, long tasks) {
    return spark.range(0, count, 1, (int) Math.max(1, Math.min(tasks, 10_000)));
  }
}
