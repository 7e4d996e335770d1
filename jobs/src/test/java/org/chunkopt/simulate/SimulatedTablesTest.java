package org.chunkopt.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.features.FeaturesJob;
import org.chunkopt.ingest.IngestJob;
import org.chunkopt.run.Run;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The tables without text beside those that ingest makes of the text of the same site. */
@ExtendWith(Spark.class)
class SimulatedTablesTest {
  private static final String SITE =
      "files = 2000, hours = 26, storage-servers = 4, targets-per-server = 2,"
          + " metadata-servers = 1, users = 9, sweep = true, habits-change = 0.3";

  @TempDir static Path directory;
  private static TableDirectory ingested;
  private static TableDirectory simulated;

  @BeforeAll
  static void simulateOnce() {
    SparkSession spark = Spark.session();
    Path drop = directory.resolve("drop");
    Settings settings =
        SettingsReader.parse(
            "chunkopt { run.seed = 4, simulate { output = \"" + drop + "\", " + SITE + " } }");
    SimulateJob.run(spark, settings);
    ingested = new TableDirectory(directory.resolve("ingested").toString());
    new IngestJob()
        .run(
            spark,
            new Run(
                LocalDate.of(2026, 11, 23),
                SettingsReader.read(drop.resolve("site.conf")),
                ingested));
    simulated = new TableDirectory(directory.resolve("simulated").toString());
    SimulatedTables.write(spark, settings, simulated);
    spark.catalog().clearCache();
  }

  @Test
  void inventoryLogsAndSweepsAreTheSame(SparkSession spark) {
    for (Table table : List.of(Tables.FILES, Tables.ACCESS, Tables.SWEEPS)) {
      Dataset<Row> expected = ingested.read(spark, table).drop("source_file");
      Dataset<Row> actual = simulated.read(spark, table).drop("source_file");
      assertThat(actual.count()).as(table.name()).isEqualTo(expected.count()).isPositive();
      assertThat(expected.exceptAll(actual).limit(3).collectAsList()).as(table.name()).isEmpty();
    }
  }

  @Test
  void theTruthIsTheSame(SparkSession spark) {
    Dataset<Row> expected =
        new TableDirectory(directory.resolve("drop/truth").toString()).read(spark, Tables.TRUTH);
    Dataset<Row> actual =
        new TableDirectory(SimulatedTables.truth(simulated)).read(spark, Tables.TRUTH);
    assertThat(actual.count()).isEqualTo(expected.count());
    assertThat(expected.exceptAll(actual).collectAsList()).isEmpty();
  }

  @Test
  void theFiguresOfServersAndTargetsAreTheSame(SparkSession spark) {
    for (Table table : List.of(Tables.NODE_MINUTES, Tables.TARGET_MINUTES)) {
      Map<List<Object>, Row> expected = byKey(ingested.read(spark, table), table);
      Map<List<Object>, Row> actual = byKey(simulated.read(spark, table), table);
      assertThat(actual.keySet()).isEqualTo(expected.keySet());
      expected.forEach((key, row) -> same(table, key, actual.get(key), row));
    }
  }

  @Test
  void usersDidAsMuchAtTheStorageServers(SparkSession spark) {
    Map<String, double[]> expected = users(ingested.read(spark, Tables.CLIENT_MINUTES));
    Map<String, double[]> actual = users(simulated.read(spark, Tables.CLIENT_MINUTES));
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (user, sums) -> {
          for (int i = 0; i < sums.length; i++) {
            assertThat(actual.get(user)[i]).isCloseTo(sums[i], within(0.02 * sums[i] + 1));
          }
        });
  }

  @Test
  void theFeaturesAreTheSame(SparkSession spark) {
    Map<List<Object>, Row> expected = features(spark, ingested);
    Map<List<Object>, Row> actual = features(spark, simulated);
    assertThat(actual).hasSameSizeAs(expected);
    expected.forEach((key, row) -> same(Tables.FILE_FEATURES, key, actual.get(key), row));
  }

  @Test
  void aSiteWithoutLogsAndWithoutASweepHasFeatures(SparkSession spark) {
    Settings settings =
        SettingsReader.parse(
            "chunkopt.simulate { files = 300, hours = 2, users = 3, darshan-share = 0 }");
    TableDirectory tables = new TableDirectory(directory.resolve("no-logs").toString());
    SimulatedTables.write(spark, settings, tables);
    assertThat(tables.read(spark, Tables.ACCESS).count()).isZero();
    assertThat(tables.read(spark, Tables.SWEEPS).count()).isZero();
    new FeaturesJob().run(spark, new Run(LocalDate.of(2026, 11, 23), settings, tables));
    assertThat(tables.read(spark, Tables.FILE_FEATURES).count()).isEqualTo(300);
  }

  private static Map<List<Object>, Row> features(SparkSession spark, TableDirectory from) {
    TableDirectory tables = new TableDirectory(from.root() + "-features", List.of(from.root()));
    new FeaturesJob()
        .run(spark, new Run(LocalDate.of(2026, 11, 23), SettingsReader.parse(""), tables));
    Map<List<Object>, Row> rows = new HashMap<>();
    for (Row row : tables.read(spark, Tables.FILE_FEATURES).collectAsList()) {
      rows.put(List.of(row.<String>getAs("path")), row);
    }
    return rows;
  }

  private static void same(Table table, List<Object> key, Row actual, Row expected) {
    for (String column : table.columnNames()) {
      Object one = expected.getAs(column);
      Object other = actual.getAs(column);
      if (one instanceof Double number) {
        assertThat((Double) other)
            .as("%s of %s", column, key)
            .isCloseTo(number, within(1e-6 * Math.abs(number) + 1e-9));
      } else if (one instanceof byte[] bytes) {
        assertThat(Arrays.equals(bytes, (byte[]) other)).as("%s of %s", column, key).isTrue();
      } else {
        assertThat(other).as("%s of %s", column, key).isEqualTo(one);
      }
    }
  }

  private static Map<List<Object>, Row> byKey(Dataset<Row> rows, Table table) {
    return rows.collectAsList().stream()
        .collect(
            Collectors.toMap(
                row -> table.key().stream().<Object>map(row::getAs).toList(), row -> row));
  }

  private static Map<String, double[]> users(Dataset<Row> clients) {
    Map<String, double[]> users = new TreeMap<>();
    for (Row row :
        clients
            .where("scope = 'user' AND server_kind = 'storage'")
            .groupBy("client")
            .sum("read_bytes", "read_ops", "write_bytes", "write_ops", "total_ops")
            .collectAsList()) {
      double[] sums = new double[5];
      for (int i = 0; i < sums.length; i++) {
        sums[i] = row.getDouble(1 + i);
      }
      users.put(row.getString(0), sums);
    }
    return users;
  }
}
