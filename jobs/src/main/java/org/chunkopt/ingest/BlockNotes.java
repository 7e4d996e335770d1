package org.chunkopt.ingest;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Hands the rows of a {@link MetricsReader} on, and with them what has to be known of the blocks
 * before they are folded: the silences of servers, who was seen, and the last counters of an hour
 * for the hour after it.
 */
final class BlockNotes implements Iterator<Row> {
  private static final long CARRIED_NS =
      HostHour.CARRIED_MINUTES * PointBlock.HOUR_NS / Minutes.MINUTES;

  private final Iterator<Row> rows;
  private final ArrayDeque<Row> ready = new ArrayDeque<>();
  private final Sightings sightings = new Sightings();

  /** Lines and last time by file, segment and measurement. */
  private final Map<List<Object>, long[]> counts = new HashMap<>();

  BlockNotes(Iterator<Row> rows) {
    this.rows = rows;
  }

  @Override
  public boolean hasNext() {
    return !ready.isEmpty() || rows.hasNext() || !sightings.isEmpty() || !counts.isEmpty();
  }

  @Override
  public Row next() {
    if (!ready.isEmpty()) {
      return ready.remove();
    }
    if (rows.hasNext()) {
      Row row = rows.next();
      if (!row.isNullAt(MetricsReader.BLOCK)) {
        note(row.getStruct(MetricsReader.BLOCK));
      }
      return row;
    }
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    tellSightings();
    counts.forEach(
        (of, count) ->
            ready.add(
                MetricsShuffle.row(
                    MetricsShuffle.COUNT,
                    RowFactory.create(of.get(0), of.get(1), of.get(2), count[0], count[1]))));
    counts.clear();
    return ready.remove();
  }

  private void note(Row block) {
    for (Row silence : Outages.silences(block)) {
      ready.add(MetricsShuffle.row(MetricsShuffle.SILENCE, silence));
    }
    long[] count =
        counts.computeIfAbsent(
            List.of(
                block.get(MinuteFold.FILE),
                block.get(MinuteFold.SEGMENT),
                block.get(MinuteFold.MEASUREMENT)),
            of -> new long[2]);
    count[0] += block.getInt(MinuteFold.LINES);
    count[1] = Math.max(count[1], block.getLong(MinuteFold.LAST_AT));
    MinuteFamily family = MinuteFamily.of(block.getString(MinuteFold.MEASUREMENT));
    if (family == MinuteFamily.COUNTERS) {
      carry(block);
    }
    if (family != MinuteFamily.CLIENTS) {
      sightings.add(block);
      if (sightings.areMany()) {
        tellSightings();
      }
    }
  }

  private void tellSightings() {
    sightings.rows().forEach(row -> ready.add(MetricsShuffle.row(MetricsShuffle.SIGHTING, row)));
    sightings.clear();
  }

  private void carry(Row block) {
    long hour = block.getLong(MinuteFold.HOUR);
    PointBlock last = new PointBlock(hour, block.getLong(MinuteFold.OFFSET), null);
    PackedPoints points = new PackedPoints(block.getAs(MinuteFold.POINTS));
    while (points.next()) {
      if (points.offset() >= PointBlock.HOUR_NS - CARRIED_NS) {
        last.add(
            hour * PointBlock.HOUR_NS + points.offset(), points.value(), points.isFirstOfLine());
      }
    }
    if (last.size() > 0) {
      Object[] values = new Object[block.length()];
      Arrays.setAll(values, block::get);
      values[MinuteFold.POINTS] = last.packed();
      ready.add(MetricsShuffle.row(MetricsShuffle.CARRIED, RowFactory.create(values)));
    }
  }
}
