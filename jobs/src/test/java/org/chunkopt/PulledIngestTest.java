package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Influxd;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A recording of a running BeeGFS-mon goes through InfluxDB and comes back the same. */
@ExtendWith(Spark.class)
class PulledIngestTest {
  private static final String SAMPLE = "/samples/site/metrics/beegfs_mon.window.lp";

  @TempDir Path house;
  @TempDir Path home;

  @Test
  void minutesOfThePulledFilesAreThoseOfTheExport(SparkSession spark) throws IOException {
    String export = resource(SAMPLE);
    for (String name : List.of("site.stat0", "site.entryinfo")) {
      write("inventory/" + name, resource("/samples/site/inventory/" + name));
    }
    write("recorded/mon.lp", export);
    try (Influxd influxd = Influxd.start(home)) {
      influxd.createDatabase("beegfs_mon");
      influxd.write(
          "beegfs_mon",
          export
              .lines()
              .filter(line -> !line.startsWith("#") && !line.startsWith("CREATE"))
              .collect(Collectors.joining("\n")));
      Path site = site(influxd, "pulled");
      run("pull", "--settings", site.toString(), "--until", "2026-11-23T18:00:00Z");
    }

    Path pulled = ingest("pulled");
    Path recorded = ingest("recorded");

    for (var table : List.of(Tables.NODE_MINUTES, Tables.TARGET_MINUTES, Tables.CLIENT_MINUTES)) {
      assertThat(rows(spark, pulled, table.name()))
          .as(table.name())
          .isNotEmpty()
          .containsExactlyInAnyOrderElementsOf(rows(spark, recorded, table.name()));
    }
    Dataset<Row> ledger = table(spark, pulled, Tables.INGEST_LEDGER.name()).where("kind='metrics'");
    Row count = ledger.selectExpr("sum(lines)", "sum(accepted)", "sum(rejected)").first();
    assertThat(count.getLong(1)).isPositive();
    assertThat(ledger.where("lines <> accepted + rejected + comments + blanks + unknown").isEmpty())
        .isTrue();
    assertThat(
            table(spark, pulled, Tables.REJECTS.name())
                .where("source_file LIKE '%.lp.gz' AND reason <> 'COUNTER_RESET'")
                .isEmpty())
        .isTrue();
  }

  private Path site(Influxd influxd, String metrics) throws IOException {
    return write(
        metrics + ".conf",
        """
        chunkopt {
          influx { url = "%1$s", directory = "%2$s/pulled", history = 36500d }
          inputs { metrics = "%2$s/%3$s", inventory = "%2$s/inventory" }
          output.root = "%2$s/out-%3$s"
        }
        """
            .formatted(influxd == null ? "http://none" : influxd.url(), house, metrics));
  }

  /** Ingests a directory of metrics; returns that of the tables. */
  private Path ingest(String metrics) throws IOException {
    run("ingest", "--settings", site(null, metrics).toString(), "--date", "2026-11-24");
    try (Stream<Path> files = Files.walk(house.resolve("out-" + metrics))) {
      return files
          .filter(file -> file.endsWith(Tables.NODE_MINUTES.name()))
          .findFirst()
          .orElseThrow()
          .getParent();
    }
  }

  private static void run(String... arguments) {
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(Main.STAGES);
    line.setOut(new PrintWriter(new StringWriter())).setErr(new PrintWriter(err, true));
    assertThat(line.execute(arguments))
        .as(err.toString())
        .isIn(0, UserError.PUBLISHED_WITH_WARNINGS);
  }

  private static List<String> rows(SparkSession spark, Path tables, String name) {
    return table(spark, tables, name).toJSON().collectAsList();
  }

  private static Dataset<Row> table(SparkSession spark, Path tables, String name) {
    return spark.read().parquet(tables.resolve(name).toString());
  }

  private Path write(String name, String text) throws IOException {
    Path file = house.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text, StandardCharsets.ISO_8859_1);
  }

  private static String resource(String name) throws IOException {
    try (var in = PulledIngestTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
