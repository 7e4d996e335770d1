package org.chunkopt.ingest;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Folds blocks of points, sorted by {@link BlockOrder}, into the rows of {@link MinuteFamily}, and
 * counts the duplicates of each file: these rows have no measurement but a file and a count.
 */
final class MinuteFold implements Iterator<Row> {
  static final int MEASUREMENT = 0;
  static final int SUBJECT = 1;
  static final int PART = 2;
  static final int NAME = 3;
  static final int SERIES = 4;
  static final int FIELD = 5;
  static final int HOUR = 6;
  static final int FILE = 7;
  static final int OFFSET = 8;
  static final int POINTS = 9;
  static final int TEXT = 10;
  static final int LAST_AT = 11;
  static final int SEGMENT = 12;
  static final int LINES = 13;
  static final int FIRST_AT = 14;

  private final Iterator<Row> blocks;
  private final Outages outages;
  private final ArrayDeque<Row> ready = new ArrayDeque<>();
  private final TreeMap<Integer, Long> duplicates = new TreeMap<>();
  private final SeriesHour points = new SeriesHour();
  private Row last;
  private Minutes minutes;

  private final Map<String, Layout> layouts = new HashMap<>();

  /** That of the measurement of {@link #last}. */
  private Layout layout;

  /**
   * A measurement's minutes, and where they go.
   *
   * @param all its fields
   * @param fields the minutes of each
   * @param columns where those of each field begin in a row
   * @param width columns of a row
   */
  private record Layout(List<Measurement.Field> all, Minutes[] fields, int[] columns, int width) {}

  MinuteFold(Iterator<Row> blocks, Outages outages) {
    this.blocks = blocks;
    this.outages = outages;
  }

  /** Whether a row counts duplicates. */
  static boolean isDuplicates(Row row) {
    return row.isNullAt(MEASUREMENT);
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && blocks.hasNext()) {
      take(blocks.next());
      if (!blocks.hasNext()) {
        closeHour();
        duplicates.forEach((file, lines) -> ready.add(RowFactory.create(null, file, lines)));
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
    if (last == null || !same(block, MEASUREMENT)) {
      closeHour();
      layout = layouts.computeIfAbsent(block.getString(MEASUREMENT), this::layout);
      begin(block);
    } else if (!(same(block, SUBJECT) && same(block, PART) && same(block, HOUR))) {
      closeHour();
      begin(block);
    } else if (!(same(block, FIELD) && same(block, SERIES))) {
      points.drain(minutes, duplicates);
      minutes = minutes(block);
    }
    last = block;
    points.add(
        block.getAs(POINTS),
        block.getInt(FILE),
        block.getString(NAME),
        block.isNullAt(TEXT) ? null : block.getString(TEXT));
  }

  private boolean same(Row block, int column) {
    return block.get(column).equals(last.get(column));
  }

  private Layout layout(String name) {
    Measurement measurement = Measurement.named(name);
    StructType rows = MinuteFamily.of(name).rows();
    List<Measurement.Field> all = measurement.fields();
    Minutes[] fields = new Minutes[all.size()];
    int[] columns = new int[all.size()];
    for (int i = 0; i < fields.length; i++) {
      fields[i] = new Minutes(measurement, all.get(i), outages);
      columns[i] = rows == Minutes.ROWS ? 0 : rows.fieldIndex(all.get(i).name());
    }
    return new Layout(all, fields, columns, rows.size());
  }

  private void begin(Row block) {
    for (Minutes field : layout.fields()) {
      field.begin(block.getLong(HOUR));
    }
    minutes = minutes(block);
  }

  private Minutes minutes(Row block) {
    for (int i = 0; i < layout.fields().length; i++) {
      if (layout.all().get(i).name().equals(block.getString(FIELD))) {
        return layout.fields()[i];
      }
    }
    throw new IllegalStateException("A block of the field " + block.getString(FIELD));
  }

  private void closeHour() {
    if (last == null) {
      return;
    }
    points.drain(minutes, duplicates);
    if (MinuteFamily.of(last.getString(MEASUREMENT)) == MinuteFamily.COUNTERS) {
      for (Minutes field : layout.fields()) {
        field.rows(last.getString(SUBJECT), last.getString(PART), ready);
      }
    } else {
      for (int minute = 0; minute < Minutes.MINUTES; minute++) {
        row(minute);
      }
    }
  }

  private void row(int minute) {
    Object[] row = null;
    int most = 0;
    long latest = Long.MIN_VALUE;
    String name = null;
    for (int i = 0; i < layout.fields().length; i++) {
      Minutes field = layout.fields()[i];
      if (field.points(minute) > 0) {
        row = row == null ? new Object[layout.width()] : row;
        most = Math.max(most, field.points(minute));
        if (field.lastAt(minute) > latest) {
          latest = field.lastAt(minute);
          name = field.name(minute);
        }
        field.columns(minute, row, layout.columns()[i]);
      }
    }
    if (row != null) {
      row[MEASUREMENT] = last.get(MEASUREMENT);
      row[SUBJECT] = last.get(SUBJECT);
      row[PART] = last.get(PART);
      row[NAME] = name;
      row[MinuteFamily.MINUTE] = last.getLong(HOUR) * Minutes.MINUTES + minute;
      row[5] = latest;
      row[MinuteFamily.POINTS] = most;
      ready.add(RowFactory.create(row));
    }
  }
}
