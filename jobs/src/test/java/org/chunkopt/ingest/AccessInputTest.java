package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Spark.class)
class AccessInputTest {
  private static final String HEADER =
      """
      # darshan log version: 3.41
      # exe: /sw/bin/solver
      # uid: 1003
      # jobid: %s
      # start_time: 1795453800
      # start_time_asci: Mon Nov 23 17:10:00 2026
      # end_time: 1795454000
      # nprocs: 4

      #<module>	<rank>	<record id>	<counter>	<value>	<file name>	<mount pt>	<fs type>
      """;

  @TempDir Path drop;

  @AfterEach
  void forgetWhatWasPersisted() {
    Spark.session().catalog().clearCache();
  }

  @Test
  void scalesTheTimesOfASharedFileToItsSlowestProcess(SparkSession spark) throws IOException {
    write(
        "a.txt",
        header("77")
            + counter(-1, 5, "POSIX_OPENS", "4", "/out\tput.h5")
            + counter(-1, 5, "POSIX_WRITES", "400", "/out\tput.h5")
            + counter(-1, 5, "POSIX_BYTES_WRITTEN", "419430400", "/out\tput.h5")
            + counter(-1, 5, "POSIX_SEQ_WRITES", "396", "/out\tput.h5")
            + counter(-1, 5, "POSIX_ACCESS1_ACCESS", "1048576", "/out\tput.h5")
            + counter(-1, 5, "POSIX_ACCESS1_COUNT", "400", "/out\tput.h5")
            + counter(-1, 5, "POSIX_F_OPEN_START_TIMESTAMP", "1.500000", "/out\tput.h5")
            + counter(-1, 5, "POSIX_F_CLOSE_END_TIMESTAMP", "9.250000", "/out\tput.h5")
            + counter(-1, 5, "POSIX_F_WRITE_TIME", "18.000000", "/out\tput.h5")
            + counter(-1, 5, "POSIX_F_META_TIME", "2.000000", "/out\tput.h5")
            + counter(-1, 5, "POSIX_F_SLOWEST_RANK_TIME", "7.000000", "/out\tput.h5")
            + counter(-1, 6, "POSIX_F_READ_TIME", "18.000000", "/no-slowest"));
    Dataset<Row> access = access(read(spark));
    Row shared = access.filter("path_bytes = cast('/out\tput.h5' AS BINARY)").head();
    assertThat(shared.<Double>getAs("write_seconds")).isCloseTo(6.3, within(1e-9));
    assertThat(shared.<Double>getAs("meta_seconds")).isCloseTo(0.7, within(1e-9));
    assertThat(
            access
                .filter("opens = 4")
                .selectExpr(
                    "path = '/out\\\\x09put.h5' AND job_id = '77' AND uid = 1003 AND shared"
                        + " AND processes = 4 AND bytes_written = 419430400 AND bytes_read = 0"
                        + " AND writes = 400 AND sequential_writes = 396"
                        + " AND request_bytes = 1048576"
                        + " AND access_start = timestamp_millis(1795453801500)"
                        + " AND access_end = timestamp_millis(1795453809250)")
                .head()
                .getBoolean(0))
        .isTrue();
    Row divided = access.filter("path = '/no-slowest'").head();
    assertThat(divided.<Double>getAs("read_seconds")).isCloseTo(4.5, within(1e-9));
    assertThat(divided.isNullAt(divided.fieldIndex("access_start"))).isTrue();
    assertThat(divided.isNullAt(divided.fieldIndex("request_bytes"))).isTrue();
  }

  @Test
  void mergesTheRanksOfAFileAndKeepsLogsApart(SparkSession spark) throws IOException {
    write(
        "two.txt",
        header("1")
            + counter(0, 5, "POSIX_BYTES_READ", "100", "/in")
            + counter(0, 5, "POSIX_F_READ_TIME", "2.0", "/in")
            + counter(3, 5, "POSIX_BYTES_READ", "50", "/in")
            + counter(3, 5, "POSIX_F_READ_TIME", "3.0", "/in")
            + counter(0, 6, "POSIX_BYTES_READ", "-1", "/own")
            + header("2")
            + counter(0, 5, "POSIX_BYTES_READ", "7", "/in"));
    assertThat(
            access(read(spark))
                .selectExpr(
                    "job_id || path || ' ' || bytes_read || ' ' || read_seconds || ' ' || processes"
                        + " || ' ' || shared")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0)))
        .containsExactlyInAnyOrder(
            "1/in 150 3.0 2 true", "1/own 0 0.0 1 false", "2/in 7 0.0 1 false");
  }

  @Test
  void countsEveryLine(SparkSession spark) throws IOException {
    write(
        "a.txt",
        header("1")
            + counter(0, 4, "POSIX_BYTES_READ", "100", "/in")
            + counter(0, 4, "POSIX_MODE", "436", "/in")
            + counter(0, 5, "POSIX_BYTES_READ", "100", "/damaged")
            + counter(0, 5, "POSIX_READS", "many", "/damaged")
            + counter(0, 5, "POSIX_F_READ_TIME", "nan", "/damaged")
            + "POSIX\t0\t9\tPOSIX_READS\t3\t/usr/lib/libc.so\t/\text4\n"
            + "POSIX\t0\t9\tPOSIX_READS\t3\t/mnt/beegfs2/x\t/mnt/beegfs2\tbeegfs\n"
            + "MPI-IO\t0\t9\tMPIIO_INDEP_OPENS\t3\t/mnt/beegfs/in\t/mnt/beegfs\tbeegfs\n"
            + "total_POSIX_OPENS: 3\n"
            + " X_POSIX         0    write     0       0      262144    0.0029    0.0032\n"
            + "\r\n"
            + "POSIX\t0\t9\n"
            + "Segmentation fault\n");
    write("foreign.txt", "Event\n");
    write("cut.txt", header("1") + counter(0, 5, "POSIX_READS", "1", "/x") + "POSIX\t0\t5\tPOS");
    write("empty.txt", "");
    Ingested read = read(spark);
    assertThat(ledger(read))
        .containsEntry("a.txt", List.of(23L, 2L, 5L, 9L, 2L, 5L))
        .containsEntry("foreign.txt", List.of(1L, 0L, 1L, 0L, 0L, 0L))
        .containsEntry("cut.txt", List.of(12L, 0L, 1L, 9L, 1L, 1L))
        .containsEntry("empty.txt", List.of(0L, 0L, 0L, 0L, 0L, 0L));
    assertThat(
            read.rejects().selectExpr("reason").collectAsList().stream()
                .map(row -> row.getString(0)))
        .containsExactlyInAnyOrder(
            "BAD_NUMBER",
            "BAD_NUMBER",
            "MALFORMED",
            "MALFORMED",
            "MALFORMED",
            "UNKNOWN_FORMAT",
            "TRUNCATED");
    assertThat(access(read).select("path").collectAsList().toString()).isEqualTo("[[/in]]");
    assertThat(read.warnings()).isEmpty();
  }

  @Test
  void countsALogGivenTwiceOnceAndAddsUpTheProgramsOfAJob(SparkSession spark) throws IOException {
    String log = header("1") + counter(0, 5, "POSIX_BYTES_READ", "100", "/in");
    String other =
        header("1")
            + counter(0, 5, "POSIX_BYTES_READ", "30", "/in")
            + counter(0, 7, "POSIX_BYTES_READ", "1", "/only");
    write("a.txt", log);
    write("again.txt", log);
    write("b.txt", other);
    assertThat(
            access(read(spark))
                .selectExpr("path || ' ' || bytes_read || ' ' || processes")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0)))
        .containsExactlyInAnyOrder("/in 130 2", "/only 1 1");
  }

  @Test
  void readsEventsBesideDarshanTextAndWarnsOfLostOnes(SparkSession spark) throws IOException {
    String events =
        EventRowsTest.v7("Read", "\\/in", "1-A-1", 0)
            + EventRowsTest.v7("CloseAfterWrite", "\\/in", "1-A-1", 60)
                .replace("\"Missed\": 0", "\"Missed\": 2");
    write("events.json", events);
    write("the-same-again.json", events);
    write("next.json", EventRowsTest.v8("OpenRead", "/in", 90));
    write(
        "log.txt",
        header("1").replace("\n#<module>", "# *WARNING*: The POSIX module contains x\n#<module>")
            + counter(0, 5, "POSIX_OPENS", "1", "/in"));
    Ingested read = read(spark);
    assertThat(access(read).count()).isEqualTo(1);
    Dataset<Row> fileEvents = Tables.FILE_EVENTS.require(read.tables().get(Tables.FILE_EVENTS));
    assertThat(
            fileEvents
                .selectExpr(
                    "concat_ws(' ', entry_id, path, day, opens, reads, writes, events,"
                        + " date_format(last_event, 'HH:mm:ss'))")
                .collectAsList()
                .stream()
                .map(row -> row.getString(0)))
        .containsExactly("1-A-1 /in 2026-11-23 3 2 1 3 12:01:30");
    assertThat(read.warnings())
        .hasSize(2)
        .anyMatch(text -> text.contains("0 dropped, 4 missed, 5 logged"))
        .anyMatch(text -> text.startsWith("1 Darshan log is incomplete"));
    assertThat(ledger(read)).containsEntry("events.json", List.of(2L, 2L, 0L, 0L, 0L, 0L));
  }

  @Test
  void isEmptyWithoutAccessLogs(SparkSession spark) {
    Ingested read = AccessInput.read(spark, SettingsReader.parse(""));
    assertThat(access(read).isEmpty()).isTrue();
    assertThat(read.ledger().isEmpty()).isTrue();
    Tables.REJECTS.require(read.rejects());
  }

  private Ingested read(SparkSession spark) {
    return AccessInput.read(
        spark, SettingsReader.parse("chunkopt.inputs.access = \"" + drop + "\""));
  }

  private static Dataset<Row> access(Ingested read) {
    return Tables.ACCESS.require(read.tables().get(Tables.ACCESS));
  }

  /** By file name: lines, accepted, rejected, comments, blanks, unknown. */
  private static Map<String, List<Long>> ledger(Ingested read) {
    return Tables.INGEST_LEDGER.require(read.ledger()).collectAsList().stream()
        .collect(
            Collectors.toMap(
                row -> Shard.fileName(row.getString(0)),
                row ->
                    List.of("lines", "accepted", "rejected", "comments", "blanks", "unknown")
                        .stream()
                        .map(row::<Long>getAs)
                        .toList()));
  }

  private static String header(String jobId) {
    return String.format(HEADER, jobId);
  }

  private static String counter(int rank, long id, String name, String value, String path) {
    return "POSIX\t"
        + rank
        + "\t"
        + id
        + "\t"
        + name
        + "\t"
        + value
        + "\t/mnt/beegfs"
        + path
        + "\t/mnt/beegfs\tbeegfs\n";
  }

  private void write(String name, String text) throws IOException {
    Files.write(drop.resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }
}
