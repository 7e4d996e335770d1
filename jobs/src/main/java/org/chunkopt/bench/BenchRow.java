package org.chunkopt.bench;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.tables.Table;

/**
 * A figure of the benchmark.
 *
 * @param part what was measured: parsers, ingest, kernels, training or scoring
 * @param name which of them
 * @param unit what {@code units} counts
 * @param cores cores it could use
 * @param units how many were done
 * @param time what they took
 * @param floorSeconds what the floor took in the same run, NaN without one
 */
public record BenchRow(
    String part,
    String name,
    String unit,
    int cores,
    long units,
    Timing time,
    double floorSeconds) {
  private static final Table TABLE =
      Table.of(
          "bench",
          "one row per figure of a benchmark",
          "part, name, units",
          """
          part STRING          | parsers, ingest, kernels, training or scoring
          name STRING          | what was timed
          unit STRING          | what units counts
          cores INT            | cores it could use
          units BIGINT         | how many were done
          seconds DOUBLE       | by the clock
          cpu_seconds DOUBLE   | of all threads of the process
          held_bytes BIGINT    | most of the heap in use after a collection, 0 where none ran
          floor_seconds DOUBLE | of the floor in the same run, null without one
          """);

  public double perSecond() {
    return units / time.seconds();
  }

  public double ratio() {
    return time.seconds() / floorSeconds;
  }

  /** Writes the rows as the Parquet table {@code bench} below a directory. */
  public static void write(SparkSession spark, List<BenchRow> rows, String directory) {
    Dataset<Row> table =
        spark.createDataFrame(rows.stream().map(BenchRow::row).toList(), TABLE.schema());
    TABLE.require(table).coalesce(1).write().mode("overwrite").parquet(directory + "/bench");
  }

  private Row row() {
    return RowFactory.create(
        part,
        name,
        unit,
        cores,
        units,
        time.seconds(),
        time.cpuSeconds(),
        time.heldBytes(),
        Double.isNaN(floorSeconds) ? null : floorSeconds);
  }
}
