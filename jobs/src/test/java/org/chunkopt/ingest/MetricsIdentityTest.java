package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Which points are the same, whose they are, and which of them win. */
@ExtendWith(Spark.class)
class MetricsIdentityTest {
  /** 2026-11-23T17:14:00Z. */
  private static final long MINUTE = 1_795_454_040L;

  @TempDir Path house;
  private MetricsSite site;

  @BeforeEach
  void layOutTheSite() throws IOException {
    site = new MetricsSite(house);
  }

  @Test
  void fieldsOfARowMayBeFarApartAndInAnyOrder(SparkSession spark) throws IOException {
    List<String> lines = new ArrayList<>(sample().lines().toList());
    site.write("a.lp", String.join("\n", lines) + "\n");
    MetricsSite.Read sorted = site.ingest(spark);
    lines.removeIf(line -> line.startsWith("#") || line.startsWith("CREATE"));
    Collections.shuffle(lines, new Random(11));
    site.write("a.lp", String.join("\n", lines) + "\n");
    MetricsSite.Read shuffled = site.ingest(spark);
    for (var table : MetricsInput.TABLES) {
      assertThat(shuffled.rows(table)).as(table.name()).isEqualTo(sorted.rows(table)).isNotEmpty();
    }
  }

  @Test
  @Tag("R14")
  @DisplayName("R14: the wal part repeats points of the tsm part and the last value wins")
  void theWalPartWinsOverTheTsmPart(SparkSession spark) throws IOException {
    site.write(
        "a.lp",
        "# writing tsm data\n"
            + high("s1", 1, "diskReadBytes", 100, 0)
            + high("s1", 1, "diskReadBytes", 200, 1)
            + high("s1", 1, "workRequests", 5, 0)
            + "# writing wal data\n"
            + high("s1", 1, "diskReadBytes", 1000, 1)
            + high("s1", 1, "diskReadBytes", 100, 0)
            + high("s1", 1, "workRequests", 7, 2));
    MetricsSite.Read read = site.ingest(spark);
    Row minute = read.one(Tables.NODE_MINUTES, "node_num_id = 1");
    assertThat(minute.<Double>getAs("disk_read_bytes")).isEqualTo(1100);
    assertThat(minute.<Double>getAs("work_requests")).isEqualTo(12);
    assertThat(
            read.texts(Tables.INGEST_LEDGER, "kind = 'metrics'", "accepted || ' ' || duplicates"))
        .containsExactly("6 2");
  }

  @Test
  @Tag("R14")
  @DisplayName("R14: of overlapping exports the last file wins and each repeated line is counted")
  void theLastFileWins(SparkSession spark) throws IOException {
    site.write(
        "2026-11-22.lp",
        high("s1", 1, "diskReadBytes", 100, 0) + high("s1", 1, "diskReadBytes", 200, 1));
    site.write(
        "2026-11-23.lp",
        "highResStorage,nodeID=s1,nodeNumID=1 diskReadBytes=3000,workRequests=4 "
            + time(1)
            + "\n"
            + high("s1", 1, "diskReadBytes", 400, 2));
    // The same points once more, as 2.x writes them.
    site.write(
        "2026-11-24.csv",
        AnnotatedText.of(
            high("s1", 1, "diskReadBytes", 50_000, 2) + high("s1", 1, "diskReadBytes", 0, 3)));
    MetricsSite.Read read = site.ingest(spark);
    Row minute = read.one(Tables.NODE_MINUTES, "node_num_id = 1");
    assertThat(minute.<Double>getAs("disk_read_bytes")).isEqualTo(100 + 3000 + 50_000);
    assertThat(minute.<Integer>getAs("samples")).isEqualTo(4);
    assertThat(minute.<Double>getAs("work_requests")).isEqualTo(4);
    assertThat(
            read.texts(
                Tables.INGEST_LEDGER,
                "kind = 'metrics'",
                "regexp_extract(source_file, '[^/]+$', 0) || ' ' || duplicates"))
        .containsExactly("2026-11-22.lp 0", "2026-11-23.lp 1", "2026-11-24.csv 1");
  }

  @Test
  @DisplayName(
      "an upgrade from 7 to 8 renames the servers: the number joins, repeated points count once")
  void anUpgradeRenamesServers(SparkSession spark) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int second = 0; second < 60; second++) {
      // BeeGFS-mon starts anew in second 30 and writes what the server still knows once more.
      if (second < 30) {
        lines.append(high("zeta-storage01", 1, "diskWriteBytes", 10, second));
      }
      lines.append(high("alias_one", 1, "diskWriteBytes", 10, second));
    }
    lines.append(
        high("alias_meta", 1, "workRequests", 3, 1).replace("highResStorage", "highResMeta"));
    lines.append(target("zeta-storage01", 101, 1, 5)).append(target("alias_one", 101, 1, 45));
    site.write("a.lp", lines.toString());
    MetricsSite.Read read = site.ingest(spark);
    Row minute = read.one(Tables.NODE_MINUTES, "node_kind = 'storage'");
    assertThat(minute.<Integer>getAs("samples")).isEqualTo(60);
    assertThat(minute.<Double>getAs("disk_write_bytes")).isEqualTo(600);
    assertThat(minute.<String>getAs("node_id"))
        .as("the name after the upgrade")
        .isEqualTo("alias_one");
    assertThat(read.one(Tables.NODE_MINUTES, "node_kind = 'meta'").<Integer>getAs("node_num_id"))
        .as("meta and storage servers may share a number")
        .isEqualTo(1);
    assertThat(read.one(Tables.TARGET_MINUTES, "true").<Integer>getAs("target_id")).isEqualTo(101);
    assertThat(read.texts(Tables.INGEST_LEDGER, "kind = 'metrics'", "duplicates"))
        .containsExactly("30");
  }

  @Test
  @Tag("R12")
  @DisplayName("R12: int and float are one type, text of a number field is rejected with its name")
  void typeChangesAreRejectedByName(SparkSession spark) throws IOException {
    site.write(
        "a.lp",
        high("s1", 1, "workRequests", 1, 0)
            + ("highResStorage,nodeID=s1,nodeNumID=1 workRequests=2i " + time(1) + "\n")
            + ("highResStorage,nodeID=s1,nodeNumID=1 workRequests=3u " + time(2) + "\n")
            + ("highResStorage,nodeID=s1,nodeNumID=1 workRequests=4e0 " + time(3) + "\n")
            + ("highResStorage,nodeID=s1,nodeNumID=1 workRequests=\"5\" " + time(4) + "\n")
            + ("highResStorage,nodeID=s1,nodeNumID=1 workRequests=true " + time(5) + "\n")
            + ("highResStorage,nodeID=s1,nodeNumID=1,rack=b sessionCount=7,busyWorkers=\"x\" "
                + time(6)
                + "\n"));
    MetricsSite.Read read = site.ingest(spark, "ingest.max-reject-fraction = 1");
    assertThat(read.one(Tables.NODE_MINUTES, "true").<Double>getAs("work_requests")).isEqualTo(10);
    assertThat(read.texts(Tables.REJECTS, "true", "reason || ' ' || detail"))
        .hasSize(2)
        .allMatch(text -> text.startsWith("WRONG_TYPE workRequests is no "));
    assertThat(read.texts(Tables.INGEST_LEDGER, "kind = 'metrics'", "accepted || ' ' || unknown"))
        .as("new fields and tags are passed over")
        .containsExactly("4 1");
  }

  @Test
  @Tag("R12")
  @DisplayName("R12: the required tag missing is a reject that names it")
  void aMissingTagIsNamed(SparkSession spark) throws IOException {
    site.write(
        "a.lp",
        high("s1", 1, "workRequests", 1, 0)
            + "highResStorage,nodeID=s1 workRequests=1 "
            + time(1)
            + "\n");
    MetricsSite.Read read = site.ingest(spark, "ingest.max-reject-fraction = 1");
    assertThat(read.texts(Tables.REJECTS, "true", "reason || ' ' || detail"))
        .containsExactly("MISSING_KEY highResStorage has no tag nodeNumID.");
  }

  @Test
  void clientsHaveAddressesOfEitherVersionAndNobodyIsNoClient(SparkSession spark)
      throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String node : List.of("10.0.0.7", "fd00:12::a7", "fe80::1%ib0", "0.0.0.0", "::")) {
      lines.append("storageClientOpsByNode,node=" + node + " B-rd=4096,ops-rd=1 " + time(5) + "\n");
    }
    site.write("a.lp", lines.toString());
    MetricsSite.Read read = site.ingest(spark);
    assertThat(read.texts(Tables.CLIENT_MINUTES, "read_bytes = 4096", "client"))
        .containsExactly("10.0.0.7", "fd00:12::a7", "fe80::1%ib0");
    assertThat(read.texts(Tables.INGEST_LEDGER, "kind = 'metrics'", "unknown"))
        .containsExactly("2");
    MetricsSite.Read one = site.ingest(spark, "nodes.client-nodes = [\"fd00:12::a7\"]");
    assertThat(one.texts(Tables.CLIENT_MINUTES, "true", "client")).containsExactly("fd00:12::a7");
  }

  @Test
  @DisplayName(
      "client counters within two polls of a silent server say nothing, whatever the interval")
  void countersAroundAnOutageAreIgnored(SparkSession spark) throws IOException {
    for (int interval : new int[] {5, 30}) {
      StringBuilder lines = new StringBuilder();
      for (int poll = 0; poll < 60; poll++) {
        int second = poll * interval;
        lines.append(
            "storage,nodeID=s1,nodeNumID=1 isResponding="
                + (poll != 30)
                + " "
                + time(second)
                + "\n");
        // Counted again from zero: the spike after the wrap looks like traffic.
        String bytes = poll == 31 ? "1e15" : poll == 30 ? "1.8446744073709552e+19" : "1";
        lines.append("storageClientOpsByUser,user=7 B-wr=" + bytes + " " + time(second) + "\n");
        lines.append("metaClientOpsByUser,user=7 sum=1 " + time(second) + "\n");
      }
      site.write("a.lp", lines.toString());
      MetricsSite.Read read = site.ingest(spark);
      assertThat(
              read.tables()
                  .read(spark, Tables.CLIENT_MINUTES)
                  .groupBy("server_kind")
                  .sum("write_bytes", "total_ops")
                  .orderBy("server_kind")
                  .collectAsList()
                  .toString())
          .as("polls every %d s", interval)
          .isEqualTo("[[meta,null,60.0], [storage,55.0,0.0]]");
      assertThat(read.texts(Tables.REJECTS, "true", "reason")).containsExactly("COUNTER_RESET");
    }
  }

  private static String high(String name, int id, String field, long value, int second) {
    return "highResStorage,nodeID="
        + name
        + ",nodeNumID="
        + id
        + " "
        + field
        + "="
        + value
        + " "
        + time(second)
        + "\n";
  }

  private static String target(String name, int target, int id, int second) {
    return "storageTargets,nodeID="
        + name
        + ",nodeNumID="
        + id
        + ",storageTargetID="
        + target
        + " diskSpaceFree=7 "
        + time(second)
        + "\n";
  }

  private static String time(int second) {
    return (MINUTE + second) + "000000000";
  }

  private static String sample() {
    return new String(Samples.bytes("site/metrics/beegfs_mon.window.lp"), StandardCharsets.UTF_8);
  }
}
