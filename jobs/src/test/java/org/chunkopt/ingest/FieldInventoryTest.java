package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.chunkopt.tables.Tables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names, times and states that real file systems have. */
class FieldInventoryTest {
  private static final String STAT = "7\t%s\t8\t1.5\t%s\t1.5\t0\t0\t1\tf\t%s\0";
  private static final String ENTRY =
      """
      {"entry_id":"%s-6B047303-1","meta_node":"m:2","path":"%s","storage_mirrors":"(unmirrored)",\
      "storage_pool":"(file)","storage_targets":"s:101","stripe_pattern":"RAID0 (4x1Mi)","type":%s%s}
      """;

  @Test
  void aNameThatReallyHasTheReplacementCharacterIsTaken() {
    String name = "/a\u00ef\u00bf\u00bd";
    LogRows rows =
        read(
            stat(name) + stat("/b\u00ff"),
            entry("1", name, "") + entry("2", "/b\u00ef\u00bf\u00bd", ""));
    assertThat(rows.of(InventorySheets.FILES))
        .singleElement()
        .satisfies(row -> assertThat(row).containsEntry("entry_id", "1-6B047303-1"));
    assertThat(rows.of(Tables.REJECTS)).extracting("reason").containsOnly("LOSSY_NAME").hasSize(2);
  }

  @Test
  void ofTwoNamesThatTheToolWritesAlikeNeitherIsGuessed() {
    String name = "/a\u00ef\u00bf\u00bd";
    LogRows rows = read(stat(name) + stat("/a\u00ff"), entry("1", name, "") + entry("2", name, ""));
    assertThat(rows.of(InventorySheets.FILES)).isEmpty();
    assertThat(rows.of(Tables.REJECTS)).extracting("reason").containsOnly("LOSSY_NAME").hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({
    "-11644473600.0, -11644473600000000",
    "253402300799.5, 253402300799500000",
    "253402300800.0,",
    "-62135596801.0,",
    "9223372036854775807.0,",
    "-9223372036854775807.0,"
  })
  void timesOfTheYearsOneTo9999AreKeptAndOthersAreNullAndCounted(String text, Long micros) {
    LogRows rows = read(STAT.formatted("9223372036854775807", text, "/a"), entry("1", "/a", ""));
    assertThat(rows.of(InventorySheets.FILES))
        .singleElement()
        .satisfies(
            row ->
                assertThat(row)
                    .containsEntry("mtime", micros)
                    .containsEntry("size_bytes", Long.MAX_VALUE));
    assertThat(rows.of(InventorySheets.GAPS))
        .singleElement()
        .satisfies(row -> assertThat(row).containsEntry("times", micros == null ? 1L : 0L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "\"access\":0,\"state\":0,\"remote_targets\":\"(none)\" | 4096 | null",
        "\"access\":\"Unlocked\",\"state\":\"Available\" | 4096 | null",
        "\"access\":\"(n/a)\",\"state\":\"(n/a)\" | 4096 | null",
        "\"access\":2 | 4096 | locked",
        "\"access\":\"Locked (read+write)\" | 4096 | locked",
        "\"access\":\"(unavailable: inode is locked)\" | 4096 | locked",
        "\"state\":\"(unavailable: inode is locked)\" | 4096 | locked",
        "\"state\":1 | 4096 | offloaded",
        "\"state\":\"DelayedRestore\" | 4096 | offloaded",
        "\"remote_targets\":\"1-s3\" | 4096 | remote",
        "\"remote_targets\":\"1-s3,2-tape\" | 31 | offloaded",
        "\"remote_targets\":\"(none)\" | 31 | null"
      })
  void statesAreReadAsNumbersOrWords(String columns, String size, String restriction) {
    for (String type : List.of("2", "\"file\"", "\"Regular_File\"")) {
      LogRows rows =
          read(STAT.formatted(size, "1.5", "/a"), ENTRY.formatted("1", "/a", type, "," + columns));
      assertThat(rows.of(InventorySheets.FILES))
          .singleElement()
          .satisfies(row -> assertThat(row).containsEntry("restriction", restriction));
      assertThat(rows.of(InventorySheets.GAPS))
          .singleElement()
          .satisfies(
              row -> assertThat(row).containsEntry("restricted", restriction == null ? 0L : 1L));
    }
  }

  private static String stat(String path) {
    return STAT.formatted("4096", "1.5", path);
  }

  private static String entry(String id, String path, String more) {
    return ENTRY.formatted(id, path, "2", more);
  }

  private static LogRows read(String stat, String entries) {
    Map<String, byte[]> files = new HashMap<>();
    files.put("a.stat0", stat.getBytes(StandardCharsets.ISO_8859_1));
    files.put("a.entries.ndjson", entries.getBytes(StandardCharsets.ISO_8859_1));
    return LogRows.ofInventory(files);
  }
}
