package org.chunkopt.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.chunkopt.tables.RejectReason;

/**
 * Reads one CSV file of a sweep (RFC 4180, with a header), on an executor. Sweeps are small, so the
 * file is held in memory.
 */
final class SweepCsv implements FlatMapFunction<String, Row> {
  private static final long serialVersionUID = 1L;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
  private static final byte[] ABSENT = {};

  private final InputOpener opener;
  private final SweepSheets sheets;

  SweepCsv(InputOpener opener, SweepSheets sheets) {
    this.opener = opener;
    this.sheets = sheets;
  }

  /** The columns that the file's header names; none where the file is empty. */
  static List<String> header(InputStream file) throws IOException {
    byte[] head = file.readNBytes(ByteRecords.KEPT_BYTES);
    return header(new CsvRecords(head, start(head)));
  }

  @Override
  public Iterator<Row> call(String file) throws IOException {
    try (InputStream in = opener.open(file)) {
      return rows(sheets, file, in.readAllBytes()).iterator();
    } catch (IOException e) {
      if (!InputOpener.isDamage(e)) {
        throw e;
      }
      return sheets.unreadable(new LedgerCount(file, SweepSheets.KIND, "csv"), e).iterator();
    }
  }

  /** The rows of one file. */
  static List<Row> rows(SweepSheets sheets, String file, byte[] bytes) {
    LedgerCount count = new LedgerCount(file, SweepSheets.KIND, "csv");
    count.bytes = bytes.length;
    List<Row> rows = new ArrayList<>();
    CsvRecords records = new CsvRecords(bytes, start(bytes));
    List<String> names = header(records);
    count.lines = names.isEmpty() ? 0 : 1;
    count.comments = count.lines;
    while (records.next()) {
      count.lines++;
      if (records.isBlank()) {
        count.blanks++;
      } else {
        rows.add(row(sheets, records, names, count));
      }
    }
    rows.add(count.row(sheets.ledger()));
    return rows;
  }

  private static Row row(
      SweepSheets sheets, CsvRecords records, List<String> names, LedgerCount count) {
    try {
      Map<String, byte[]> columns = columns(records, names);
      // The header is line 1 of the ledger, and rows count from 1.
      Row row =
          new SweepRow(column -> columns.getOrDefault(column, ABSENT))
              .row(sheets.sweeps(), sheets.mount(), count.sourceFile(), count.lines - 1);
      count.accepted++;
      return row;
    } catch (SweepRow.Refused e) {
      count.rejected++;
      return Rejection.row(
          sheets.rejects(), count.sourceFile(), records.from(), records.raw(), e.problem());
    }
  }

  private static Map<String, byte[]> columns(CsvRecords records, List<String> names)
      throws SweepRow.Refused {
    if (!records.wellFormed()) {
      throw new SweepRow.Refused(
          RejectReason.MALFORMED, "A quote of the row is not closed, or stands in a field.");
    }
    List<byte[]> fields = records.fields();
    if (fields.size() != names.size()) {
      records.cutToLine();
      throw new SweepRow.Refused(
          RejectReason.MALFORMED,
          "The row has " + fields.size() + " fields, the header " + names.size() + ".");
    }
    Map<String, byte[]> columns = new HashMap<>();
    for (int i = 0; i < fields.size(); i++) {
      columns.put(names.get(i), fields.get(i));
    }
    return columns;
  }

  private static List<String> header(CsvRecords records) {
    return records.next()
        ? records.fields().stream()
            .map(name -> new String(name, StandardCharsets.UTF_8).strip())
            .toList()
        : List.of();
  }

  private static int start(byte[] bytes) {
    return Ascii.startsWith(bytes, 0, bytes.length, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  }
}
