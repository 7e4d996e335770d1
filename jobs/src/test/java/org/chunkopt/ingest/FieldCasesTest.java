package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Exports rebuilt after public bug reports give the right tables. */
@ExtendWith(Spark.class)
class FieldCasesTest {
  private static final String BALANCED =
      "sum(lines - accepted - rejected - comments - blanks - unknown)";

  @TempDir Path house;

  @Test
  @DisplayName("field/01: texts with newlines of another plugin are unknown")
  void textsWithNewlinesAreUnknown(SparkSession spark) throws IOException {
    MetricsSite.Read read = ingest(spark, "01-newline-in-text-field");
    assertThat(read.count(Tables.REJECTS, "true")).isZero();
    assertThat(ledger(read, "sum(unknown)")).isEqualTo("1000");
    assertThat(ledger(read, BALANCED)).isEqualTo("0");
  }

  @Test
  @DisplayName("field/06: of two retention policies one counts")
  void ofTwoRetentionPoliciesOneCounts(SparkSession spark) throws IOException {
    MetricsSite.Read read = ingest(spark, "06-two-retention-policies");
    assertThat(
            read.texts(Tables.CLIENT_MINUTES, "scope = 'user'", "write_bytes || ' ' || write_ops"))
        .hasSize(5)
        .containsOnly("6.291456E7 120.0");
    assertThat(read.texts(Tables.NODE_MINUTES, "nic_bytes_per_s IS NOT NULL", "nic_bytes_per_s"))
        .isNotEmpty()
        .containsOnly("1.0E8");
    assertThat(read.texts(Tables.NODE_MINUTES, "samples > 60", "samples")).isEmpty();
    assertThat(read.warnings())
        .anyMatch(
            warning ->
                warning.contains("storageClientOpsByUser")
                    && warning.contains("in beegfs_mon/auto and in beegfs_mon/year"));
    assertThat(ledger(read, BALANCED)).isEqualTo("0");
    assertThat(ledger(read, "sum(unknown)")).as("the copy").isNotEqualTo("0");
  }

  @Test
  @DisplayName("field/11: a share a little out of its range is at the end of it, another is none")
  void sharesHaveARange(SparkSession spark) throws IOException {
    MetricsSite.Read read = ingest(spark, "11-cpu-idle-out-of-range");
    assertThat(
            read.texts(
                Tables.NODE_MINUTES,
                "node_num_id = 1 AND cpu_usage_fraction IS NOT NULL",
                "date_format(minute, 'mm') || ' ' || round(cpu_usage_fraction, 2)"))
        .containsExactly("00 0.1", "01 1.0", "02 0.0", "03 1.0");
    assertThat(read.texts(Tables.REJECTS, "true", "reason || decode(raw, 'UTF-8')"))
        .hasSize(2)
        .allMatch(reject -> reject.startsWith("BAD_NUMBERcpu,"))
        .anyMatch(reject -> reject.contains("=-1305.2"))
        .anyMatch(reject -> reject.contains("=250 "));
  }

  @Test
  @DisplayName("field/13: short and full host names meet, what does not is named")
  void hostNamesMeet(SparkSession spark) throws IOException {
    MetricsSite.Read read = ingest(spark, "13-host-name-in-full");
    assertThat(
            read.texts(
                Tables.NODE_MINUTES,
                "node_kind = 'storage'",
                "hostname || ' ' || round(cpu_usage_fraction, 2)"))
        .containsOnly("stor01.hpc.example.org 0.25", "stor02.hpc.example.org 0.25");
    assertThat(read.warnings())
        .anyMatch(
            warning ->
                warning.contains("ping asks for no server")
                    && warning.contains("10.0.0.1, 10.0.0.2"));
  }

  @Test
  @DisplayName("field/16: points later than the newest poll of the servers are rejected")
  void pointsOfAnotherCenturyAreRejected(SparkSession spark) throws IOException {
    MetricsSite.Read read = ingest(spark, "16-points-of-another-century");
    assertThat(read.texts(Tables.REJECTS, "true", "reason"))
        .hasSize(5)
        .containsOnly("FUTURE_TIMESTAMP");
    assertThat(read.count(Tables.NODE_MINUTES, "minute >= '2026-11-24'")).isZero();
    assertThat(ledger(read, BALANCED)).isEqualTo("0");
  }

  private MetricsSite.Read ingest(SparkSession spark, String name) throws IOException {
    MetricsSite site = new MetricsSite(house);
    site.write("a.lp", FieldCase.metrics(name));
    return site.ingest(spark);
  }

  private static String ledger(MetricsSite.Read read, String sum) {
    return read.tables()
        .read(read.spark(), Tables.INGEST_LEDGER)
        .filter("kind = 'metrics'")
        .selectExpr(sum)
        .head()
        .get(0)
        .toString();
  }
}
