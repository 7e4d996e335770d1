package org.chunkopt.ingest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/** Turns the rows of one Parquet file of a sweep into checked rows, on an executor. */
final class SweepParquet implements FlatMapFunction<Iterator<Row>, Row> {
  private static final long serialVersionUID = 1L;

  /** Column with the position of the row in its file, from 0. */
  static final String POSITION = "row_index";

  private static final byte[] ABSENT = {};

  private final String file;
  private final long bytes;
  private final SweepSheets sheets;

  SweepParquet(InputFile file, SweepSheets sheets) {
    this.file = file.path();
    this.bytes = file.bytes();
    this.sheets = sheets;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> measurements) {
    LedgerCount count = new LedgerCount(file, SweepSheets.KIND, "parquet");
    count.bytes = bytes;
    List<Row> rows = new ArrayList<>();
    while (measurements.hasNext()) {
      rows.add(row(measurements.next(), count));
    }
    rows.add(count.row(sheets.ledger()));
    return rows.iterator();
  }

  private Row row(Row measured, LedgerCount count) {
    count.lines++;
    long position = measured.<Long>getAs(POSITION);
    List<String> names = List.of(measured.schema().fieldNames());
    try {
      Row row =
          new SweepRow(c -> names.contains(c) ? bytes(measured.getAs(c)) : ABSENT)
              .row(sheets.sweeps(), sheets.mount(), file, position + 1);
      count.accepted++;
      return row;
    } catch (SweepRow.Refused e) {
      count.rejected++;
      byte[] raw = measured.json().getBytes(StandardCharsets.UTF_8);
      return Rejection.row(sheets.rejects(), file, position, raw, e.problem());
    }
  }

  private static byte[] bytes(Object value) {
    if (value == null) {
      return ABSENT;
    }
    if (value instanceof byte[] binary) {
      return binary;
    }
    if (value instanceof scala.collection.Seq<?> list) {
      return scala.collection.JavaConverters.seqAsJavaList(list).stream()
          .map(String::valueOf)
          .collect(Collectors.joining(";"))
          .getBytes(StandardCharsets.UTF_8);
    }
    if (value instanceof java.sql.Timestamp time) {
      return time.toInstant().toString().getBytes(StandardCharsets.UTF_8);
    }
    return value.toString().getBytes(StandardCharsets.UTF_8);
  }
}
