package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.chunkopt.tables.Tables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepCsvTest {
  static final String HEADER =
      "path,group,file_size_bytes,chunk_bytes,num_targets,target_ids,request_bytes,read_share,"
          + "sequential_share,processes,shared,throughput_mib_s,observed_at,source\n";
  static final String GOOD = "/a,/g,1048576,524288,4,101;102,65536,0.5,1,16,true,812.5,,ior\n";

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "path, a, MALFORMED, does not begin with a slash",
        "path, '', MISSING_KEY, The path is empty",
        "group, '', MISSING_KEY, The group is empty",
        "file_size_bytes, '', MISSING_KEY, The file_size_bytes is empty",
        "file_size_bytes, -1, BAD_NUMBER, no whole number in its range",
        "file_size_bytes, 9223372036854775808, BAD_NUMBER, no whole number in its range",
        "file_size_bytes, 1e999999999, BAD_NUMBER, no whole number in its range",
        "file_size_bytes, 2.0, -, ",
        "chunk_bytes, 0, INVALID_CHUNK_SIZE, Chunk size 0 is not a power of two",
        "chunk_bytes, -65536, INVALID_CHUNK_SIZE, Chunk size -65536 is not a power of two",
        "chunk_bytes, 32768, INVALID_CHUNK_SIZE, from 64 KiB to 2 GiB",
        "chunk_bytes, 65537, INVALID_CHUNK_SIZE, Chunk size 65537 is not a power of two",
        "chunk_bytes, 4294967296, INVALID_CHUNK_SIZE, from 64 KiB to 2 GiB",
        "chunk_bytes, 512K, BAD_NUMBER, no whole number in its range",
        "chunk_bytes, 65536, -, ",
        "num_targets, 0, BAD_NUMBER, no whole number in its range",
        "num_targets, 2147483648, BAD_NUMBER, no whole number in its range",
        "target_ids, 65536, BAD_NUMBER, no whole number in its range",
        "target_ids, 1;;2, BAD_NUMBER, no whole number in its range",
        "target_ids, 1; 2, -, ",
        "request_bytes, 0, BAD_NUMBER, no whole number in its range",
        "request_bytes, '', -, ",
        "read_share, -0.1, BAD_NUMBER, outside 0 to 1",
        "read_share, NaN, BAD_NUMBER, no finite number",
        "read_share, '', -, ",
        "sequential_share, 1.01, BAD_NUMBER, outside 0 to 1",
        "sequential_share, Infinity, BAD_NUMBER, no finite number",
        "processes, 0, BAD_NUMBER, no whole number in its range",
        "processes, 16.0, -, ",
        "shared, perhaps, WRONG_TYPE, neither true nor false",
        "shared, FALSE, -, ",
        "throughput_mib_s, 0, BAD_NUMBER, not above 0",
        "throughput_mib_s, -5, BAD_NUMBER, not above 0",
        "throughput_mib_s, nan, BAD_NUMBER, no finite number",
        "throughput_mib_s, 1e400, BAD_NUMBER, no finite number",
        "throughput_mib_s, '', MISSING_KEY, The throughput_mib_s is empty",
        "observed_at, 2026-11-23T00:00:00, -, ",
        "observed_at, 2026-11-23 00:00:00+01:00, -, ",
        "observed_at, 1795435200, -, ",
        "observed_at, 2026-02-30T00:00:00Z, MALFORMED, is no time",
        "observed_at, 23.11.2026, MALFORMED, is no time",
        "source, '', MISSING_KEY, The source is empty"
      })
  void everyColumnHasItsRule(String column, String value, String reason, String detail) {
    List<String> names = List.of(HEADER.strip().split(","));
    String[] fields = GOOD.strip().split(",", -1);
    fields[names.indexOf(column)] = value;
    LogRows rows = rows(HEADER + String.join(",", fields) + "\n").requireBalance();
    if (reason == null) {
      assertThat(rows.of(Tables.REJECTS)).isEmpty();
      assertThat(rows.of(Tables.SWEEPS)).hasSize(1);
    } else {
      assertThat(rows.rejectReasons()).containsExactly(reason);
      assertThat((String) rows.of(Tables.REJECTS).get(0).get("detail")).contains(detail);
    }
  }

  @Test
  void theFormOfTheFileChangesNothing() {
    Object expected = rows(HEADER + GOOD).of(Tables.SWEEPS);
    String reordered =
        "source,extra,\"path\"," + HEADER.replace("path,", "").replace(",source", "");
    for (String text :
        List.of(
            (HEADER + GOOD).replace("\n", "\r\n"),
            "\u00ef\u00bb\u00bf" + HEADER + GOOD,
            (HEADER + GOOD).strip(),
            HEADER + GOOD.replaceAll("([^,\n]+)", "\"$1\""),
            HEADER.replace(",", ", ") + GOOD,
            reordered + "ior,,/a," + GOOD.replace("/a,", "").replace(",ior", ""))) {
      LogRows rows = rows(text).requireBalance();
      assertThat(rows.of(Tables.REJECTS)).as(text).isEmpty();
      assertThat(rows.of(Tables.SWEEPS)).as(text).isEqualTo(expected);
    }
  }

  @Test
  void aDamagedQuoteSpoilsItsLineOnly() {
    for (String bad : List.of("\"/never closed,/g\n", "\"/a\"x,/g\n", "/a,\"/g\",1\n", "\"")) {
      LogRows rows =
          rows(HEADER + GOOD + bad + (bad.endsWith("\n") ? GOOD + GOOD : "")).requireBalance();
      assertThat(rows.rejectReasons()).as(bad).containsExactly("MALFORMED");
      assertThat((byte[]) rows.of(Tables.REJECTS).get(0).get("raw"))
          .isEqualTo(bad.getBytes(StandardCharsets.UTF_8));
      assertThat(rows.of(Tables.SWEEPS)).as(bad).hasSize(bad.endsWith("\n") ? 3 : 1);
    }
  }

  @Test
  void quotedNewlinesCommasAndQuotesBelongToTheName() {
    LogRows rows = rows(HEADER + GOOD.replaceFirst("/a", "\"/a,\"\"\n\u00ff\"")).requireBalance();
    assertThat(rows.of(Tables.SWEEPS).get(0)).containsEntry("path", "/a,\"\\x0A\\xFF");
  }

  @Test
  void blankLinesAreCounted() {
    assertThat(rows(HEADER + "\n" + GOOD + "\r\n").requireBalance().ledger())
        .containsExactly(4L, 1L, 0L, 1L, 2L, 0L);
    assertThat(rows("").requireBalance().ledger()).containsOnly(0L);
  }

  static LogRows rows(String text) {
    return rows(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  static LogRows rows(byte[] bytes) {
    Sheets sheets = new Sheets(Tables.SWEEPS, Tables.REJECTS, Tables.INGEST_LEDGER);
    SweepSheets kinds =
        new SweepSheets(
            sheets.sheet(Tables.SWEEPS),
            sheets.sheet(Tables.REJECTS),
            sheets.sheet(Tables.INGEST_LEDGER),
            "/mnt/beegfs");
    return new LogRows(
        List.of(Tables.SWEEPS, Tables.REJECTS, Tables.INGEST_LEDGER),
        SweepCsv.rows(kinds, "sweep.csv", bytes).iterator());
  }
}
