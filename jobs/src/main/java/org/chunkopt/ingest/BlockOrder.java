package org.chunkopt.ingest;

import java.io.Serializable;
import java.util.Comparator;
import org.apache.spark.sql.Row;

/**
 * The order in which blocks are folded: points of one subject, part and hour stand together, by
 * field and series, in source order. Rows are those of {@link MetricsReader}; those that hold no
 * block are not sorted.
 */
final class BlockOrder implements Comparator<Row>, Serializable {
  private static final long serialVersionUID = 1L;

  private static final int[] TEXTS_BEFORE_HOUR = {
    MinuteFold.MEASUREMENT, MinuteFold.SUBJECT, MinuteFold.PART
  };
  private static final int[] TEXTS_AFTER_HOUR = {MinuteFold.FIELD, MinuteFold.SERIES};

  @Override
  public int compare(Row one, Row other) {
    return one.isNullAt(MetricsReader.BLOCK) || other.isNullAt(MetricsReader.BLOCK)
        ? 0
        : blocks(one.getStruct(MetricsReader.BLOCK), other.getStruct(MetricsReader.BLOCK));
  }

  private static int blocks(Row one, Row other) {
    int order = texts(one, other, TEXTS_BEFORE_HOUR);
    order =
        order != 0
            ? order
            : Long.compare(one.getLong(MinuteFold.HOUR), other.getLong(MinuteFold.HOUR));
    order = order != 0 ? order : texts(one, other, TEXTS_AFTER_HOUR);
    order =
        order != 0
            ? order
            : Integer.compare(one.getInt(MinuteFold.FILE), other.getInt(MinuteFold.FILE));
    return order != 0
        ? order
        : Long.compare(one.getLong(MinuteFold.OFFSET), other.getLong(MinuteFold.OFFSET));
  }

  private static int texts(Row one, Row other, int[] columns) {
    for (int column : columns) {
      int order = one.getString(column).compareTo(other.getString(column));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
