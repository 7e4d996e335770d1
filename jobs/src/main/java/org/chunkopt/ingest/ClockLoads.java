package org.chunkopt.ingest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
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

  /**
   * Sums the loads up.
   *
   * @param servers rows of {@link MinuteFamily#SERVERS}
   * @param clients rows of {@link MinuteFamily#CLIENTS}
   * @param minutes how many to look back from the newest of each
   */
  static ClockLoads of(JavaRDD<Row> servers, JavaRDD<Row> clients, int minutes) {
    SortedMap<String, SortedMap<Integer, TreeMap<Long, Double>>> ofServers = new TreeMap<>();
    for (Row row : sums(servers, MinuteFamily.SERVERS, minutes)) {
      add(
          row,
          ofServers
              .computeIfAbsent(kind(row.getString(0)), kind -> new TreeMap<>())
              .computeIfAbsent(Integer.valueOf(row.getString(1)), id -> new TreeMap<>()));
    }
    ofServers.values().forEach(byId -> byId.values().forEach(load -> cut(load, minutes)));
    Map<String, TreeMap<Long, Double>> byMeasurement = new HashMap<>();
    for (Row row : sums(clients, MinuteFamily.CLIENTS, minutes)) {
      add(row, byMeasurement.computeIfAbsent(row.getString(0), name -> new TreeMap<>()));
    }
    // By node and by user count the same; a site may collect only one of them.
    SortedMap<String, TreeMap<Long, Double>> ofClients = new TreeMap<>();
    byMeasurement.forEach(
        (measurement, load) -> {
          TreeMap<Long, Double> most =
              ofClients.computeIfAbsent(kind(measurement), kind -> new TreeMap<>());
          load.forEach((minute, value) -> most.merge(minute, value, Math::max));
        });
    ofClients.values().forEach(load -> cut(load, minutes));
    return new ClockLoads(ofServers, ofClients);
  }

  /** Rows of a measurement, a server (none for clients), minutes and loads. */
  private static List<Row> sums(JavaRDD<Row> rows, MinuteFamily family, int minutes) {
    StructType columns = family.rows();
    Map<String, int[]> loads = new HashMap<>();
    family.measurements().forEach(name -> loads.put(name, columns(name, columns)));
    boolean apart = family == MinuteFamily.SERVERS;
    return rows.mapPartitions(part -> sums(part, loads, apart, minutes)).collect();
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

  private static Iterator<Row> sums(
      Iterator<Row> rows, Map<String, int[]> loads, boolean apart, int minutes) {
    Map<List<String>, TreeMap<Long, Double>> sums = new HashMap<>();
    while (rows.hasNext()) {
      Row row = rows.next();
      String measurement = row.getString(MinuteFold.MEASUREMENT);
      for (int column : loads.get(measurement)) {
        if (!row.isNullAt(column)) {
          List<String> key = List.of(measurement, apart ? row.getString(MinuteFold.SUBJECT) : "");
          TreeMap<Long, Double> load = sums.computeIfAbsent(key, of -> new TreeMap<>());
          load.merge(row.getLong(MinuteFamily.MINUTE), row.getDouble(column), Double::sum);
          cut(load, minutes);
        }
      }
    }
    List<Row> packed = new ArrayList<>();
    sums.forEach(
        (key, load) ->
            packed.add(
                RowFactory.create(
                    key.get(0),
                    key.get(1),
                    load.keySet().stream().mapToLong(minute -> minute).toArray(),
                    load.values().stream().mapToDouble(value -> value).toArray())));
    return packed.iterator();
  }

  private static void add(Row packed, TreeMap<Long, Double> into) {
    long[] minutes = packed.getAs(2);
    double[] loads = packed.getAs(3);
    for (int i = 0; i < minutes.length; i++) {
      into.merge(minutes[i], loads[i], Double::sum);
    }
  }

  private static void cut(TreeMap<Long, Double> load, int minutes) {
    load.headMap(load.lastKey() - minutes, true).clear();
  }

  private static String kind(String measurement) {
    return measurement.startsWith("storage") || measurement.equals("highResStorage")
        ? "storage"
        : "meta";
  }
}
