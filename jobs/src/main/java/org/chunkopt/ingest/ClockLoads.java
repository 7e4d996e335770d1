package org.chunkopt.ingest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * What servers and clients moved minute by minute, to compare their clocks: bytes read and written
 * (storage) or requests (meta), of the last minutes of each.
 *
 * @param ofServers loads by minute since 1970, by kind of server and its id
 * @param ofClients loads of all clients together, by kind of server
 */
record ClockLoads(
    SortedMap<String, SortedMap<Integer, TreeMap<Long, Double>>> ofServers,
    SortedMap<String, TreeMap<Long, Double>> ofClients) {

  /** Columns of what the loads of a task are packed into. */
  static final StructType PACKED =
      StructType.fromDDL(
          "measurement STRING, subject STRING, minutes ARRAY<BIGINT>, loads ARRAY<DOUBLE>");

  /**
   * Adds up what the tasks have packed.
   *
   * @param packed rows of {@link Sums#packed}
   * @param minutes how many to look back from the newest of each
   */
  static ClockLoads of(List<Row> packed, int minutes) {
    SortedMap<String, SortedMap<Integer, TreeMap<Long, Double>>> ofServers = new TreeMap<>();
    Map<String, TreeMap<Long, Double>> byMeasurement = new HashMap<>();
    for (Row row : packed) {
      String measurement = row.getString(0);
      add(
          row,
          MinuteFamily.of(measurement) == MinuteFamily.CLIENTS
              ? byMeasurement.computeIfAbsent(measurement, name -> new TreeMap<>())
              : ofServers
                  .computeIfAbsent(Node.kind(measurement), kind -> new TreeMap<>())
                  .computeIfAbsent(Integer.valueOf(row.getString(1)), id -> new TreeMap<>()));
    }
    ofServers.values().forEach(byId -> byId.values().forEach(load -> cut(load, minutes)));
    // By node and by user count the same; a site may collect only one of them.
    SortedMap<String, TreeMap<Long, Double>> ofClients = new TreeMap<>();
    byMeasurement.forEach(
        (measurement, load) -> {
          TreeMap<Long, Double> most =
              ofClients.computeIfAbsent(Node.kind(measurement), kind -> new TreeMap<>());
          load.forEach((minute, value) -> most.merge(minute, value, Math::max));
        });
    ofClients.values().forEach(load -> cut(load, minutes));
    return new ClockLoads(ofServers, ofClients);
  }

  /** The loads of one task: of each server, of all clients together. */
  static final class Sums {
    private final Map<String, int[]> columns = new HashMap<>();
    private final Map<List<String>, TreeMap<Long, Double>> sums = new HashMap<>();
    private final int minutes;

    /**
     * Of no rows yet.
     *
     * @param minutes how many to look back from the newest of each
     */
    Sums(int minutes) {
      this.minutes = minutes;
      for (MinuteFamily family : List.of(MinuteFamily.SERVERS, MinuteFamily.CLIENTS)) {
        family
            .measurements()
            .forEach(name -> columns.put(name, ClockLoads.columns(name, family.rows())));
      }
    }

    /** Adds a row of servers or clients. */
    void add(Row row) {
      String measurement = row.getString(MinuteFold.MEASUREMENT);
      for (int column : columns.get(measurement)) {
        if (!row.isNullAt(column)) {
          boolean apart = MinuteFamily.of(measurement) == MinuteFamily.SERVERS;
          List<String> key = List.of(measurement, apart ? row.getString(MinuteFold.SUBJECT) : "");
          TreeMap<Long, Double> load = sums.computeIfAbsent(key, of -> new TreeMap<>());
          load.merge(row.getLong(MinuteFamily.MINUTE), row.getDouble(column), Double::sum);
          if (load.size() > 2 * minutes) {
            cut(load, minutes);
          }
        }
      }
    }

    /** Rows of a measurement, a server (none for clients), minutes and loads. */
    List<Row> packed() {
      List<Row> packed = new ArrayList<>();
      sums.forEach(
          (key, load) -> {
            cut(load, minutes);
            packed.add(
                RowFactory.create(
                    key.get(0),
                    key.get(1),
                    load.keySet().stream().mapToLong(minute -> minute).toArray(),
                    load.values().stream().mapToDouble(value -> value).toArray()));
          });
      return packed;
    }
  }

  private static int[] columns(String measurement, StructType columns) {
    List<String> fields =
        switch (measurement) {
          case "highResStorage" -> List.of("diskReadBytes", "diskWriteBytes");
          case "highResMeta" -> List.of("workRequests");
          case "storageClientOpsByNode", "storageClientOpsByUser" -> List.of("B-rd", "B-wr");
          case "metaClientOpsByNode", "metaClientOpsByUser" -> List.of("sum");
          default -> List.of();
        };
    return fields.stream().mapToInt(columns::fieldIndex).toArray();
  }

  private static void add(Row packed, TreeMap<Long, Double> into) {
    List<Long> minutes = packed.getList(2);
    List<Double> loads = packed.getList(3);
    for (int i = 0; i < minutes.size(); i++) {
      into.merge(minutes.get(i), loads.get(i), Double::sum);
    }
  }

  private static void cut(TreeMap<Long, Double> load, int minutes) {
    load.headMap(load.lastKey() - minutes, true).clear();
  }
}
