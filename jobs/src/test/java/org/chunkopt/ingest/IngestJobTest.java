package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.chunkopt.UserError;
import org.chunkopt.run.Run;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Spark.class)
class IngestJobTest {
  @TempDir Path house;
  private Path metrics;
  private byte[] export;

  @BeforeEach
  void layOutTheSite() throws IOException {
    metrics = Files.createDirectories(house.resolve("in/metrics"));
    Files.createDirectories(house.resolve("in/inventory"));
    for (String name : List.of("site.stat0", "site.entryinfo")) {
      Files.write(house.resolve("in/inventory").resolve(name), resource("inventory/" + name));
    }
    export = resource("metrics/beegfs_mon.window.lp");
  }

  @Test
  void theLedgerAddsUpLineByLine(SparkSession spark) throws IOException {
    Files.write(metrics.resolve("mon.lp"), export);
    Result result = ingest(spark, "");
    Row ledger = result.one(Tables.INGEST_LEDGER, "kind = 'metrics'");
    assertThat(ledger.<Long>getAs("lines")).isEqualTo(4002);
    assertThat(ledger.<Long>getAs("bytes")).isEqualTo(export.length);
    assertThat(ledger.<Long>getAs("accepted")).isEqualTo(3317);
    assertThat(ledger.<Long>getAs("rejected")).isEqualTo(82);
    assertThat(ledger.<Long>getAs("comments")).isEqualTo(8);
    assertThat(ledger.<Long>getAs("unknown")).isEqualTo(595);
    assertThat(ledger.<Long>getAs("duplicates")).isZero();
    assertThat(ledger.<String>getAs("format")).isEqualTo("line-protocol");
    assertThat(result.warnings).anyMatch(w -> w.contains("2.05 % of the records of metrics"));

    List<Row> rejects = result.rows(Tables.REJECTS, "reason = 'COUNTER_RESET'", "byte_offset");
    assertThat(rejects).hasSize(82);
    for (Row reject : rejects) {
      int at = (int) reject.<Long>getAs("byte_offset").longValue();
      byte[] raw = reject.getAs("raw");
      assertThat(raw).isEqualTo(Arrays.copyOfRange(export, at, at + raw.length));
      assertThat(export[at + raw.length]).isEqualTo((byte) '\n');
    }
  }

  @Test
  void serverMinutesAreThoseOfTheExport(SparkSession spark) throws IOException {
    Files.write(metrics.resolve("mon.lp"), export);
    Result result = ingest(spark, "");
    Row minute = result.node("storage", 1, "17:13");
    assertThat(minute.<Integer>getAs("samples")).isEqualTo(60);
    assertThat(minute.<Double>getAs("disk_read_bytes")).isEqualTo(25_165_824);
    assertThat(minute.<Double>getAs("disk_write_bytes")).isEqualTo(207_618_048);
    assertThat(minute.<Double>getAs("net_recv_bytes")).isEqualTo(207_864_646);
    assertThat(minute.<Double>getAs("work_requests")).isEqualTo(2065);
    assertThat(minute.<Double>getAs("responding_fraction")).isEqualTo(1);
    assertThat(minute.<Double>getAs("disk_space_total_bytes")).isEqualTo(2 * 4_076_568_576.0);
    assertThat(minute.<String>getAs("node_id")).isEqualTo("storage01");
    assertThat(minute.<String>getAs("hostname")).isEqualTo("storage01");
    assertThat(minute.<Object>getAs("cpu_usage_fraction")).isNull();
    List<Float> seconds = minute.getList(minute.fieldIndex("write_bytes_by_second"));
    assertThat(seconds).hasSize(60).doesNotContainNull();
    assertThat(seconds.subList(3, 11))
        .containsExactly(
            50331648f, 50331648f, 0f, 23592960f, 28835840f, 16777216f, 33554432f, 4194304f);

    assertThat(result.node("meta", 2, "17:13").<String>getAs("node_id"))
        .isEqualTo("meta02 rack=B,u7");
    assertThat(result.rows(Tables.NODE_MINUTES, "true", "minute")).hasSize(4 * 3);
  }

  @Test
  void minutesOfAnOutageSayWhatIsMissing(SparkSession spark) throws IOException {
    Files.write(metrics.resolve("mon.lp"), export);
    Result result = ingest(spark, "");
    Row minute = result.node("storage", 2, "17:13");
    assertThat(minute.<Integer>getAs("samples")).isEqualTo(12);
    assertThat(minute.<Double>getAs("responding_fraction")).isEqualTo(3 / 12.0);
    assertThat(minute.<Double>getAs("disk_write_bytes")).isEqualTo(209_715_200);
    List<Float> seconds = minute.getList(minute.fieldIndex("write_bytes_by_second"));
    assertThat(seconds.stream().filter(s -> s == null)).hasSize(48);

    String user = "scope = 'user' AND server_kind = 'storage' AND client = ";
    Row quiet = result.one(Tables.CLIENT_MINUTES, user + "'1003' AND minute(minute) = 13");
    assertThat(quiet.<Double>getAs("write_bytes")).isEqualTo(5_242_880);
    assertThat(quiet.<Double>getAs("total_ops")).isEqualTo(1348);
    assertThat(
            result.rows(Tables.CLIENT_MINUTES, user + "'1002' AND minute(minute) = 13", "client"))
        .as("operations at the outage alone")
        .isEmpty();
    Row meta =
        result.one(
            Tables.CLIENT_MINUTES,
            "scope = 'user' AND server_kind = 'meta' AND client = '1003' AND minute(minute) = 14");
    assertThat(meta.<Double>getAs("open_ops")).isEqualTo(13);
    assertThat(meta.<Double>getAs("total_ops")).isEqualTo(60);
    assertThat(meta.<Object>getAs("read_bytes")).isNull();
    assertThat(result.rows(Tables.CLIENT_MINUTES, "client IN ('0.0.0.0', 'undefined')", "client"))
        .isEmpty();
  }

  @Test
  void targetsKeepSpaceAndState(SparkSession spark) throws IOException {
    Files.write(metrics.resolve("mon.lp"), export);
    Row minute =
        ingest(spark, "").one(Tables.TARGET_MINUTES, "target_id = 101 AND minute(minute) = 13");
    assertThat(minute.<Integer>getAs("node_num_id")).isEqualTo(1);
    assertThat(minute.<Double>getAs("disk_space_total_bytes")).isEqualTo(4_076_568_576.0);
    assertThat(minute.<String>getAs("consistency")).isEqualTo("GOOD");
  }

  @Test
  @Tag("R14")
  @DisplayName("R14: the same export twice gives the same tables")
  void theSameExportTwiceGivesTheSameTables(SparkSession spark) throws IOException {
    Files.write(metrics.resolve("a.lp"), export);
    Result once = ingest(spark, "");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(metrics.resolve("b.lp")))) {
      out.write(export);
    }
    Result twice = ingest(spark, "");
    for (Table table : MetricsInput.TABLES) {
      String key = String.join(", ", table.key());
      assertThat(twice.rows(table, "true", key)).isEqualTo(once.rows(table, "true", key));
    }
    assertThat(
            twice.one(Tables.INGEST_LEDGER, "source_file LIKE '%a.lp'").<Long>getAs("duplicates"))
        .isZero();
    assertThat(
            twice.one(Tables.INGEST_LEDGER, "source_file LIKE '%b.lp'").<Long>getAs("duplicates"))
        .isEqualTo(3317);
  }

  @Test
  @Tag("R11")
  @DisplayName("R11: a damaged archive gives no points and the run goes on")
  void aDamagedArchiveGivesNoPointsAndTheRunGoesOn(SparkSession spark) throws IOException {
    Files.write(metrics.resolve("a.lp"), export);
    Result alone = ingest(spark, "");
    Path damaged = metrics.resolve("b.lp.gz");
    String shifted =
        new String(export, StandardCharsets.UTF_8).replaceAll("(?m)=\\S+ 17954", "=1 17955");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(damaged))) {
      out.write(shifted.repeat(3).getBytes(StandardCharsets.UTF_8));
    }
    byte[] bytes = Files.readAllBytes(damaged);
    Files.write(damaged, Arrays.copyOf(bytes, bytes.length * 4 / 5));
    Result result = ingest(spark, "");
    assertThat(result.rows(Tables.NODE_MINUTES, "true", "node_kind, node_num_id, minute"))
        .isEqualTo(alone.rows(Tables.NODE_MINUTES, "true", "node_kind, node_num_id, minute"));
    assertThat(result.one(Tables.REJECTS, "source_file LIKE '%b.lp.gz'").<String>getAs("reason"))
        .isEqualTo("UNREADABLE_FILE");
    Row ledger = result.one(Tables.INGEST_LEDGER, "source_file LIKE '%b.lp.gz'");
    assertThat(ledger.<String>getAs("format")).isEqualTo("unreadable");
    assertThat(ledger.<Long>getAs("lines")).isEqualTo(1);
    assertThat(result.warnings).anyMatch(w -> w.contains("b.lp.gz"));
  }

  @Test
  void aFileOfAnotherFormatIsNamed(SparkSession spark) throws IOException {
    Files.write(metrics.resolve("a.lp"), export);
    Files.writeString(metrics.resolve("notes.txt"), "Call the vendor about storage02.\n");
    Result result = ingest(spark, "");
    assertThat(result.one(Tables.REJECTS, "source_file LIKE '%notes.txt'").<String>getAs("reason"))
        .isEqualTo("UNKNOWN_FORMAT");
    assertThat(result.warnings).anyMatch(w -> w.contains("notes.txt"));
  }

  @Test
  void tooManyRejectsFailAfterTheyAreWritten(SparkSession spark) throws IOException {
    Files.write(metrics.resolve("a.lp"), export);
    Run run = run("ingest.max-reject-fraction = 0.02");
    assertThatThrownBy(() -> new IngestJob().run(spark, run))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("metrics")
        .hasMessageContaining("max-reject-fraction");
    assertThat(run.tables().read(spark, Tables.REJECTS).filter("reason = 'COUNTER_RESET'").count())
        .isEqualTo(82);
  }

  @Test
  @Tag("R17")
  @DisplayName("R17: without metrics the tables are empty and the admin is told")
  void withoutMetricsTheTablesAreEmptyAndTheAdminIsTold(SparkSession spark) {
    Run run = run("inputs.metrics = []");
    List<String> warnings = new IngestJob().run(spark, run);
    assertThat(warnings).anyMatch(w -> w.contains("chunkopt.inputs.metrics"));
    for (Table table : new IngestJob().writes()) {
      assertThat(run.tables().has(spark, table)).as(table.name()).isTrue();
    }
    assertThat(run.tables().read(spark, Tables.NODE_MINUTES).isEmpty()).isTrue();
  }

  @Test
  @Tag("R17")
  @DisplayName("R17: without an inventory the run fails")
  void withoutInventoryTheRunFails(SparkSession spark) {
    assertThatThrownBy(() -> new IngestJob().run(spark, run("inputs.inventory = []")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("chunkopt.inputs.inventory");
  }

  @Test
  void settingsRestrictServersTargetsAndClients(SparkSession spark) throws IOException {
    Files.write(metrics.resolve("a.lp"), export);
    Result result =
        ingest(
            spark,
            "nodes.storage-targets = [201], nodes.metadata-servers = [meta01],"
                + " nodes.client-nodes = [nobody]");
    assertThat(result.values(Tables.TARGET_MINUTES, "target_id")).containsOnly(201);
    assertThat(result.values(Tables.NODE_MINUTES, "node_id")).containsOnly("storage02", "meta01");
    assertThat(result.values(Tables.CLIENT_MINUTES, "scope")).containsOnly("user");
  }

  @Test
  void pointsAfterTheAsOfAreRejected(SparkSession spark) throws IOException {
    Files.write(metrics.resolve("a.lp"), export);
    Result result =
        ingest(
            spark,
            "run.as-of = \"2026-11-23T17:14:00Z\", ingest.future-tolerance = 10s,"
                + " ingest.max-reject-fraction = 1");
    assertThat(result.node("storage", 1, "17:14").<Integer>getAs("samples")).isBetween(9, 11);
    assertThat(result.rows(Tables.REJECTS, "reason = 'FUTURE_TIMESTAMP'", "byte_offset"))
        .hasSizeGreaterThan(1000);
  }

  @Test
  void telegrafJoinsOnTheHostName(SparkSession spark) throws IOException {
    Files.write(metrics.resolve("a.lp"), export);
    long minute = 1_795_454_040L;
    List<String> lines = new ArrayList<>();
    for (int i = -6; i <= 5; i++) {
      String at = (minute + i * 10L) + "000000000";
      lines.add("cpu,cpu=cpu-total,host=storage01 usage_idle=" + (i < 0 ? 90 : 70 + i) + " " + at);
      lines.add("cpu,cpu=cpu0,host=storage01 usage_idle=1 " + at);
      lines.add("cpu,cpu=cpu0,host=meta01.cluster.local usage_idle=40 " + at);
      lines.add("cpu,cpu=cpu1,host=meta01.cluster.local usage_idle=60 " + at);
      lines.add("mem,host=storage01 total=1000i,available=250i,used=1i " + at);
      lines.add("ping,host=admin,url=storage01 average_response_ms=0.25 " + at);
      long sent = i < 2 ? 5_000_000 + i * 1000L : i * 1000L;
      lines.add("net,host=storage01,interface=eth0 bytes_sent=" + sent + "i,bytes_recv=7i " + at);
      lines.add("net,host=storage01,interface=lo bytes_sent=" + i * 999L + "i " + at);
      lines.add(
          "infiniband,device=mlx5_0,host=storage01,port=1 port_rcv_data="
              + (100 + i) * 50L
              + "i "
              + at);
      lines.add("zfs,host=storage01 size=1i " + at);
    }
    Files.write(metrics.resolve("telegraf.lp"), lines);
    Result result = ingest(spark, "");
    Row node = result.node("storage", 1, "17:14");
    assertThat(node.<Double>getAs("cpu_usage_fraction")).isEqualTo(1 - 72.5 / 100);
    assertThat(node.<Double>getAs("memory_usage_fraction")).isEqualTo(0.75);
    assertThat(node.<Double>getAs("network_latency_ms")).isEqualTo(0.25);
    // Steps of 1000 bytes in 10 s over 60 s since 17:13:50; the step at the reset counts nothing.
    assertThat(node.<Double>getAs("nic_bytes_per_s"))
        .isEqualTo(Math.round(5000 / 60.0 * 1e6) / 1e6);
    assertThat(node.<Double>getAs("infiniband_bytes_per_s")).isEqualTo(4 * 5.0);
    Row meta = result.node("meta", 1, "17:14");
    assertThat(meta.<String>getAs("hostname")).isEqualTo("meta01.cluster.local");
    assertThat(meta.<Double>getAs("cpu_usage_fraction")).isEqualTo(0.5);
    Row ledger = result.one(Tables.INGEST_LEDGER, "source_file LIKE '%telegraf.lp'");
    assertThat(ledger.<Long>getAs("unknown")).isEqualTo(24);
    assertThat(ledger.<Long>getAs("accepted")).isEqualTo(96);
  }

  private Result ingest(SparkSession spark, String settings) {
    Run run = run(settings);
    return new Result(spark, run.tables(), new IngestJob().run(spark, run));
  }

  private Run run(String settings) {
    String hocon =
        "chunkopt { inputs.metrics = [\""
            + metrics
            + "\"], inputs.inventory = [\""
            + house.resolve("in/inventory")
            + "\"], output.root = \""
            + house
            + "\"\n"
            + settings
            + "\n}";
    TableDirectory tables =
        new TableDirectory(house.resolve("run-" + System.nanoTime()).toString());
    return new Run(LocalDate.of(2026, 11, 23), SettingsReader.parse(hocon), tables);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = IngestJobTest.class.getResourceAsStream("/samples/site/" + name)) {
      return in.readAllBytes();
    }
  }

  private record Result(SparkSession spark, TableDirectory tables, List<String> warnings) {
    List<Row> rows(Table table, String filter, String order) {
      return tables
          .read(spark, table)
          .filter(filter)
          .orderBy(Arrays.stream(order.split(", ")).map(functions::col).toArray(Column[]::new))
          .collectAsList();
    }

    Row one(Table table, String filter) {
      List<Row> rows = rows(table, filter, table.key().get(0));
      assertThat(rows).as(filter).hasSize(1);
      return rows.get(0);
    }

    Row node(String kind, int id, String time) {
      return one(
          Tables.NODE_MINUTES,
          "node_kind = '"
              + kind
              + "' AND node_num_id = "
              + id
              + " AND date_format(minute, 'HH:mm') = '"
              + time
              + "'");
    }

    List<Object> values(Table table, String column) {
      return rows(table, "true", column).stream().map(row -> row.<Object>getAs(column)).toList();
    }
  }
}
