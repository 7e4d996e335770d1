package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.UserError;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Spark.class)
class SweepInputTest {
  private static final String HEADER =
      "source,path,group,file_size_bytes,chunk_bytes,num_targets,target_ids,request_bytes,"
          + "read_share,sequential_share,processes,shared,throughput_mib_s,observed_at,extra\r\n";
  private static final String GOOD =
      "ior,\"/mnt/beegfs/a, \"\"b\"\"\nc\",/a,1048576,524288,4,101;102,65536,0.5,1,16,true,"
          + "812.5,2026-11-23T00:00:00Z,x\r\n";

  private static final String SWEEP =
      """
      SELECT '/p' AS path, '/g' AS group, 5 AS file_size_bytes, 65536L AS chunk_bytes,
        2 AS num_targets, 1.5F AS throughput_mib_s, 'own' AS source
      """;

  @TempDir Path drop;

  @AfterEach
  void forgetWhatWasPersisted() {
    Spark.session().catalog().clearCache();
  }

  @Test
  void readsCsv(SparkSession spark) throws IOException {
    write("s.csv", HEADER + GOOD + "ior,/b,/a,0,65536,1,,,,,,,0.1,,\r\n");
    Dataset<Row> sweeps = sweeps(read(spark));
    assertThat(
            sweeps
                .filter("row_no = 1")
                .selectExpr(
                    "path = '/a, \"b\"\\\\x0Ac' AND group_name = '/a' AND file_size_bytes = 1048576"
                        + " AND chunk_bytes = 524288 AND num_targets = 4"
                        + " AND target_ids = array(101, 102) AND request_bytes = 65536"
                        + " AND read_share = 0.5 AND sequential_share = 1 AND processes = 16"
                        + " AND shared AND throughput_mib_s = 812.5 AND source = 'ior'"
                        + " AND observed_at = timestamp'2026-11-23 00:00:00Z'"
                        + " AND source_file LIKE 'file:%s.csv'")
                .head()
                .getBoolean(0))
        .isTrue();
    assertThat(
            sweeps
                .filter("row_no = 2")
                .selectExpr(
                    "size(target_ids) = 0 AND request_bytes IS NULL AND read_share IS NULL"
                        + " AND sequential_share IS NULL AND processes IS NULL"
                        + " AND shared IS NULL AND observed_at IS NULL")
                .head()
                .getBoolean(0))
        .isTrue();
  }

  @Test
  void rejectsRowsWithTheirBytes(SparkSession spark) throws IOException {
    List<String> bad =
        List.of(
            GOOD.replace("524288", "500000"),
            GOOD.replace("812.5", "0"),
            GOOD.replace("812.5", "NaN"),
            GOOD.replace("812.5", ""),
            GOOD.replace(",true,", ",maybe,"),
            GOOD.replace(",0.5,", ",1.5,"),
            GOOD.replace("2026-11-23T00:00:00Z", "yesterday"),
            GOOD.replace("101;102", "101;x"),
            "too,short\r\n");
    write("s.csv", HEADER + String.join("", bad) + GOOD);
    Ingested read = read(spark);
    assertThat(sweeps(read).select("row_no").collectAsList().stream().map(row -> row.getLong(0)))
        .containsExactly(10L);
    assertThat(
            read.rejects().orderBy("byte_offset").selectExpr("reason").collectAsList().stream()
                .map(row -> row.getString(0)))
        .containsExactly(
            "INVALID_CHUNK_SIZE",
            "BAD_NUMBER",
            "BAD_NUMBER",
            "MISSING_KEY",
            "WRONG_TYPE",
            "BAD_NUMBER",
            "MALFORMED",
            "BAD_NUMBER",
            "MALFORMED");
    assertThat(
            read.rejects().orderBy("byte_offset").select("raw").collectAsList().stream()
                .map(row -> new String(row.<byte[]>getAs(0), StandardCharsets.UTF_8)))
        .containsExactlyElementsOf(bad);
    assertThat(
            read.ledger()
                .selectExpr("lines = 11 AND accepted = 1 AND rejected = 9 AND comments = 1")
                .head()
                .getBoolean(0))
        .isTrue();
  }

  @Test
  void readsParquet(SparkSession spark) {
    spark
        .sql(
            """
            SELECT '/p' AS path, '/g' AS group, 5 AS file_size_bytes, 65536L AS chunk_bytes,
              2 AS num_targets, array(7, 8) AS target_ids, 1.5F AS throughput_mib_s, 'own' AS source,
              timestamp'2026-11-23 01:00:00Z' AS observed_at, CAST(NULL AS BOOLEAN) AS shared
            UNION ALL
            SELECT '/q', '/g', 5, 1L, 2, array(), 1.5F, 'own', NULL, true
            """)
        .coalesce(1)
        .write()
        .parquet(drop.resolve("sweep").toString());
    Ingested read = read(spark);
    assertThat(
            sweeps(read)
                .selectExpr(
                    "path = '/p' AND target_ids = array(7, 8) AND throughput_mib_s = 1.5"
                        + " AND observed_at = timestamp'2026-11-23 01:00:00Z' AND row_no = 1"
                        + " AND shared IS NULL")
                .head()
                .getBoolean(0))
        .isTrue();
    assertThat(
            read.rejects()
                .selectExpr("reason || byte_offset || string(raw) LIKE 'INVALID_CHUNK_SIZE1{%'")
                .head()
                .getBoolean(0))
        .isTrue();
    assertThat(
            read.ledger()
                .selectExpr("format = 'parquet' AND lines = 2 AND accepted = 1 AND rejected = 1")
                .head()
                .getBoolean(0))
        .isTrue();
  }

  @Test
  void namesAMissingColumn(SparkSession spark) throws IOException {
    write("s.csv", HEADER.replace("throughput_mib_s", "speed") + GOOD);
    assertThatThrownBy(() -> read(spark))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("s.csv has no column throughput_mib_s.");
  }

  @Test
  void readsCsvAndParquetOfOneGlob(SparkSession spark) throws IOException {
    write("a.csv", HEADER + GOOD);
    write("empty.csv", "");
    parquet(spark, SWEEP, "b");
    parquet(spark, "SELECT * FROM (" + SWEEP + ") WHERE false", "none");
    Ingested read =
        SweepInput.read(
            spark,
            SettingsReader.parse(
                "chunkopt.inputs.observations = [\""
                    + drop
                    + "/*.csv\", \""
                    + drop
                    + "/*/part-*.parquet\"]"));
    assertThat(strings(sweeps(read), "source")).containsExactlyInAnyOrder("ior", "own");
    assertThat(strings(read.ledger(), "format || ' ' || lines || ' ' || accepted"))
        .containsExactlyInAnyOrder("csv 2 1", "csv 0 0", "parquet 1 1", "parquet 0 0");
  }

  @Test
  void takesWholeNumbersOfAnyTypeAndRejectsOtherTypes(SparkSession spark) {
    parquet(spark, SWEEP.replace("65536L AS chunk_bytes", "65536D AS chunk_bytes"), "double");
    parquet(
        spark, SWEEP.replace("2 AS num_targets", "CAST(2 AS SMALLINT) AS num_targets"), "short");
    parquet(spark, SWEEP.replace("1.5F AS thr", "'1.5' AS thr"), "string");
    parquet(spark, SWEEP.replace("2 AS num_targets", "true AS num_targets"), "boolean");
    parquet(spark, SWEEP.replace("2 AS num_targets", "2.5 AS num_targets"), "decimal");
    parquet(
        spark, SWEEP.replace("65536L AS chunk_bytes", "named_struct('b', 1) AS chunk_bytes"), "s");
    parquet(spark, SWEEP.replace("'/p' AS path", "CAST('/p' AS BINARY) AS path"), "binary");
    Ingested read = read(spark);
    assertThat(strings(sweeps(read), "source_file"))
        .extracting(file -> file.replaceAll(".*/([a-z]+)/[^/]*", "$1"))
        .containsExactlyInAnyOrder("double", "short", "string", "binary");
    assertThat(strings(read.rejects(), "reason || ' ' || detail"))
        .containsExactlyInAnyOrder(
            "BAD_NUMBER The num_targets \"true\" is no whole number in its range.",
            "BAD_NUMBER The num_targets \"2.5\" is no whole number in its range.",
            "BAD_NUMBER The chunk_bytes \"[1]\" is no whole number in its range.");
  }

  @Test
  void readsTimesInNanosecondsAsPandasWritesThem(SparkSession spark) throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            """
            message sweep {
              required binary path (STRING); required binary group (STRING);
              required binary source (STRING); required int64 file_size_bytes;
              required int64 chunk_bytes; required int32 num_targets;
              required double throughput_mib_s; required int64 observed_at (TIMESTAMP(NANOS,true));
            }
            """);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(
                new org.apache.hadoop.fs.Path(drop.resolve("p.parquet").toUri()))
            .withType(schema)
            .build()) {
      writer.write(
          new SimpleGroupFactory(schema)
              .newGroup()
              .append("path", "/p")
              .append("group", "/g")
              .append("source", "pandas")
              .append("file_size_bytes", 5L)
              .append("chunk_bytes", 65_536L)
              .append("num_targets", 2)
              .append("throughput_mib_s", 1.5)
              .append("observed_at", 1_795_435_200_123_456_789L));
    }
    Ingested read = read(spark);
    assertThat(strings(sweeps(read), "string(observed_at)"))
        .containsExactly("2026-11-23 12:00:00.123456");
  }

  @Test
  @Tag("R11")
  @DisplayName("R11: damaged Parquet is left out and the other sweeps are read")
  void leavesOutDamagedParquetAndReadsTheOthers(SparkSession spark) throws IOException {
    parquet(spark, SWEEP, "whole");
    parquet(spark, "SELECT s.*, id FROM (" + SWEEP + ") AS s, range(20000)", "torn");
    byte[] bytes = Files.readAllBytes(only("torn"));
    Files.write(drop.resolve("cut.parquet"), Arrays.copyOf(bytes, bytes.length / 2));
    Files.write(drop.resolve("magic.parquet"), "PAR1".getBytes(StandardCharsets.US_ASCII));
    Arrays.fill(bytes, 4, bytes.length / 2, (byte) 0x5a);
    Files.write(only("torn"), bytes);
    Files.deleteIfExists(only("torn").resolveSibling("." + only("torn").getFileName() + ".crc"));
    Ingested read = read(spark);
    assertThat(strings(sweeps(read), "source")).containsExactly("own");
    assertThat(strings(read.rejects(), "reason"))
        .containsExactly("UNREADABLE_FILE", "UNREADABLE_FILE", "UNREADABLE_FILE");
    assertThat(strings(read.ledger(), "string(lines = accepted + rejected)")).containsOnly("true");
  }

  @Test
  @Tag("R12")
  @DisplayName("R12: every missing column of a sweep is named")
  void namesEveryMissingColumnOfParquet(SparkSession spark) {
    parquet(spark, SWEEP.replace("AS group", "AS directory").replace("AS source", "AS s"), "p");
    assertThatThrownBy(() -> read(spark))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("has no column group, source.");
  }

  @Test
  void isEmptyWithoutSweeps(SparkSession spark) {
    Ingested read = SweepInput.read(spark, SettingsReader.parse(""));
    assertThat(sweeps(read).isEmpty()).isTrue();
    assertThat(read.ledger().isEmpty()).isTrue();
  }

  private Ingested read(SparkSession spark) {
    return SweepInput.read(
        spark, SettingsReader.parse("chunkopt.inputs.observations = \"" + drop + "\""));
  }

  private void parquet(SparkSession spark, String query, String name) {
    spark.sql(query).coalesce(1).write().parquet(drop.resolve(name).toString());
  }

  private Path only(String name) throws IOException {
    try (Stream<Path> files = Files.list(drop.resolve(name))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }

  private static List<String> strings(Dataset<Row> rows, String expression) {
    return rows.selectExpr(expression).collectAsList().stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private static Dataset<Row> sweeps(Ingested read) {
    Tables.INGEST_LEDGER.require(read.ledger());
    return Tables.SWEEPS.require(read.tables().get(Tables.SWEEPS));
  }

  private void write(String name, String text) throws IOException {
    Files.write(drop.resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }
}
