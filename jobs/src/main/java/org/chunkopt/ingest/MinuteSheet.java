package org.chunkopt.ingest;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** What metrics are folded into: kinds of rows that are kept together, each with its columns. */
enum MinuteSheet {
  /** Rows of {@link NodeHour}. */
  NODES(NodeHour.COLUMNS),
  TARGETS(MinuteFamily.TARGETS.rows()),
  CLIENTS(MinuteFamily.CLIENTS.rows()),
  /** Lines of a file that repeat an earlier one. */
  DUPLICATES(StructType.fromDDL("file INT, lines BIGINT")),
  /** Rows of {@link ClockLoads.Sums}. */
  LOADS(ClockLoads.PACKED);

  private final StructType columns;

  MinuteSheet(StructType columns) {
    this.columns = columns;
  }

  StructType columns() {
    return columns;
  }

  static List<StructType> all() {
    return Arrays.stream(values()).map(MinuteSheet::columns).toList();
  }

  /** The row behind the number of its kind, as {@link RowPacker} takes it. */
  Row row(Row row) {
    Object[] values = new Object[1 + columns.size()];
    values[0] = ordinal();
    for (int i = 0; i < columns.size(); i++) {
      values[1 + i] = row.get(i);
    }
    return RowFactory.create(values);
  }
}
