package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.RejectReason;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/** The rows that a parser makes of the bytes of one file, by table, without Spark. */
final class LogRows {
  private static final int MAX_LINE_BYTES = 1 << 17;

  private final Map<Table, List<Map<String, Object>>> rows = new HashMap<>();

  static LogRows ofAccess(byte[] bytes) {
    try {
      return new LogRows(
          List.of(
              Tables.ACCESS,
              AccessSheets.COUNTED,
              AccessSheets.LOSSES,
              Tables.REJECTS,
              Tables.INGEST_LEDGER),
          AccessReader.rows(
              AccessSheets.of(AccessSheets.sheets()),
              "/mnt/beegfs",
              "log",
              WalkReads.of(SettingsReader.defaults().inputs()),
              () -> ByteRecords.lines(new ByteArrayInputStream(bytes), MAX_LINE_BYTES)));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The rows of one shard of an inventory; the files are named by their contents' keys. */
  static LogRows ofInventory(Map<String, byte[]> files) {
    List<Shard> shards =
        Shard.pair(
            files.entrySet().stream()
                .map(file -> new InputFile(file.getKey(), file.getValue().length))
                .toList());
    assertThat(shards).hasSize(1);
    InventorySheets inventory = InventorySheets.of(InventorySheets.sheets());
    try {
      return new LogRows(
          List.of(
              InventorySheets.FILES, InventorySheets.GAPS, Tables.REJECTS, Tables.INGEST_LEDGER),
          new ShardReader(
                  inventory,
                  file -> new ByteArrayInputStream(files.get(file)),
                  MAX_LINE_BYTES,
                  "/mnt/beegfs",
                  SettingsReader.defaults().inputs().indexColumns())
              .rows(shards.get(0)));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static LogRows ofAccess(String text) {
    return ofAccess(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  LogRows(List<Table> tables, Iterator<Row> parsed) {
    tables.forEach(table -> rows.put(table, new ArrayList<>()));
    parsed.forEachRemaining(
        row -> {
          Table table = tables.get(row.getInt(0));
          Map<String, Object> values = new HashMap<>();
          for (int i = 0; i < table.columns().size(); i++) {
            Object value = row.get(1 + i);
            values.put(
                table.columns().get(i).name(),
                value instanceof Object[] array ? List.of(array) : value);
          }
          rows.get(table).add(values);
        });
  }

  List<Map<String, Object>> of(Table table) {
    return rows.get(table);
  }

  List<String> rejectReasons() {
    return of(Tables.REJECTS).stream().map(row -> (String) row.get("reason")).toList();
  }

  /** Lines, accepted, rejected, comments, blanks, unknown of the only file. */
  List<Long> ledger() {
    return ledger(0);
  }

  /** Lines, accepted, rejected, comments, blanks, unknown of a file. */
  List<Long> ledger(int file) {
    Map<String, Object> ledger = of(Tables.INGEST_LEDGER).get(file);
    return List.of("lines", "accepted", "rejected", "comments", "blanks", "unknown").stream()
        .map(column -> (Long) ledger.get(column))
        .toList();
  }

  /** Every line is somewhere, and every reject says why. */
  LogRows requireBalance() {
    return requireBalance(1);
  }

  /** The same for all files of a shard. */
  LogRows requireBalance(int files) {
    assertThat(of(Tables.INGEST_LEDGER)).hasSize(files);
    for (int file = 0; file < files; file++) {
      List<Long> ledger = ledger(file);
      assertThat(ledger.subList(1, 6).stream().mapToLong(Long::longValue).sum())
          .as("lines of the ledger")
          .isEqualTo(ledger.get(0));
      assertThat(ledger).allMatch(count -> count >= 0);
    }
    assertThat(of(Tables.REJECTS))
        .allSatisfy(
            reject -> {
              assertThat(Arrays.stream(RejectReason.values()).map(Enum::name))
                  .contains((String) reject.get("reason"));
              assertThat((String) reject.get("detail")).endsWith(".");
              assertThat((byte[]) reject.get("raw")).hasSizeLessThanOrEqualTo(64 << 10);
            });
    return this;
  }
}
