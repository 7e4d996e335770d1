package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * A night over every format at once, each with a damaged line, judged by what DuckDB reads of it.
 */
@ExtendWith(Spark.class)
class MixedFormatsNightTest {
  /** 2026-11-23T17:14:00Z. */
  private static final long MINUTE = 1_795_454_040L;

  private static final String BLOCK =
      """
      Entry type: file
      EntryID: %X-6B047303-1
      Metadata node: meta01 [ID: 1]
      Stripe pattern details:
      + Type: RAID0
      + Chunksize: 512K
      + Number of storage targets: desired: 4; actual: 1
      + Storage targets:
        + 101

      """;
  private static final String ENTRY =
      """
      {"entry_id":"%X-6B047303-1","meta_node":"m:2","path":"%s","storage_mirrors":"(unmirrored)",\
      "storage_pool":"(file)","storage_targets":"s:101","stripe_pattern":"RAID0 (4x1Mi)","type":2}
      """;
  private static final String DARSHAN =
      """
      # darshan log version: 3.41
      # exe: /sw/bin/solver
      # uid: 1003
      # jobid: 77
      # start_time: 1795453800
      # end_time: 1795454000
      # nprocs: 1

      POSIX\t0\t5\tPOSIX_BYTES_READ\t4096\t/mnt/beegfs/a1\t/mnt/beegfs\tbeegfs
      POSIX\t0\t5\tPOSIX_F_READ_TIME\t0.5\t/mnt/beegfs/a1\t/mnt/beegfs\tbeegfs
      POSIX\t0\t6\tPOSIX_READS\tmany\t/mnt/beegfs/a2\t/mnt/beegfs\tbeegfs
      """;
  private static final String EVENTS =
      """
      { "EventListener": { "Socket": "\\/tmp\\/log", "VersionMajor": 1, "VersionMinor": 0 } }
      { "FormatVersion": 2, "EventFlags": 0, "NumLinks": 1, "Event": { "Type": "OpenRead", \
      "Path": "\\/a1", "EntryId": "1-6B047303-1", "ParentEntryId": "root", "TargetPath": "", \
      "TargetParentId": "", "UserID": 1003, "Timestamp": 1795454040000000000 } }
      { "FormatVersion": 2, "Event":
      """;
  private static final String SWEEP =
      """
      source,path,group,file_size_bytes,chunk_bytes,num_targets,throughput_mib_s
      ior,/scratch/a,/scratch,1048576,524288,4,812.5
      ior,/scratch/b,/scratch,1048576,300000,4,812.5
      """;

  @TempDir Path house;

  @Test
  @Tag("R9")
  @DisplayName("R9: a night over every format, each damaged: the ledger adds up line by line")
  void everyFormatIsPublishedAndTheLedgerAddsUpLineByLine(SparkSession spark) throws Exception {
    assertThat(spark.version()).startsWith("3.5");
    Map<String, String> expected = layOut();
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(Main.STAGES);
    line.setOut(new PrintWriter(new StringWriter())).setErr(new PrintWriter(err, true));
    assertThat(
            line.execute(
                "nightly",
                "--settings",
                house.resolve("site.conf").toString(),
                "--date",
                "2026-11-24"))
        .as(err.toString())
        .isEqualTo(UserError.PUBLISHED_WITH_WARNINGS);

    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:")) {
      for (Table table : Tables.PUBLISHED) {
        view(duckDb, table);
      }
      assertThat(
              texts(
                  duckDb,
                  """
                  SELECT concat_ws(' ', regexp_extract(source_file, '[^/]+$'), kind, format, lines,
                    accepted, rejected, comments, blanks, unknown, duplicates)
                  FROM ingest_ledger
                  """))
          .containsExactlyInAnyOrderElementsOf(
              expected.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList());
      assertThat(
              texts(
                  duckDb,
                  "SELECT source_file FROM ingest_ledger"
                      + " WHERE lines <> accepted + rejected + comments + blanks + unknown"))
          .isEmpty();
      assertThat(
              texts(
                  duckDb,
                  "SELECT l.source_file FROM ingest_ledger l WHERE l.rejected <>"
                      + " (SELECT count(*) FROM rejects r WHERE r.source_file = l.source_file)"))
          .as("files whose rejects are not all in the table")
          .isEmpty();

      assertThat(
              texts(
                  duckDb,
                  "SELECT concat_ws(' ', node_num_id, samples, work_requests, hostname,"
                      + " cpu_usage_fraction) FROM node_minutes WHERE samples > 0"))
          .as("a server of each format of metrics, the first with its Telegraf host")
          .containsExactlyInAnyOrder(
              "1 2 7.0 host1 0.25", "2 2 7.0", "3 2 7.0", "4 2 7.0", "5 2 7.0");
      assertThat(texts(duckDb, "SELECT path FROM files"))
          .containsExactlyInAnyOrder("/a1", "/a3", "/b1", "/b2");
      assertThat(texts(duckDb, "SELECT concat_ws(' ', path, bytes_read) FROM access"))
          .containsExactly("/a1 4096");
      assertThat(texts(duckDb, "SELECT concat_ws(' ', entry_id, opens) FROM file_events"))
          .containsExactly("1-6B047303-1 1");
      assertThat(texts(duckDb, "SELECT path FROM sweeps")).containsExactly("/scratch/a");
      assertThat(texts(duckDb, "SELECT path FROM recommendations"))
          .containsExactlyInAnyOrder("/a1", "/a3", "/b1", "/b2");
    }
  }

  /** Writes the site; returns what the ledger should say of each file. */
  private Map<String, String> layOut() throws IOException {
    Map<String, String> expected = new TreeMap<>();
    write(
        "metrics/1x.lp",
        "# INFLUXDB EXPORT: 2026 - 2027\n# DDL\nCREATE DATABASE beegfs_mon WITH NAME auto\n# DML\n"
            + point(1, 3, 0)
            + point(1, 4, 1)
            + "meta,nodeID=m1,nodeNumID=1 isResponding=true "
            + MINUTE
            + "000000000\n"
            + "storage,nodeID=s1,nodeNumID=1 hostnameid=\"host1\" "
            + MINUTE
            + "000000000\n"
            + point(1, 4, 1)
            + "highResStorage,nodeID=s1,nodeNumID=1 workRequests=NaN 1795454042000000000\n");
    expected.put("1x.lp", "metrics line-protocol 10 5 1 4 0 0 1");
    write("metrics/2x.lp", point(2, 3, 0) + point(2, 4, 1) + "\nhighResStorage,nodeID=s2 broken\n");
    expected.put("2x.lp", "metrics line-protocol 4 2 1 0 1 0 0");
    String columns = ",result,table,_time,_value,_field,_measurement,nodeID,nodeNumID\r\n";
    write(
        "metrics/2x.annotated.csv",
        "#group,false,false,false,false,true,true,true,true\r\n"
            + "#datatype,string,long,dateTime:RFC3339,double,string,string,string,string\r\n"
            + "#default,_result,,,,,,,\r\n"
            + columns
            + ",,0,2026-11-23T17:14:00Z,3,workRequests,highResStorage,s3,3\r\n"
            + ",,0,2026-11-23T17:14:01Z,4,workRequests,highResStorage,s3,3\r\n"
            + ",,0,2026-11-23T17:14:02Z,x,workRequests,highResStorage,s3,3\r\n"
            + ",,0,2026-11-23T17:14:02Z,1,load1,system,h,h\r\n\r\n");
    expected.put("2x.annotated.csv", "metrics annotated-csv 9 2 1 4 1 1 0");
    write(
        "metrics/1x.shell.csv",
        "name,time,nodeID,nodeNumID,workRequests\n"
            + "highResStorage,2026-11-23T17:14:00Z,s4,4,3\n"
            + "highResStorage,2026-11-23T17:14:01Z,s4,4,4\n"
            + "highResStorage,2026-11-23T17:14:02Z,s4,4\n");
    expected.put("1x.shell.csv", "metrics influxql-csv 4 2 1 1 0 0 0");
    write(
        "metrics/1x.http.csv",
        "name,tags,time,workRequests\n"
            + "highResStorage,\"nodeID=s5,nodeNumID=5\",1795454040000000000,3\n"
            + "highResStorage,\"nodeID=s5,nodeNumID=5\",1795454041000000000,4\n"
            + "highResStorage,\"nodeID=s5,nodeNumID=5\",never,4\n");
    expected.put("1x.http.csv", "metrics influxql-csv 4 2 1 1 0 0 0");
    write(
        "metrics/telegraf.lp",
        "cpu,cpu=cpu-total,host=host1 usage_idle=75 1795454040000000000\n"
            + "zfs,host=host1 size=1i 1795454040000000000\n"
            + "cpu,cpu=cpu-total,host=host1 usage_idle=\"idle\" 1795454050000000000\n");
    expected.put("telegraf.lp", "metrics line-protocol 3 1 1 0 0 1 0");

    write("inventory/a.stat0", stat(1, "/a1") + stat(2, "/a2") + stat(3, "/a3"));
    expected.put("a.stat0", "inventory stat0 3 2 1 0 0 0 0");
    write("inventory/a.entryinfo", BLOCK.formatted(1) + "\n" + BLOCK.formatted(3));
    expected.put("a.entryinfo", "inventory entryinfo 3 2 0 0 1 0 0");
    write("inventory/b.stat0", stat(4, "/b1") + stat(5, "/b2"));
    expected.put("b.stat0", "inventory stat0 2 2 0 0 0 0 0");
    write(
        "inventory/b.entries.ndjson",
        ENTRY.formatted(4, "/b1") + ENTRY.formatted(5, "/b2") + "{\"path\":");
    expected.put("b.entries.ndjson", "inventory entries.ndjson 3 2 1 0 0 0 0");

    write("access/job.txt", DARSHAN);
    expected.put("job.txt", "access darshan-parser 11 2 1 7 1 0 0");
    write("access/events.json", EVENTS);
    expected.put("events.json", "access file-events 3 1 1 1 0 0 0");
    write("sweeps/sweep.csv", SWEEP);
    expected.put("sweep.csv", "observations csv 3 1 1 1 0 0 0");

    write(
        "site.conf",
        """
        chunkopt {
          inputs {
            metrics = "%1$s/metrics/*"
            inventory = "%1$s/inventory/*"
            access = "%1$s/access/*"
            observations = "%1$s/sweeps/*"
          }
          ingest.max-reject-fraction = 0.9
          output.root = "%1$s/out"
        }
        """
            .formatted(house));
    return expected;
  }

  private static String point(int server, int requests, int second) {
    return "highResStorage,nodeID=s%1$d,nodeNumID=%1$d workRequests=%2$d %3$d000000000\n"
        .formatted(server, requests, MINUTE + second);
  }

  private static String stat(int inode, String path) {
    return "%d\t4096\t8\t1795453827.5\t1795453827.5\t1795453827.5\t1003\t100\t1\tf\t%s\0"
        .formatted(inode, path);
  }

  private void write(String name, String text) throws IOException {
    Path file = house.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }

  private void view(Connection duckDb, Table table) throws SQLException {
    try (Statement statement = duckDb.createStatement()) {
      statement.execute(
          "CREATE VIEW %s AS SELECT * FROM read_parquet('%s/*.parquet', hive_partitioning = false)"
              .formatted(
                  table.name(), house.resolve("out/runs/run_date=2026-11-24/" + table.name())));
    }
  }

  private static List<String> texts(Connection duckDb, String query) throws SQLException {
    try (Statement statement = duckDb.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    }
  }
}
