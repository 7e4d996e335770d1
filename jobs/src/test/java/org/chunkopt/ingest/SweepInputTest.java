package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.UserError;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.AfterEach;
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
  void rejectsAFileWithAnOpenQuoteWhole(SparkSession spark) throws IOException {
    write("s.csv", HEADER + GOOD + "ior,\"/never closed");
    Ingested read = read(spark);
    assertThat(sweeps(read).isEmpty()).isTrue();
    assertThat(read.rejects().head().<String>getAs("reason")).isEqualTo("MALFORMED");
    assertThat(read.ledger().selectExpr("lines = rejected").head().getBoolean(0)).isTrue();
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

  private static Dataset<Row> sweeps(Ingested read) {
    Tables.INGEST_LEDGER.require(read.ledger());
    return Tables.SWEEPS.require(read.tables().get(Tables.SWEEPS));
  }

  private void write(String name, String text) throws IOException {
    Files.write(drop.resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }
}
