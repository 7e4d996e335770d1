package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.Tables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventRowsTest {
  private static final long NOON = 1_795_435_200_000_000L;
  private static final String LISTENER =
      "{ \"EventListener\": { \"Socket\": \"\\/tmp\\/log\", \"VersionMajor\": 1,"
          + " \"VersionMinor\": 0 } }\n";

  @Test
  void countsOpensReadsAndWritesOfBeegfs7() {
    LogRows rows =
        LogRows.ofAccess(
                LISTENER
                    + v7("Create", "\\/d\\/f", "1-A-1", 0)
                    + v7("CloseAfterWrite", "\\/d\\/f", "1-A-1", 1)
                    + v7("Read", "\\/d\\/f", "1-A-1", 2)
                    + v7("Read", "\\/d\\/f", "1-A-1", 3)
                    + v7("Read", "\\/e", "2-A-1", 3)
                    + v7("Read", "\\/d\\/f", "1-A-1", 86_400)
                    + v7("Wormhole", "\\/d\\/f", "1-A-1", 86_401))
            .requireBalance();
    assertThat(rows.ledger()).containsExactly(8L, 6L, 0L, 1L, 0L, 1L);
    assertThat(counted(rows))
        .containsExactlyInAnyOrder(
            "1-A-1 /d/f 20780 reads 2 closes 1 events 4",
            "2-A-1 /e 20780 reads 1 closes 0 events 1",
            "1-A-1 /d/f 20781 reads 1 closes 0 events 1");
  }

  @Test
  void countsOpensOfBeegfs8() {
    LogRows rows =
        LogRows.ofAccess(
            v8("OpenRead", "/f", 0)
                + v8("OpenWrite", "/f", 1)
                + v8("OpenReadWrite", "/f", 2)
                + v8("CloseAfterWrite", "/f", 3)
                + v8("LastWriterClosed", "/f", 3)
                + v8("OpenBlocked", "/f", 4)
                + v8("InodeLocked", "f", 5));
    assertThat(rows.of(Tables.REJECTS)).isEmpty();
    assertThat(rows.of(AccessSheets.COUNTED).get(0))
        .containsEntry("open_reads", 1L)
        .containsEntry("open_writes", 1L)
        .containsEntry("open_read_writes", 1L)
        .containsEntry("closes_after_write", 1L)
        .containsEntry("events", 7L)
        .containsEntry("path", "/f")
        .containsEntry("first_event", NOON)
        .containsEntry("last_event", NOON + 5_000_000);
  }

  @Test
  void readsTheEventsOfWatch() {
    LogRows rows =
        LogRows.ofAccess(
            "{\"seqId\":\"7\",\"metaId\":1,\"eventFlags\":0,\"v2\":{\"type\":\"OPEN_READ_WRITE\","
                + "\"numLinks\":\"1\",\"path\":\"/w\",\"entryId\":\"3-A-1\",\"msgUserId\":1000,"
                + "\"timestamp\":\"1795435200000000000\"}}\n"
                + "{\"timestamp\":\"2026-11-23T12:00:01Z\",\"seqId\":\"8\",\"v1\":{\"type\":"
                + "\"CLOSE_WRITE\",\"droppedSeq\":\"2\",\"path\":\"/w\",\"entryId\":\"3-A-1\"}}\n");
    assertThat(rows.of(Tables.REJECTS)).isEmpty();
    assertThat(rows.of(AccessSheets.COUNTED).get(0))
        .containsEntry("open_read_writes", 1L)
        .containsEntry("closes_after_write", 1L)
        .containsEntry("day", 20_780);
  }

  @ParameterizedTest
  @CsvSource({
    "1795435200",
    "1795435200.5",
    "1795435200123",
    "1795435200123456",
    "1795435200123456789",
    "\"1795435200\"",
    "\"2026-11-23T12:00:00Z\"",
    "\"2026-11-23T12:00:00.123456789Z\"",
    "\"2026-11-23 13:00:00+01:00\"",
    "\"2026-11-23T06:15:00-0545\""
  })
  void takesTheTimeThatASiteAddsInAnyCommonForm(String time) {
    LogRows rows =
        LogRows.ofAccess(
            "{\"Timestamp\": "
                + time
                + ", \"VersionMajor\": 1, \"Event\": {\"Type\": \"Read\", \"EntryId\": \"1\"}}\n");
    assertThat(rows.of(Tables.REJECTS)).isEmpty();
    long micros = (Long) rows.of(AccessSheets.COUNTED).get(0).get("first_event");
    assertThat(micros - micros % 1_000_000).isEqualTo(NOON);
  }

  @Test
  void aLogWithoutTimesIsRejectedOnceWithARemedy() {
    String line =
        "{ \"VersionMajor\": 1, \"Event\": { \"Type\": \"Read\", \"EntryId\": \"1\" } }\n";
    LogRows rows = LogRows.ofAccess(LISTENER + line + line).requireBalance();
    assertThat(rows.rejectReasons()).containsExactly("MISSING_KEY");
    assertThat((String) rows.of(Tables.REJECTS).get(0).get("detail")).contains("Timestamp");
    assertThat(rows.ledger()).containsExactly(3L, 0L, 3L, 0L, 0L, 0L);
    assertThat(LogRows.ofAccess(line + v7("Read", "\\/f", "1", 0)).requireBalance().ledger())
        .as("one line of two without a time")
        .containsExactly(2L, 1L, 1L, 0L, 0L, 0L);
  }

  @Test
  void badLinesAreRejectedWithTheirReason() {
    String good = v8("OpenRead", "/f", 0);
    LogRows rows =
        LogRows.ofAccess(
                good
                    + "{\"a\": 1}\n"
                    + "[1]\n"
                    + "{\"Event\": {\"Type\": \"Read\"\n"
                    + good.replace("1-A-1", "")
                    + good.replace("1795435200000000000", "17954")
                    + good.replace("1795435200000000000", "\"soon\"")
                    + good.strip()
                    + "x\n"
                    + "\r\n\n"
                    + "{".repeat(50_000)
                    + "\n"
                    + good.substring(0, 60))
            .requireBalance();
    assertThat(rows.rejectReasons())
        .containsExactly(
            "MISSING_KEY",
            "MALFORMED",
            "MALFORMED",
            "MISSING_KEY",
            "BAD_NUMBER",
            "BAD_NUMBER",
            "MALFORMED",
            "MALFORMED",
            "TRUNCATED");
    assertThat(rows.ledger()).containsExactly(12L, 1L, 9L, 0L, 2L, 0L);
  }

  @Test
  void pathsKeepTheirBytes() {
    LogRows rows =
        LogRows.ofAccess(
            v7("Read", "\\/\\\"q\\\\\\n\\t\u0001\u00ff\\u00e9\\ud83d\\ude00 z", "1-A-1", 0));
    assertThat((byte[]) rows.of(AccessSheets.COUNTED).get(0).get("path_bytes"))
        .isEqualTo(
            concat(
                "/\"q\\\n\t\u0001\u00ff".getBytes(StandardCharsets.ISO_8859_1),
                "\u00e9\ud83d\ude00 z".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void aRenameKeepsTheEntryAndMovesThePath() {
    LogRows rows =
        LogRows.ofAccess(
            v7("Read", "\\/old", "1-A-1", 0)
                + v7("Rename", "\\/old", "1-A-1", 1)
                    .replace("\"TargetPath\": \"\"", "\"TargetPath\": \"\\/new\""));
    assertThat(counted(rows)).containsExactly("1-A-1 /new 20780 reads 1 closes 0 events 2");
  }

  @Test
  void countsWhatTheServerLostWhileTheLogWasWritten() {
    LogRows rows =
        LogRows.ofAccess(
            v7("Read", "\\/f", "1", 0).replace("\"Dropped\": 0", "\"Dropped\": 100")
                + v7("Read", "\\/f", "1", 1).replace("\"Dropped\": 0", "\"Dropped\": 107"));
    assertThat(rows.of(AccessSheets.LOSSES).get(0))
        .containsEntry("events", 2L)
        .containsEntry("dropped", 7L)
        .containsEntry("missed", 0L);
  }

  @Test
  void holdsABoundedNumberOfEntries() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      text.append(v7("Read", "\\/f" + i % 10, "e" + i % 10, i));
    }
    LedgerCount count = new LedgerCount("log", "access", "file-events");
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    LogRows rows =
        new LogRows(
            List.of(
                Tables.ACCESS,
                AccessSheets.COUNTED,
                AccessSheets.LOSSES,
                Tables.REJECTS,
                Tables.INGEST_LEDGER),
            new EventRows(
                AccessSheets.of(AccessSheets.sheets()),
                ByteRecords.lines(new ByteArrayInputStream(bytes), 1 << 20),
                count,
                WalkReads.of(SettingsReader.defaults().inputs()),
                3));
    assertThat(rows.of(AccessSheets.COUNTED)).hasSize(100);
    assertThat(
            rows.of(AccessSheets.COUNTED).stream().mapToLong(row -> (Long) row.get("events")).sum())
        .isEqualTo(100);
  }

  private static List<String> counted(LogRows rows) {
    return rows.of(AccessSheets.COUNTED).stream().map(EventRowsTest::text).toList();
  }

  private static String text(Map<String, Object> row) {
    return row.get("entry_id")
        + " "
        + row.get("path")
        + " "
        + row.get("day")
        + " reads "
        + row.get("open_reads")
        + " closes "
        + row.get("closes_after_write")
        + " events "
        + row.get("events");
  }

  /** As the listener of BeeGFS 7 prints it, with the time that a site adds. */
  static String v7(String type, String path, String entryId, int second) {
    return "{ \"Timestamp\": "
        + (NOON / 1_000_000 + second)
        + ", \"VersionMajor\": 1, \"VersionMinor\": 0, \"PacketSize\": 118, \"Dropped\": 0,"
        + " \"Missed\": 0, \"Event\": { \"Type\": \""
        + type
        + "\", \"Path\": \""
        + path
        + "\", \"EntryId\": \""
        + entryId
        + "\", \"ParentEntryId\": \"root\", \"TargetPath\": \"\", \"TargetParentId\": \"\" } }\n";
  }

  /** As the listener of BeeGFS 8 prints it. */
  static String v8(String type, String path, int second) {
    return "{ \"FormatVersion\": 2, \"EventFlags\": 0, \"NumLinks\": 1, \"Event\": { \"Type\": \""
        + type
        + "\", \"Path\": \""
        + path.replace("/", "\\/")
        + "\", \"EntryId\": \"1-A-1\", \"ParentEntryId\": \"root\", \"TargetPath\": \"\","
        + " \"TargetParentId\": \"\", \"UserID\": 1000, \"Timestamp\": "
        + (NOON / 1_000_000 + second)
        + "000000000 } }\n";
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] all = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
