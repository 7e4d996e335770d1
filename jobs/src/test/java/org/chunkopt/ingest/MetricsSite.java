package org.chunkopt.ingest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.run.Run;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.TableDirectory;

/** A site of one file, whose metrics a test writes and ingests. */
final class MetricsSite {
  private static final String STAT =
      "1000\t1048576\t2048\t1795453827.5\t1795453827.5\t1795453827.5\t1003\t100\t1\tf\t/a.dat\0";

  private final Path house;
  private int runs;

  MetricsSite(Path house) throws IOException {
    this.house = house;
    Files.createDirectories(house.resolve("metrics"));
    Path inventory = Files.createDirectories(house.resolve("inventory"));
    Files.writeString(inventory.resolve("site.stat0"), STAT);
    Files.write(
        inventory.resolve("site.entryinfo"), Samples.bytes("entryinfo/file-1x64k.stdout.txt"));
  }

  /** What one run of ingest wrote. */
  record Read(SparkSession spark, TableDirectory tables, List<String> warnings) {
    /** Rows as JSON, in the order of the key. */
    List<String> rows(Table table) {
      return tables.read(spark, table).toJSON().collectAsList().stream().sorted().toList();
    }

    /** One row as text: the columns that an SQL expression puts together. */
    List<String> texts(Table table, String filter, String expression) {
      return tables
          .read(spark, table)
          .filter(filter)
          .selectExpr("CAST(" + expression + " AS STRING)")
          .collectAsList()
          .stream()
          .map(row -> row.getString(0))
          .sorted()
          .toList();
    }

    Row one(Table table, String filter) {
      List<Row> found = tables.read(spark, table).filter(filter).collectAsList();
      if (found.size() != 1) {
        throw new AssertionError(found.size() + " rows of " + table.name() + " where " + filter);
      }
      return found.get(0);
    }

    long count(Table table, String filter) {
      return tables.read(spark, table).filter(filter).count();
    }
  }

  Path metrics(String name) {
    return house.resolve("metrics").resolve(name);
  }

  void write(String name, String text) throws IOException {
    Files.writeString(metrics(name), text, StandardCharsets.UTF_8);
  }

  void write(String name, byte[] bytes) throws IOException {
    Files.write(metrics(name), bytes);
  }

  static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return packed.toByteArray();
  }

  Read ingest(SparkSession spark, String settings) {
    Run run = run(settings);
    return new Read(spark, run.tables(), new IngestJob().run(spark, run));
  }

  Read ingest(SparkSession spark) {
    return ingest(spark, "");
  }

  Run run(String settings) {
    TableDirectory tables = new TableDirectory(house.resolve("run-" + runs++).toString());
    return new Run(LocalDate.of(2026, 11, 23), SettingsReader.parse(settings(settings)), tables);
  }

  /** The settings of the site as text. */
  String settings(String more) {
    return """
        chunkopt {
          inputs.metrics = "%1$s/metrics/*"
          inputs.inventory = "%1$s/inventory/*"
          output.root = "%1$s/out"
          %2$s
        }
        """
        .formatted(house, more);
  }
}
