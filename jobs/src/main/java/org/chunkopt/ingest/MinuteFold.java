package org.chunkopt.ingest;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;

/** Folds sorted blocks of points into rows by minute, and counts the duplicates of each file. */
final class MinuteFold implements Iterator<Row> {
  static final int MEASUREMENT = 0;
  static final int SUBJECT = 1;
  static final int PART = 2;
  static final int NAME = 3;
  static final int SERIES = 4;
  static final int FIELD = 5;
  static final int HOUR = 6;
  static final int FILE = 7;
  static final int POINTS = 9;
  private static final int TEXT = 10;

  private final Iterator<Row> blocks;
  private final Outages outages;
  private final ArrayDeque<Row> ready = new ArrayDeque<>();
  private final TreeMap<Integer, Long> duplicates = new TreeMap<>();
  private final SeriesHour points = new SeriesHour();
  private Minutes minutes;
  private String series;

  private MinuteFold(Iterator<Row> blocks, Outages outages) {
    this.blocks = blocks;
    this.outages = outages;
  }

  /** Rows of {@link Minutes#ROWS}, in no order. */
  static Dataset<Row> of(Dataset<Row> blocks, Outages outages) {
    MapPartitionsFunction<Row, Row> fold = rows -> new MinuteFold(rows, outages);
    return blocks
        .repartition(functions.col("measurement"), functions.col("subject"), functions.col("hour"))
        .sortWithinPartitions(
            "measurement", "subject", "part", "field", "hour", "series", "file", "byte_offset")
        .mapPartitions(fold, Encoders.row(Minutes.ROWS));
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && blocks.hasNext()) {
      take(blocks.next());
      if (!blocks.hasNext()) {
        close();
        duplicates.forEach((file, lines) -> ready.add(duplicates(file, lines)));
      }
    }
    return !ready.isEmpty();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private void take(Row block) {
    if (minutes == null || !minutes.isOf(block)) {
      close();
      minutes =
          new Minutes(
              block.getString(MEASUREMENT),
              block.getString(SUBJECT),
              block.getString(PART),
              block.getString(FIELD),
              block.getLong(HOUR),
              outages);
    } else if (!block.getString(SERIES).equals(series)) {
      points.drain(minutes, duplicates);
    }
    series = block.getString(SERIES);
    points.add(
        block.getAs(POINTS),
        block.getInt(FILE),
        block.getString(NAME),
        block.isNullAt(TEXT) ? null : block.getString(TEXT));
  }

  private void close() {
    if (minutes != null) {
      points.drain(minutes, duplicates);
      minutes.rows(ready);
    }
  }

  private static Row duplicates(int file, long lines) {
    Object[] row = new Object[Minutes.ROWS.size()];
    row[Minutes.ROWS.fieldIndex("file")] = file;
    row[Minutes.ROWS.fieldIndex("duplicates")] = lines;
    return RowFactory.create(row);
  }
}
