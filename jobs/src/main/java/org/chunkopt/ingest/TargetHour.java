package org.chunkopt.ingest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * The minutes of targets in one hour, one row a target: in the minute in which a target moves it
 * has points under two servers, which are added up under the later one.
 */
final class TargetHour {
  private static final StructType COLUMNS = MinuteFamily.TARGETS.rows();
  private static final int LAST_AT = COLUMNS.fieldIndex("last_at");
  private static final int STATE = COLUMNS.fieldIndex("targetConsistencyState");

  private final List<String> asked;
  private final Map<List<Object>, Row> minutes = new LinkedHashMap<>();

  /**
   * An hour.
   *
   * @param asked targets by id or by the name of their server; empty takes all
   */
  TargetHour(List<String> asked) {
    this.asked = asked;
  }

  /** Adds a row of {@link MinuteFamily#TARGETS}. */
  void add(Row row) {
    if (asked.isEmpty()
        || asked.contains(row.getString(MinuteFold.SUBJECT))
        || !row.isNullAt(MinuteFold.NAME) && asked.contains(row.getString(MinuteFold.NAME))) {
      minutes.merge(
          List.of(row.get(MinuteFold.SUBJECT), row.get(MinuteFamily.MINUTE)),
          row,
          TargetHour::together);
    }
  }

  List<Row> rows() {
    return new ArrayList<>(minutes.values());
  }

  private static Row together(Row one, Row other) {
    Row later = one.getLong(LAST_AT) > other.getLong(LAST_AT) ? one : other;
    Object[] values = new Object[COLUMNS.size()];
    Arrays.setAll(
        values,
        column ->
            column <= MinuteFamily.POINTS
                ? later.get(column)
                : column == STATE
                    ? worst(one.get(column), other.get(column))
                    : sum(one.get(column), other.get(column)));
    return RowFactory.create(values);
  }

  private static Object worst(Object one, Object other) {
    return one == null || other == null
        ? (one == null ? other : one)
        : Math.max((Double) one, (Double) other);
  }

  private static Object sum(Object one, Object other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one instanceof Integer points
        ? (Object) (points + (Integer) other)
        : (Object) ((Double) one + (Double) other);
  }
}
