package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Entry info that is not what its name or its release says: no column is ever null in silence. */
@Tag("R12")
class InventoryDriftTest {
  private static final String STAT =
      "1000\t4096\t8\t1795453827.5\t1795453827.5\t1795453827.5\t1003\t100\t1\tf\t/a.dat\0";
  private static final String BLOCK =
      """
      Entry type: file
      EntryID: 1-6B047303-1
      Metadata node: meta01 [ID: 1]
      Stripe pattern details:
      + Type: RAID0
      + Chunksize: 512K
      + Number of storage targets: desired: 4; actual: 1
      + Storage targets:
        + 101

      """;
  private static final String LINE =
      """
      {"entry_id":"1-6B047303-1","meta_node":"m:1","path":"/a.dat","storage_mirrors":"(unmirrored)",\
      "storage_pool":"(file)","storage_targets":"s:101","stripe_pattern":"RAID0 (4x512Ki)","type":2}
      """;

  @Test
  @DisplayName(
      "R12: entry info of BeeGFS 8 under a name of BeeGFS 7 is rejected, and so the other way")
  void theOtherReleaseIsRejected() {
    assertThat(rows("entryinfo", BLOCK)).isEqualTo(1);
    assertThat(rows("entries.ndjson", LINE)).isEqualTo(1);
    assertThat(rows("entryinfo", LINE)).isZero();
    assertThat(rows("entries.ndjson", BLOCK)).isZero();
  }

  @Test
  @DisplayName("R12: a required key under another name is a reject, a new key is passed over")
  void aKeyOfAnotherNameIsRejected() {
    for (String key : new String[] {"path", "entry_id", "stripe_pattern", "type"}) {
      String other = key.substring(0, 1).toUpperCase() + key.substring(1);
      assertThat(rows("entries.ndjson", LINE.replace("\"" + key + "\"", "\"" + other + "\"")))
          .as(other)
          .isZero();
    }
    assertThat(rows("entries.ndjson", LINE.replace("{", "{\"tomorrow\":{\"a\":[1]},"))).isOne();
    assertThat(rows("entryinfo", BLOCK.replace("+ Chunksize", "+ Chunk size"))).isZero();
    assertThat(rows("entryinfo", BLOCK.replace("Metadata", "Cool down: 5s\nMetadata"))).isOne();
  }

  /** Files that were accepted; each has its chunk size, and each that was not is a reject. */
  private static int rows(String suffix, String entries) {
    LogRows rows =
        LogRows.ofInventory(Map.of("a.stat0", bytes(STAT), "a." + suffix, bytes(entries)))
            .requireBalance(2);
    var files = rows.of(InventorySheets.FILES);
    assertThat(files).allMatch(row -> row.get("chunk_bytes").equals(512L << 10));
    assertThat(files.isEmpty()).isNotEqualTo(rows.rejectReasons().isEmpty());
    return files.size();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
