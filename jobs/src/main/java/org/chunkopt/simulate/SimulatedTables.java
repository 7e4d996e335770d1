package org.chunkopt.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.settings.Settings;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;

/**
 * Simulates a site straight into the tables that the stages {@code features} and {@code evidence}
 * read, for laboratory use: the same files, logs, sweeps and server figures as {@link SimulateJob}
 * and an ingest of its drop, without the text between. Of the clients only what users did at the
 * storage servers is written. The figures of the servers are computed in the driver.
 */
public final class SimulatedTables {
  /** Directory of the truth below the tables, the value for {@code evaluate.truth}. */
  private static final String TRUTH = "/truth";

  private SimulatedTables() {}

  /** Where {@link #write} puts the truth: the value for {@code evaluate.truth}. */
  public static String truth(TableDirectory tables) {
    return tables.root() + TRUTH;
  }

  /** Writes the site of {@code settings.simulate()}, drawn from {@code settings.run().seed()}. */
  public static void write(SparkSession spark, Settings settings, TableDirectory tables) {
    Site site = Site.of(settings);
    spark.sparkContext().setJobGroup("simulate", "Tables of " + site.files() + " files", false);
    try {
      tables.write(
          Tables.FILES,
          byProject(
              spark, site, Tables.FILES, index -> ProjectTables.files(site, index).iterator()));
      tables.write(
          Tables.ACCESS,
          byProject(
              spark, site, Tables.ACCESS, index -> ProjectTables.access(site, index).iterator()));
      new TableDirectory(truth(tables))
          .write(
              Tables.TRUTH,
              byProject(
                  spark,
                  site,
                  Tables.TRUTH,
                  index -> SimulateJob.truthRows(site, Project.of(site, index)).iterator()));
      write(spark, tables, Tables.FILE_EVENTS, List.of());
      write(spark, tables, Tables.SWEEPS, settings.simulate().sweep() ? sweeps(site) : List.of());
      metrics(spark, site, SiteTraffic.of(site), tables);
    } finally {
      spark.sparkContext().clearJobGroup();
    }
  }

  /** Writes the figures of the servers, and of the users at the storage servers. */
  static void metrics(SparkSession spark, Site site, SiteTraffic traffic, TableDirectory tables) {
    write(spark, tables, Tables.CLIENT_MINUTES, traffic.clientRows());
    int storage = site.storage().size();
    List<ServerMinutes> servers =
        IntStream.range(0, storage + site.metadata().size())
            .parallel()
            .mapToObj(i -> i < storage ? traffic.storage(i) : traffic.metadata(i - storage))
            .toList();
    write(
        spark,
        tables,
        Tables.NODE_MINUTES,
        servers.parallelStream().flatMap(server -> server.nodeRows().stream()).toList());
    write(
        spark,
        tables,
        Tables.TARGET_MINUTES,
        servers.stream().flatMap(server -> server.targetRows().stream()).toList());
  }

  static List<Row> sweeps(Site site) {
    List<Row> rows = new ArrayList<>();
    for (Pool pool : site.pools()) {
      for (CalibrationSweep.Cell cell : CalibrationSweep.cells(site, pool)) {
        for (CalibrationSweep.Measurement measured : CalibrationSweep.measurements(site, cell)) {
          rows.add(sweep(measured, rows.size() + 1L));
        }
      }
    }
    return rows;
  }

  private static Row sweep(CalibrationSweep.Measurement measured, long number) {
    AccessContext access = measured.cell().access();
    return RowFactory.create(
        measured.path(),
        measured.cell().group(),
        access.sizeBytes(),
        measured.chunk().bytes(),
        access.targets(),
        measured.cell().targets().stream().map(Pool.Target::id).toArray(Integer[]::new),
        access.requestBytes(),
        access.write() ? 0.0 : 1.0,
        access.sequential() ? 1.0 : 0.0,
        access.processes(),
        access.shared(),
        measured.micros() / 1e6,
        new java.sql.Timestamp(measured.second() * 1_000),
        "sweep",
        "sweep.csv",
        number);
  }

  private static Dataset<Row> byProject(
      SparkSession spark, Site site, Table table, FlatMapFunction<Long, Row> rows) {
    int tasks = spark.sparkContext().defaultParallelism();
    long projects = Project.count(site);
    return spark
        .range(0, projects, 1, (int) Math.max(1, Math.min(projects, tasks)))
        .flatMap(rows, Encoders.row(table.schema()));
  }

  static void write(SparkSession spark, TableDirectory tables, Table table, List<Row> rows) {
    tables.write(table, spark.createDataFrame(rows, table.schema()));
  }
}
