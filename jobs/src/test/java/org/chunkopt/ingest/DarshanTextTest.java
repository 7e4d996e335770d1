package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.chunkopt.tables.Tables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DarshanTextTest {
  private static final String COLUMNS =
      "#<module>\t<rank>\t<record id>\t<counter>\t<value>\t<file name>\t<mount pt>\t<fs type>\n";

  /** Headers and counter names of the releases, as darshan-parser prints them. */
  static Stream<Arguments> releases() {
    return Stream.of(
        Arguments.of(
            "3.1.0, POSIX module version 1",
            header("3.10", "1795453800", "1795454000", "201"),
            "POSIX_F_OPEN_TIMESTAMP",
            "POSIX_F_CLOSE_TIMESTAMP"),
        Arguments.of(
            "3.1.8, POSIX module version 3",
            header("3.10", "1795453800", "1795454000", "201"),
            "POSIX_F_OPEN_START_TIMESTAMP",
            "POSIX_F_CLOSE_END_TIMESTAMP"),
        Arguments.of(
            "3.2 and 3.3, POSIX module version 4",
            header("3.21", "1795453800", "1795454000", "201"),
            "POSIX_F_OPEN_START_TIMESTAMP",
            "POSIX_F_CLOSE_END_TIMESTAMP"),
        Arguments.of(
            "3.4, run time with decimals",
            header("3.41", "1795453800", "1795454000", "200.3125"),
            "POSIX_F_OPEN_START_TIMESTAMP",
            "POSIX_F_CLOSE_END_TIMESTAMP"),
        Arguments.of(
            "3.4, times with nanoseconds",
            header("3.41", "1795453800.000000000", "1795454000.312500000", "200.3125"),
            "POSIX_F_OPEN_START_TIMESTAMP",
            "POSIX_F_CLOSE_END_TIMESTAMP"));
  }

  private static String header(String version, String start, String end, String runTime) {
    return """
        # darshan log version: %s
        # compression method: ZLIB
        # exe: /sw/bin/solver -n 4
        # uid: 1003
        # jobid: 4242
        # start_time: %s
        # start_time_asci: Mon Nov 23 17:10:00 2026
        # end_time: %s
        # end_time_asci: Mon Nov 23 17:13:20 2026
        # nprocs: 4
        # run time: %s
        # metadata: lib_ver = 3.1.0
        # metadata: h = romio_no_indep_rw=true;cb_nodes=4

        # log file regions
        # -------------------------------------------------------
        # header: 360 bytes (uncompressed)
        # POSIX module: 214 bytes (compressed), ver=4

        # mounted file systems (mount point and fs type)
        # -------------------------------------------------------
        # mount entry:\t/mnt/beegfs\tbeegfs

        # description of columns:
        #   <rank>: MPI rank.  -1 indicates that the file is shared

        # *******************************************************
        # POSIX module data
        # *******************************************************

        """
            .formatted(version, start, end, runTime)
        + COLUMNS;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("releases")
  void readsEveryRelease(String release, String header, String open, String close) {
    String text =
        header
            + record(
                "-1",
                "77",
                "/out.h5",
                "POSIX_OPENS",
                "4",
                "POSIX_FILENOS",
                "-1",
                "POSIX_WRITES",
                "400",
                "POSIX_BYTES_WRITTEN",
                "419430400",
                "POSIX_MMAPS",
                "-1",
                "POSIX_SEQ_WRITES",
                "396",
                "POSIX_CONSEC_WRITES",
                "0",
                "POSIX_RENAMED_FROM",
                "0",
                "POSIX_ACCESS1_ACCESS",
                "1048576",
                "POSIX_ACCESS1_COUNT",
                "400",
                open,
                "1.500000",
                "POSIX_F_OPEN_END_TIMESTAMP",
                "-1.000000",
                close,
                "9.250000",
                "POSIX_F_READ_TIME",
                "0.000000",
                "POSIX_F_WRITE_TIME",
                "18.000000",
                "POSIX_F_META_TIME",
                "2.000000",
                "POSIX_F_SLOWEST_RANK_TIME",
                "7.000000")
            + "\n# *******************************************************\n"
            + "# STDIO module data\n\n"
            + COLUMNS
            + "STDIO\t0\t5\tSTDIO_OPENS\t1\t<STDOUT>\tUNKNOWN\tUNKNOWN\n"
            + "LUSTRE\t-1\t77\tLUSTRE_OSTS\t48\t/mnt/beegfs/out.h5\t/mnt/beegfs\tbeegfs\n";
    LogRows rows = LogRows.ofAccess(text).requireBalance();
    assertThat(rows.of(Tables.REJECTS)).isEmpty();
    assertThat(rows.of(Tables.ACCESS)).hasSize(1);
    Map<String, Object> access = rows.of(Tables.ACCESS).get(0);
    assertThat(access)
        .containsEntry("path", "/out.h5")
        .containsEntry("job_id", "4242")
        .containsEntry("uid", 1003L)
        .containsEntry("access_start", 1_795_453_801_500_000L)
        .containsEntry("access_end", 1_795_453_809_250_000L)
        .containsEntry("processes", 4)
        .containsEntry("shared", true)
        .containsEntry("opens", 4L)
        .containsEntry("bytes_read", 0L)
        .containsEntry("bytes_written", 419_430_400L)
        .containsEntry("writes", 400L)
        .containsEntry("sequential_writes", 396L)
        .containsEntry("request_bytes", 1_048_576L)
        .containsEntry("write_seconds", 18.0 * (7.0 / 20.0))
        .containsEntry("meta_seconds", 2.0 * (7.0 / 20.0));
    assertThat(rows.ledger().get(5)).as("records of other modules").isEqualTo(2);
  }

  @Test
  void namesAreTheBytesBetweenTheValueAndTheLastTwoTabs() {
    String name = "/a b\tc\u00ff\u0001;\"$(x)";
    LogRows rows = LogRows.ofAccess(header() + record("0", "1", name, "POSIX_OPENS", "1"));
    assertThat((byte[]) rows.of(Tables.ACCESS).get(0).get("path_bytes"))
        .isEqualTo(name.getBytes(StandardCharsets.ISO_8859_1));
    assertThat(rows.of(Tables.ACCESS).get(0)).containsEntry("path", "/a b\\x09c\\xFF\\x01;\"$(x)");
  }

  @Test
  void aNameWithANewlineIsRejectedLineByLine() {
    LogRows rows =
        LogRows.ofAccess(
                header()
                    + record("0", "1", "/a\nb", "POSIX_OPENS", "1")
                    + record("0", "2", "/c", "POSIX_OPENS", "1"))
            .requireBalance();
    assertThat(rows.rejectReasons()).containsExactly("MALFORMED");
    assertThat(rows.of(Tables.ACCESS)).singleElement().matches(row -> row.get("path").equals("/c"));
  }

  @Test
  void windowsLineEndsChangeNothing() {
    String text = header() + record("0", "1", "/a", "POSIX_OPENS", "3", "POSIX_READS", "9");
    LogRows rows = LogRows.ofAccess(text.replace("\n", "\r\n")).requireBalance();
    assertThat(rows.ledger()).isEqualTo(LogRows.ofAccess(text).ledger());
    assertThat(rows.of(Tables.ACCESS).get(0))
        .containsEntry("job_id", "4242")
        .containsEntry("opens", 3L)
        .containsEntry("reads", 9L);
  }

  @Test
  void aRecordWithADamagedLineIsLeftOutAndTheOthersStand() {
    String whole =
        record("0", "1", "/a", "POSIX_OPENS", "3", "POSIX_F_READ_TIME", "1.5", "POSIX_READS", "7");
    for (String damaged :
        List.of(
            whole.replace("1.5", "1.5x"),
            whole.replace("\t3\t", "\t\t"),
            whole.replaceFirst("/a", "/b"),
            whole.replaceFirst("\n", "#"),
            whole.replace("POSIX\t0\t1\tPOSIX_F", "POSIX\t0\t1x\tPOSIX_F"))) {
      LogRows rows =
          LogRows.ofAccess(header() + damaged + record("0", "2", "/other", "POSIX_OPENS", "1"))
              .requireBalance();
      assertThat(rows.of(Tables.REJECTS)).as(damaged).isNotEmpty();
      assertThat(rows.of(Tables.ACCESS))
          .as(damaged)
          .singleElement()
          .matches(row -> row.get("path").equals("/other"));
    }
  }

  @Test
  void everyWayToPrintALogIsCounted() {
    LogRows rows =
        LogRows.ofAccess(
                header()
                    + record("0", "1", "/a", "POSIX_OPENS", "1")
                    + "total_POSIX_OPENS: 5\ntotal_POSIX_F_READ_TIME: 0.250000\n"
                    + "# <file_type> <file_count> <total_bytes> <max_byte_offset>\n"
                    + "# total: 5 4371499438884 4364699616485\n"
                    + "# performance\n# total_bytes: 134217728\n"
                    + "9151\t/mnt/beegfs/a\t4\t0.125000\t0.100000\n"
                    + "# DXT, file_id: 3457, file_name: /mnt/beegfs/a\n"
                    + " X_MPIIO  0  write  0  0  262144  0.0029  0.0032\n")
            .requireBalance();
    assertThat(rows.of(Tables.REJECTS)).isEmpty();
    assertThat(rows.ledger().get(5)).as("unknown").isEqualTo(4);
  }

  @Test
  void aLogThatIsIncompleteIsCounted() {
    LogRows rows =
        LogRows.ofAccess(
            header()
                + "# *WARNING*: The POSIX module contains incomplete data!\n"
                + "#            This happens when a module runs out of\n"
                + record("0", "1", "/a", "POSIX_OPENS", "1"));
    assertThat(rows.of(AccessSheets.LOSSES).get(0)).containsEntry("incomplete_logs", 1L);
  }

  @Test
  void numbersAreReadAsJavaReadsThem() {
    for (String seconds : List.of("0.000001", "123456.654321", "99999999.999999", "1e-3", "7")) {
      LogRows rows =
          LogRows.ofAccess(header() + record("0", "1", "/a", "POSIX_F_READ_TIME", seconds));
      assertThat(rows.of(Tables.ACCESS).get(0))
          .containsEntry("read_seconds", Double.parseDouble(seconds));
    }
    for (String count : List.of("9223372036854775808", "1.5", "", "0x1", "--1")) {
      assertThat(
              LogRows.ofAccess(header() + record("0", "1", "/a", "POSIX_OPENS", count))
                  .rejectReasons())
          .as(count)
          .containsExactly("BAD_NUMBER");
    }
  }

  static String header() {
    return header("3.41", "1795453800", "1795454000", "200.3125");
  }

  /** One record: counters and their values in turn. */
  static String record(String rank, String id, String path, String... counters) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < counters.length; i += 2) {
      lines.append("POSIX\t" + rank + "\t" + id + "\t" + counters[i] + "\t" + counters[i + 1]);
      lines.append("\t/mnt/beegfs" + path + "\t/mnt/beegfs\tbeegfs\n");
    }
    return lines.toString();
  }
}
