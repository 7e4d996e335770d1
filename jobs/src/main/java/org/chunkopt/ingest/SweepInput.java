package org.chunkopt.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.chunkopt.UserError;
import org.chunkopt.settings.Settings;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;

/** Reads benchmark sweeps, CSV or Parquet, into {@code sweeps}; one task a file. */
final class SweepInput {
  private static final String KEY = "inputs.observations";
  private static final byte[] PARQUET_MAGIC = Ascii.bytes("PAR1");

  private SweepInput() {}

  /**
   * Reads every file once; the rows are kept on the executors until they are forgotten. Columns are
   * found by name, further columns are passed over. Without sweeps all tables are empty.
   *
   * @throws UserError if a path matches nothing or a required column is missing
   */
  static Ingested read(SparkSession spark, Settings settings) {
    List<InputFile> files = InputFiles.resolve(spark, settings.inputs().observations(), KEY);
    Sheets sheets = new Sheets(Tables.SWEEPS, Tables.REJECTS, Tables.INGEST_LEDGER);
    SweepSheets kinds =
        new SweepSheets(
            sheets.sheet(Tables.SWEEPS),
            sheets.sheet(Tables.REJECTS),
            sheets.sheet(Tables.INGEST_LEDGER),
            settings.beegfs().mount());
    InputOpener opener = new InputOpener(spark);
    List<String> csv = new ArrayList<>();
    List<JavaRDD<Row>> parts = new ArrayList<>();
    for (InputFile file : files) {
      if (startsAsParquet(opener, file.path())) {
        parts.add(parquet(spark, file, kinds));
      } else {
        csv.add(file.path());
      }
    }
    JavaSparkContext context = new JavaSparkContext(spark.sparkContext());
    JavaRDD<Row> rows =
        context.parallelize(csv, Math.max(1, csv.size())).flatMap(new SweepCsv(opener, kinds));
    for (JavaRDD<Row> part : parts) {
      rows = rows.union(part);
    }
    JavaRDD<RowBlock> all = sheets.keep(rows);
    return new Ingested(
        Map.of(Tables.SWEEPS, sheets.rows(spark, all, Tables.SWEEPS)),
        sheets.rows(spark, all, Tables.REJECTS),
        sheets.rows(spark, all, Tables.INGEST_LEDGER),
        List.of(all::unpersist));
  }

  /** Recognises Parquet, and checks the header of a CSV file that can be read. */
  private static boolean startsAsParquet(InputOpener opener, String file) {
    try (InputStream in = opener.open(file)) {
      if (Arrays.equals(in.readNBytes(PARQUET_MAGIC.length), PARQUET_MAGIC)) {
        return true;
      }
    } catch (IOException e) {
      return unlessDamage(e);
    }
    try (InputStream in = opener.open(file)) {
      List<String> names = SweepCsv.header(in);
      if (!names.isEmpty()) {
        requireColumns(file, names);
      }
      return false;
    } catch (IOException e) {
      return unlessDamage(e);
    }
  }

  /** A damaged file is rejected by its task, as CSV. */
  private static boolean unlessDamage(IOException e) {
    if (InputOpener.isDamage(e)) {
      return false;
    }
    throw new UncheckedIOException(e);
  }

  private static JavaRDD<Row> parquet(SparkSession spark, InputFile file, SweepSheets kinds) {
    // pandas writes times in nanoseconds, which Spark takes as numbers or not at all.
    spark.conf().set("spark.sql.legacy.parquet.nanosAsLong", "true");
    Dataset<Row> rows;
    try {
      rows = TableDirectory.parquet(spark, file.path());
    } catch (Exception e) {
      // Spark hides its checked exceptions from the compiler.
      LedgerCount count = new LedgerCount(file.path(), SweepSheets.KIND, "parquet");
      count.bytes = file.bytes();
      return new JavaSparkContext(spark.sparkContext()).parallelize(kinds.unreadable(count, e), 1);
    }
    List<String> names = List.of(rows.schema().fieldNames());
    requireColumns(file.path(), names);
    List<Column> columns = new ArrayList<>();
    columns.add(functions.col("_metadata.row_index").as(SweepParquet.POSITION));
    SweepRow.REQUIRED.forEach(name -> columns.add(functions.col(name)));
    SweepRow.OPTIONAL.stream().filter(names::contains).map(functions::col).forEach(columns::add);
    return rows.select(columns.toArray(Column[]::new))
        .coalesce(1)
        .javaRDD()
        .mapPartitions(new SweepParquet(file, kinds));
  }

  private static void requireColumns(String file, List<String> names) {
    List<String> missing =
        SweepRow.REQUIRED.stream().filter(name -> !names.contains(name)).toList();
    if (!missing.isEmpty()) {
      throw UserError.failed(
          "The sweep "
              + file
              + " has no column "
              + String.join(", ", missing)
              + ". Add it, or correct chunkopt."
              + KEY
              + ".");
    }
  }
}
