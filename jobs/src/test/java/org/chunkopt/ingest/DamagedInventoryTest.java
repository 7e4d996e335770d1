package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random damage to the bytes of inventories, seeded: every record is accounted for, what is
 * undamaged reads as before, and a pair whose counts differ is rejected whole.
 */
class DamagedInventoryTest {
  private static final int CASES = 500;
  private static final int ENTRIES = 24;
  private static final String STAT = "a.stat0";
  private static final String BLOCKS = "a.entryinfo";
  private static final String LINES = "a.entries.ndjson";
  private static final String INDEX = "a.index.ndjson";

  @Test
  @Tag("R9")
  @DisplayName("R9: 500 seeded damages of BeeGFS 7 pairs lose no record and change no other")
  void pairsAreAccountedForWhateverTheirDamage() {
    Map<String, byte[]> whole = Map.of(STAT, stats(), BLOCKS, blocks());
    Map<String, Map<String, Object>> expected = rows(LogRows.ofInventory(whole));
    assertThat(expected).hasSize(ENTRIES);
    List<String> statRecords = records(STAT, whole.get(STAT));
    List<String> blockRecords = records(BLOCKS, whole.get(BLOCKS));
    int kept = 0;
    int refused = 0;
    for (int seed = 0; seed < CASES; seed++) {
      Map<String, byte[]> damaged = damaged(whole, new Random(seed));
      LogRows rows = LogRows.ofInventory(damaged).requireBalance(2);
      Map<String, Map<String, Object>> actual = rows(rows);
      assertThat(rows.ledger(0).get(1)).as("accepted, seed %d", seed).isEqualTo(actual.size());
      assertThat(rows.ledger(1).get(1)).as("accepted, seed %d", seed).isEqualTo(actual.size());
      List<String> stats = records(STAT, damaged.get(STAT));
      List<String> blocks = records(BLOCKS, damaged.get(BLOCKS));
      if (stats.size() != blocks.size()) {
        refused++;
        assertThat(actual).as("rows of a pair that does not match, seed %d", seed).isEmpty();
        assertThat(rows.ledger(0).get(2)).isEqualTo(Math.max(1, stats.size()));
        assertThat(rows.ledger(1).get(2)).isEqualTo(Math.max(1, blocks.size()));
        assertThat(rows.rejectReasons()).hasSize(2);
        continue;
      }
      if (actual.isEmpty()) {
        assertThat(rows.rejectReasons()).as("seed %d", seed).contains("TRUNCATED");
        continue;
      }
      for (int i = 0; i < ENTRIES && i < stats.size(); i++) {
        if (stats.get(i).equals(statRecords.get(i)) && blocks.get(i).equals(blockRecords.get(i))) {
          assertThat(actual.get(path(i))).as("seed %d", seed).isEqualTo(expected.get(path(i)));
          kept++;
        }
      }
    }
    assertThat(kept).as("undamaged records compared").isGreaterThan(CASES * 5);
    assertThat(refused).as("pairs refused").isGreaterThan(CASES / 10);
  }

  @Test
  @Tag("R9")
  @DisplayName("R9: 500 seeded damages of BeeGFS 8 pairs lose no record and change no other")
  void entriesJoinedByPathAreAccountedForWhateverTheirDamage() {
    check(Map.of(STAT, stats(), LINES, lines()));
  }

  @Test
  @Tag("R9")
  @DisplayName("R9: 500 seeded damages of an index lose no record and change no other")
  void indexesAreAccountedForWhateverTheirDamage() {
    check(Map.of(INDEX, index()));
  }

  private static void check(Map<String, byte[]> whole) {
    Map<String, Map<String, Object>> expected = rows(LogRows.ofInventory(whole));
    assertThat(expected).hasSize(ENTRIES);
    Map<String, List<String>> records = new HashMap<>();
    whole.forEach((name, bytes) -> records.put(name, records(name, bytes)));
    int kept = 0;
    for (int seed = 0; seed < CASES; seed++) {
      Map<String, byte[]> damaged = damaged(whole, new Random(seed));
      LogRows rows = LogRows.ofInventory(damaged).requireBalance(whole.size());
      Map<String, Map<String, Object>> actual = rows(rows);
      assertThat(rows.ledger(0).get(1)).as("accepted, seed %d", seed).isEqualTo(actual.size());
      if (rows.rejectReasons().contains("TRUNCATED") && actual.isEmpty()) {
        continue;
      }
      Map<String, Set<String>> left = new HashMap<>();
      damaged.forEach((name, bytes) -> left.put(name, new HashSet<>(records(name, bytes))));
      for (int i = 0; i < ENTRIES; i++) {
        int entry = i;
        if (records.keySet().stream()
            .allMatch(name -> left.get(name).contains(records.get(name).get(entry)))) {
          assertThat(actual.get(path(i))).as("seed %d", seed).isEqualTo(expected.get(path(i)));
          kept++;
        }
      }
    }
    assertThat(kept).as("undamaged records compared").isGreaterThan(CASES * 5);
  }

  /** One to three hits on one of the files. */
  private static Map<String, byte[]> damaged(Map<String, byte[]> whole, Random random) {
    Map<String, byte[]> damaged = new HashMap<>(whole);
    String file = whole.keySet().stream().sorted().toList().get(random.nextInt(whole.size()));
    byte[] bytes = whole.get(file).clone();
    int hits = 1 + random.nextInt(3);
    for (int i = 0; i < hits && bytes.length > 0; i++) {
      int at = random.nextInt(bytes.length);
      int length = Math.min(bytes.length - at, 1 + random.nextInt(1 << random.nextInt(9)));
      byte[] noise = new byte[length];
      random.nextBytes(noise);
      switch (random.nextInt(9)) {
        case 0, 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes = spliced(bytes, at, length, new byte[0]);
        case 3 -> bytes = spliced(bytes, at, 0, noise);
        case 4 -> bytes = Arrays.copyOf(bytes, at);
        case 5 -> bytes = spliced(bytes, at, random.nextInt(2), new byte[1]);
        case 6 -> bytes = spliced(bytes, 0, 0, new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf});
        case 7 -> bytes = spliced(bytes, at, 0, new byte[] {'\n'});
        default ->
            bytes =
                new String(bytes, StandardCharsets.ISO_8859_1)
                    .replace("\n", "\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1);
      }
    }
    damaged.put(file, bytes);
    return damaged;
  }

  private static byte[] spliced(byte[] bytes, int at, int removed, byte[] added) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, at);
    out.writeBytes(added);
    out.write(bytes, at + removed, bytes.length - at - removed);
    return out.toByteArray();
  }

  /** The rows by path, without what depends on where they stand. */
  private static Map<String, Map<String, Object>> rows(LogRows rows) {
    Map<String, Map<String, Object>> byPath = new HashMap<>();
    int repeated = 0;
    for (Map<String, Object> row : rows.of(InventorySheets.FILES)) {
      Map<String, Object> values = new HashMap<>(row);
      values.remove("byte_offset");
      values.replaceAll(
          (column, value) -> value instanceof byte[] bytes ? Arrays.toString(bytes) : value);
      if (byPath.put((String) row.get("path"), values) != null) {
        byPath.put("repeated " + repeated++, values);
      }
      assertThat(Objects.requireNonNull(row.get("path_bytes"))).isInstanceOf(byte[].class);
    }
    return byPath;
  }

  private static List<String> records(String name, byte[] bytes) {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    int limit = 1 << 17;
    List<String> texts = new ArrayList<>();
    try (ByteRecords records =
        name.equals(STAT)
            ? ByteRecords.nulTerminated(in, limit)
            : name.equals(BLOCKS) ? ByteRecords.blocks(in, limit) : ByteRecords.lines(in, limit)) {
      while (records.next()) {
        texts.add(new String(records.raw(), StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return texts;
  }

  private static String path(int entry) {
    return "/p" + entry % 3 + "/" + Integer.toHexString((entry + 1) * 0x01234567) + ".dat";
  }

  private static byte[] stats() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < ENTRIES; i++) {
      text.append(1_000_000_007L * (i + 1)).append('\t').append(4096L << i).append("\t8\t");
      text.append("1795453827.2286288738\t1795453828.0000009\t1795453829.5\t1003\t100\t1\tf\t");
      text.append(path(i)).append('\0');
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] blocks() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < ENTRIES; i++) {
      text.append("Entry type: file\nEntryID: ").append(Integer.toHexString(i + 1).toUpperCase());
      text.append("-6B047303-1\nMetadata node: meta01 [ID: 1]\nStripe pattern details:\n");
      text.append("+ Type: RAID0\n+ Chunksize: 512K\n");
      text.append("+ Number of storage targets: desired: 4; actual: 2\n+ Storage targets:\n");
      text.append("  + 101 @ storage01 [ID: 1]\n  + 201 @ storage02 [ID: 2]\n\n");
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] lines() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < ENTRIES; i++) {
      text.append("{\"entry_id\":\"").append(i + 1).append("-6B047303-1\",\"meta_node\":\"m:2\",");
      text.append("\"path\":\"").append(path(i)).append("\",\"storage_pool\":\"(file)\",");
      text.append("\"storage_mirrors\":\"(unmirrored)\",\"storage_targets\":\"s:101,s:201\",");
      text.append("\"stripe_pattern\":\"RAID0 (4x1Mi)\",\"type\":2}\n");
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] index() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < ENTRIES; i++) {
      text.append(IndexLineTest.LS.replace("/proj/a.dat", path(i))).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
