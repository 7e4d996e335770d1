package org.chunkopt.ingest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.TaskKilledException;
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
  public Iterator<Row> call(Iterator<Row> measurements) throws Exception {
    LedgerCount count = new LedgerCount(file, SweepSheets.KIND, "parquet");
    count.bytes = bytes;
    List<Row> rows = new ArrayList<>();
    try {
      measurements.forEachRemaining(rows::add);
    } catch (Exception e) {
      // Spark hides its checked exceptions from the compiler.
      if (!isDamage(e)) {
        throw e;
      }
      count.lines = rows.size();
      return sheets.unreadable(count, e).iterator();
    }
    rows.replaceAll(measured -> row(measured, count));
    rows.add(count.row(sheets.ledger()));
    return rows.iterator();
  }

  /** Whether the bytes of the file are at fault, so that another attempt would fail as well. */
  private static boolean isDamage(Exception e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (root instanceof IOException io) {
      return InputOpener.isDamage(io) || root.getClass().getName().contains("snappy");
    }
    return root instanceof RuntimeException && !(root instanceof TaskKilledException)
        || root.getClass().getName().contains("parquet");
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
