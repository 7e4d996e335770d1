package org.chunkopt.ingest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Measurements whose minutes have the same columns and go into the same table.
 *
 * <p>A row holds one measurement, subject, part and minute, with all fields side by side. Minutes
 * count from 1970, times are nanoseconds. Of each field there is the total under its own name, null
 * where it has no point, the number of points with {@code _points}, and the sums by second with
 * {@code _by_second}; of a state the worst, of a text the last, with {@code _at} its time; of
 * clients the totals alone. Rows of the counters of hosts are {@link Minutes#ROWS}, a field each,
 * because they need more than totals.
 */
enum MinuteFamily {
  SERVERS("highResStorage", "highResMeta", "storage", "meta"),
  TARGETS("storageTargets"),
  CLIENTS(
      "storageClientOpsByNode",
      "storageClientOpsByUser",
      "metaClientOpsByNode",
      "metaClientOpsByUser"),
  HOSTS("cpu", "mem", "ping"),
  COUNTERS("net", "infiniband");

  /** Positions of columns in rows of all families. */
  static final int MINUTE = 4;

  static final int POINTS = 6;

  private static final Map<String, MinuteFamily> FAMILIES =
      Stream.of(values())
          .flatMap(family -> family.measurements.stream().map(name -> Map.entry(name, family)))
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private final List<String> measurements;
  private final StructType rows;

  MinuteFamily(String... measurements) {
    this.measurements = List.of(measurements);
    this.rows = name().equals("COUNTERS") ? Minutes.ROWS : columns();
  }

  List<String> measurements() {
    return measurements;
  }

  static MinuteFamily of(String measurement) {
    return FAMILIES.get(measurement);
  }

  StructType rows() {
    return rows;
  }

  private StructType columns() {
    Map<String, DataType> columns = new LinkedHashMap<>();
    for (String measurement : measurements) {
      for (Measurement.Field field : Measurement.named(measurement).fields()) {
        addColumns(field, columns);
      }
    }
    StructType all =
        StructType.fromDDL(
            """
            measurement STRING, subject STRING, part STRING, name STRING, minute BIGINT,
            last_at BIGINT, points INT
            """);
    for (Map.Entry<String, DataType> column : columns.entrySet()) {
      all = all.add(column.getKey(), column.getValue());
    }
    return all;
  }

  private void addColumns(Measurement.Field field, Map<String, DataType> columns) {
    String name = field.name();
    if (field.type() == Measurement.Type.TEXT) {
      columns.put(name, DataTypes.StringType);
      columns.put(name + "_at", DataTypes.LongType);
      return;
    }
    columns.put(name, DataTypes.DoubleType);
    if (field.type() != Measurement.Type.STATE && !name().equals("CLIENTS")) {
      columns.put(name + "_points", DataTypes.IntegerType);
    }
    if (field.type() == Measurement.Type.GAUGE_BY_SECOND) {
      columns.put(name + "_by_second", DataTypes.createArrayType(DataTypes.FloatType));
    }
  }
}
