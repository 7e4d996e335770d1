package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.Tables;
import org.junit.jupiter.api.Test;

/** Access logs that users and servers really write. */
class FieldLogsTest {
  private static final String HEADER =
      """
      # darshan log version: 3.41
      # uid: 1000
      # jobid: 1
      # start_time: 1795392020
      # end_time: 1795392045
      # nprocs: 2
      """;
  private static final String COUNTER = "POSIX\t%s\t5\t%s\t%s\t%s\t/mnt/beegfs\tbeegfs\n";

  @Test
  void ranksWithTheLargestCountersDoNotOverflow() {
    StringBuilder log = new StringBuilder(HEADER);
    for (int rank = 0; rank < 20; rank++) {
      log.append(COUNTER.formatted(rank, "POSIX_BYTES_READ", 1L << 60, "/mnt/beegfs/a"));
    }
    LogRows rows = LogRows.ofAccess(log.toString());
    assertThat(rows.of(Tables.ACCESS))
        .singleElement()
        .satisfies(
            row ->
                assertThat(row)
                    .containsEntry("bytes_read", 1L << 60)
                    .containsEntry("processes", 20));
  }

  @Test
  void aCounterThatNoFileSystemCanHaveMovedIsRejectedAndTheRestIsRead() {
    LogRows rows =
        LogRows.ofAccess(
            HEADER
                + COUNTER.formatted("0", "POSIX_BYTES_READ", (1L << 60) + 1, "/mnt/beegfs/a")
                + COUNTER.formatted("1", "POSIX_F_READ_TIME", "1e300", "/mnt/beegfs/b")
                + COUNTER.formatted("2", "POSIX_F_CLOSE_END_TIMESTAMP", "1e10", "/mnt/beegfs/c")
                + COUNTER.formatted("3", "POSIX_BYTES_READ", "7", "/mnt/beegfs/d"));
    assertThat(rows.of(Tables.REJECTS)).extracting("reason").containsOnly("BAD_NUMBER").hasSize(3);
    assertThat(rows.of(Tables.ACCESS))
        .singleElement()
        .satisfies(
            row -> assertThat(row).containsEntry("path", "/d").containsEntry("bytes_read", 7L));
  }

  @Test
  void pathsAreResolvedBeforeTheyAreComparedWithTheMountPoint() {
    LogRows rows =
        LogRows.ofAccess(
            HEADER
                + COUNTER.formatted("0", "POSIX_BYTES_READ", "1", "/mnt/beegfs/x/../a")
                + COUNTER.formatted("1", "POSIX_BYTES_READ", "2", "/home/../mnt/./beegfs//b")
                + COUNTER.formatted("2", "POSIX_BYTES_READ", "3", "/mnt/beegfs/../other/c"));
    assertThat(rows.of(Tables.ACCESS)).extracting("path").containsExactly("/a", "/b");
    assertThat(rows.of(AccessSheets.LOSSES))
        .singleElement()
        .satisfies(row -> assertThat(row).containsEntry("inside", 2L).containsEntry("outside", 1L));
  }

  @Test
  void anEventOfWatchCountsOnceHoweverOftenItIsDelivered() {
    StringBuilder log = new StringBuilder();
    for (int delivery = 0; delivery < 3; delivery++) {
      for (int meta = 1; meta <= 2; meta++) {
        for (int sequence = 1; sequence <= 50; sequence++) {
          log.append(
              """
              {"meta":%d,"seq":"%d","type":"OPEN_READ","path":"/a","entry_id":"1-6B047303-1","ts":1795392020}
              """
                  .formatted(meta, sequence));
        }
      }
    }
    LogRows rows = LogRows.ofAccess(log + "{\"meta\":1,\"se");
    assertThat(rows.of(AccessSheets.COUNTED))
        .singleElement()
        .satisfies(
            row -> assertThat(row).containsEntry("open_reads", 100L).containsEntry("path", "/a"));
    assertThat(rows.of(Tables.INGEST_LEDGER))
        .singleElement()
        .satisfies(
            row ->
                assertThat(row)
                    .containsEntry("accepted", 300L)
                    .containsEntry("duplicates", 200L)
                    .containsEntry("rejected", 1L));
    assertThat(rows.of(Tables.REJECTS)).extracting("reason").containsExactly("TRUNCATED");
  }

  @Test
  void readsInTheHoursOfAWalkAreItsOwnOfBeeGfs8OnlyThoseOfItsUser() {
    WalkReads walk =
        WalkReads.of(
            SettingsReader.parse(
                    "chunkopt.inputs { walk-hours = [\"23:00-02:30\"], walk-user = 0 }")
                .inputs());
    for (Map.Entry<String, Boolean> event :
        Map.of(
                "\"Type\":\"Read\"},\"Timestamp\":\"2026-11-18T02:29:59Z\"", true,
                "\"Type\":\"Read\"},\"Timestamp\":\"2026-11-18T23:00:00Z\"", true,
                "\"Type\":\"Read\"},\"Timestamp\":\"2026-11-18T02:30:00Z\"", false,
                "\"Type\":\"CloseAfterWrite\"},\"Timestamp\":\"2026-11-18T00:00:00Z\"", false,
                "\"Type\":\"OpenRead\",\"UserID\":0},\"Timestamp\":\"2026-11-18T00:00:00Z\"", true,
                "\"Type\":\"OpenRead\",\"UserID\":7},\"Timestamp\":\"2026-11-18T00:00:00Z\"", false)
            .entrySet()) {
      EventLine line = new EventLine();
      byte[] bytes =
          ("{\"Event\":{\"EntryId\":\"1-6B047303-1\"," + event.getKey() + "}")
              .getBytes(java.nio.charset.StandardCharsets.UTF_8);
      assertThat(line.parse(bytes, 0, bytes.length)).as(event.getKey()).isEmpty();
      assertThat(walk.has(line)).as(event.getKey()).isEqualTo(event.getValue());
    }
  }
}
