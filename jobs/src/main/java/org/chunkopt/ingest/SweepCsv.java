package org.chunkopt.ingest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.chunkopt.tables.RejectReason;

/**
 * Reads one CSV file of a sweep (RFC 4180, with a header), on an executor. Sweeps are small, so the
 * file is held in memory.
 */
final class SweepCsv implements FlatMapFunction<String, Row> {
  private static final long serialVersionUID = 1L;

  // One char a byte: positions are byte offsets and no byte of a name is lost.
  private static final Charset BYTES = StandardCharsets.ISO_8859_1;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
  private static final byte[] ABSENT = {};
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180
          .builder()
          .setHeader()
          .setSkipHeaderRecord(true)
          .setIgnoreEmptyLines(true)
          .build();

  private final InputOpener opener;
  private final SweepSheets sheets;

  SweepCsv(InputOpener opener, SweepSheets sheets) {
    this.opener = opener;
    this.sheets = sheets;
  }

  /** The columns that the file's header names. */
  static List<String> header(InputStream file) throws IOException {
    byte[] head = file.readNBytes(ByteRecords.KEPT_BYTES);
    try (CSVParser parser = parser(head)) {
      return List.copyOf(parser.getHeaderNames());
    }
  }

  @Override
  public Iterator<Row> call(String file) throws IOException {
    LedgerCount count = new LedgerCount(file, SweepSheets.KIND, "csv");
    List<Row> rows = new ArrayList<>();
    try (InputStream in = opener.open(file)) {
      byte[] bytes = in.readAllBytes();
      count.bytes = bytes.length;
      rows(bytes, count, rows);
    } catch (IOException e) {
      if (!InputOpener.isDamage(e)) {
        throw e;
      }
      rejectWhole(RejectReason.UNREADABLE_FILE, e, count, rows);
    } catch (UncheckedIOException | IllegalStateException e) {
      // commons-csv throws these out of its iterator where a quote is never closed.
      rejectWhole(RejectReason.MALFORMED, e, count, rows);
    }
    rows.add(count.row(sheets.ledger()));
    return rows.iterator();
  }

  private void rejectWhole(
      RejectReason reason, Exception cause, LedgerCount count, List<Row> rows) {
    rows.clear();
    count.accepted = 0;
    count.comments = 0;
    count.rejectAll(count.lines);
    String detail = "The file cannot be read to its end: " + cause.getMessage() + ".";
    rows.add(
        Rejection.row(
            sheets.rejects(), count.sourceFile(), 0, ABSENT, new Problem(reason, detail)));
  }

  private void rows(byte[] bytes, LedgerCount count, List<Row> rows) throws IOException {
    try (CSVParser parser = parser(bytes)) {
      count.lines = 1;
      count.comments = 1;
      Iterator<CSVRecord> records = parser.iterator();
      CSVRecord record = records.hasNext() ? records.next() : null;
      while (record != null) {
        CSVRecord following = records.hasNext() ? records.next() : null;
        int from = (int) record.getCharacterPosition();
        int to = following == null ? bytes.length : (int) following.getCharacterPosition();
        count.lines++;
        rows.add(row(record, Arrays.copyOfRange(bytes, from, to), count));
        record = following;
      }
    }
  }

  private Row row(CSVRecord record, byte[] raw, LedgerCount count) {
    try {
      if (!record.isConsistent()) {
        throw new SweepRow.Refused(
            RejectReason.MALFORMED,
            "The row has "
                + record.size()
                + " fields, the header "
                + record.getParser().getHeaderNames().size()
                + ".");
      }
      Row row =
          new SweepRow(c -> record.isMapped(c) ? record.get(c).getBytes(BYTES) : ABSENT)
              .row(sheets.sweeps(), sheets.mount(), count.sourceFile(), record.getRecordNumber());
      count.accepted++;
      return row;
    } catch (SweepRow.Refused e) {
      count.rejected++;
      return Rejection.row(
          sheets.rejects(), count.sourceFile(), record.getCharacterPosition(), raw, e.problem());
    }
  }

  private static CSVParser parser(byte[] bytes) throws IOException {
    int mark =
        Ascii.startsWith(bytes, 0, bytes.length, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
    Reader reader =
        new InputStreamReader(new ByteArrayInputStream(bytes, mark, bytes.length - mark), BYTES);
    return new CSVParser(reader, FORMAT, mark, 1);
  }
}
