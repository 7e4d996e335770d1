package org.chunkopt.run;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.settings.Settings;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a stage is given: the date it runs for, the settings and the tables of this run.
 *
 * @param date date of the run, its name below {@code runs/}
 * @param settings effective settings
 * @param tables where the run's tables are read and written: a staging directory
 * @param previous run that this one carries on from, empty for the first
 */
public record Run(
    LocalDate date, Settings settings, TableDirectory tables, Optional<PreviousRun> previous) {
  private static final Logger LOG = LoggerFactory.getLogger(Run.class);

  /** A run that carries nothing on. */
  public Run(LocalDate date, Settings settings, TableDirectory tables) {
    this(date, settings, tables, Optional.empty());
  }

  /**
   * The instant that the run looks back from: the setting, else the end of the newest minute in
   * which a server answered BeeGFS-mon, else that of any server metrics, else the newest change in
   * the inventory by ctime, which no user can set. Never the clock. The answers carry InfluxDB's
   * time; a server's own clock may be days ahead.
   */
  public Instant asOf(SparkSession spark) {
    return settings.run().asOf().or(() -> newestMinute(spark)).orElseGet(() -> newestFile(spark));
  }

  /**
   * A table of the previous run: no rows where there is no such run, where it was made before the
   * table existed, or where its table has other columns.
   */
  public Dataset<Row> carried(SparkSession spark, Table table) {
    if (previous.isPresent() && previous.get().tables().has(spark, table)) {
      TableDirectory before = previous.get().tables();
      Optional<Dataset<Row>> rows = before.carried(spark, table);
      if (rows.isPresent()) {
        return rows.get();
      }
      LOG.warn(
          "Table {} of the run of {} has other columns: nothing is carried on from it.",
          table.name(),
          previous.get().date());
    }
    return spark.createDataFrame(List.<Row>of(), table.schema());
  }

  private Optional<Instant> newestMinute(SparkSession spark) {
    return newest(
        spark,
        Tables.NODE_MINUTES,
        "coalesce(max(minute) FILTER (WHERE responding_fraction IS NOT NULL), max(minute))"
            + " + INTERVAL 1 MINUTE");
  }

  private Instant newestFile(SparkSession spark) {
    return newest(spark, Tables.FILES, "max(ctime)").orElse(Instant.EPOCH);
  }

  private Optional<Instant> newest(SparkSession spark, Table table, String expression) {
    java.sql.Timestamp value =
        tables.read(spark, table).selectExpr(expression).head().getTimestamp(0);
    return Optional.ofNullable(value).map(java.sql.Timestamp::toInstant);
  }
}
