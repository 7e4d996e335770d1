package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.chunkopt.tables.Tables;
import org.junit.jupiter.api.Test;

class ShardReaderTest {
  private static final int ENTRIES = 120_000;
  private static final String STAT = "7\t4096\t8\t1.5\t1.5\t1.5\t0\t0\t1\tf\t/a\0";
  private static final String BLOCK =
      "EntryID: 1-6B047303-1\n+ Chunksize: 512K\n"
          + "+ Number of storage targets: desired: 4; actual: 4\n\n";

  /** The same record over and over, and how much of it was taken. */
  private static final class Repeated extends InputStream {
    private final byte[] record;
    private final long end;
    private long taken;

    Repeated(String record, int times) {
      this.record = record.getBytes(StandardCharsets.US_ASCII);
      this.end = (long) this.record.length * times;
    }

    @Override
    public int read() {
      return taken == end ? -1 : record[(int) (taken++ % record.length)];
    }

    @Override
    public int read(byte[] into, int from, int length) {
      int at = (int) (taken % record.length);
      int count = (int) Math.min(Math.min(length, record.length - at), end - taken);
      System.arraycopy(record, at, into, from, count);
      taken += count;
      return count == 0 ? -1 : count;
    }
  }

  @Test
  void aShardOfMoreThanAHundredThousandEntriesPassesThroughWithoutBeingHeld() throws IOException {
    List<Repeated> opened = new ArrayList<>();
    ShardReader reader =
        new ShardReader(
            InventorySheets.of(InventorySheets.sheets()),
            file -> {
              opened.add(new Repeated(file.endsWith("stat0") ? STAT : BLOCK, ENTRIES));
              return opened.get(opened.size() - 1);
            },
            1 << 20,
            "/mnt/beegfs",
            List.of());
    Shard shard =
        Shard.pair(List.of(new InputFile("a.stat0", 1), new InputFile("a.entryinfo", 1))).get(0);
    Iterator<Row> rows = reader.rows(shard);
    assertThat(rows.next().getInt(0)).as("a row of files").isZero();
    assertThat(opened).as("a scan and a reading of each file").hasSize(4);
    assertThat(opened.subList(2, 4)).allMatch(stream -> stream.taken <= 256 << 10);
    int files = 1;
    Row ledger = null;
    while (rows.hasNext()) {
      Row row = rows.next();
      files += row.getInt(0) == 0 ? 1 : 0;
      ledger = row;
    }
    assertThat(files).isEqualTo(ENTRIES);
    assertThat(ledger.getInt(0)).isEqualTo(3);
    assertThat(opened.subList(2, 4)).allMatch(stream -> stream.taken == stream.end);
  }

  @Test
  void pagesOfAnArrayAreRejectedAndBlankLinesBetweenThemAreCounted() {
    String line =
        """
        {"entry_id":"1-6B047303-1","path":"/a","storage_targets":"s:101",\
        "stripe_pattern":"RAID0 (4x1Mi)","type":2}""";
    String text = line + "\n\n\r\n[" + line.replace("/a", "/b") + "]\n\n";
    LogRows rows =
        LogRows.ofInventory(
                Map.of(
                    "a.stat0",
                    (STAT + STAT.replace("/a", "/b")).getBytes(StandardCharsets.US_ASCII),
                    "a.entries.ndjson",
                    text.getBytes(StandardCharsets.US_ASCII)))
            .requireBalance(2);
    assertThat(rows.of(InventorySheets.FILES))
        .extracting(row -> row.get("path"))
        .containsExactly("/a");
    assertThat(rows.ledger(0)).as("stat0").containsExactly(2L, 1L, 1L, 0L, 0L, 0L);
    assertThat(rows.ledger(1)).as("entries").containsExactly(5L, 1L, 1L, 0L, 3L, 0L);
    assertThat(rows.of(Tables.REJECTS))
        .extracting(row -> row.get("reason"))
        .containsExactlyInAnyOrder("MALFORMED", "NO_ENTRY_INFO");
  }

  @Test
  void everyFileOfARefusedShardStandsInTheLedger() {
    LogRows rows =
        LogRows.ofInventory(Collections.singletonMap("a.stat0", new byte[] {'x', 0}))
            .requireBalance();
    assertThat(rows.rejectReasons()).containsExactly("PAIR_MISMATCH");
  }
}
