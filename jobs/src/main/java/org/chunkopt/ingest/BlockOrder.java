package org.chunkopt.ingest;

import java.io.Serializable;
import java.util.Comparator;
import org.apache.spark.sql.Row;

/**
 * The order in which blocks are folded: hour by hour, first what is carried over from the hour
 * before; points of one subject and part stand together, by field and series, in source order. Rows
 * are those of {@link MetricsShuffle}; those that hold no block are not sorted.
 */
final class BlockOrder implements Comparator<Row>, Serializable {
  private static final long serialVersionUID = 1L;

  private static final int[] TEXTS = {
    MinuteFold.MEASUREMENT, MinuteFold.SUBJECT, MinuteFold.PART, MinuteFold.FIELD, MinuteFold.SERIES
  };

  @Override
  public int compare(Row one, Row other) {
    Row block = MetricsShuffle.block(one);
    Row otherBlock = MetricsShuffle.block(other);
    if (block == null || otherBlock == null) {
      return 0;
    }
    int order = Long.compare(MetricsShuffle.hour(one), MetricsShuffle.hour(other));
    order =
        order != 0
            ? order
            : Boolean.compare(MetricsShuffle.isCarried(other), MetricsShuffle.isCarried(one));
    return order != 0 ? order : blocks(block, otherBlock);
  }

  private static int blocks(Row one, Row other) {
    int order = texts(one, other);
    order =
        order != 0
            ? order
            : Integer.compare(one.getInt(MinuteFold.FILE), other.getInt(MinuteFold.FILE));
    return order != 0
        ? order
        : Long.compare(one.getLong(MinuteFold.OFFSET), other.getLong(MinuteFold.OFFSET));
  }

  private static int texts(Row one, Row other) {
    for (int column : TEXTS) {
      int order = one.getString(column).compareTo(other.getString(column));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
