package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class ClockLoadsTest {
  @Test
  void theNewestMinutesOfServersAndOfAllClientsAreAddedUp() {
    ClockLoads loads =
        ClockLoads.of(
            packed(
                server("highResStorage", 9, Map.of("diskReadBytes", 1000D)),
                server("highResStorage", 10, Map.of("diskReadBytes", 4D, "diskWriteBytes", 5D)),
                server("highResStorage", 11, Map.of("diskReadBytes", 6D, "netSendBytes", 70D)),
                server("highResStorage", 12, Map.of("netSendBytes", 70D)),
                server("highResMeta", 3, Map.of("workRequests", 8D)),
                server("storage", 11, Map.of("diskSpaceFree", 80D)),
                client("storageClientOpsByNode", "10.0.0.1", 10, Map.of("B-rd", 3D)),
                client("storageClientOpsByNode", "10.0.0.2", 10, Map.of("B-wr", 4D, "ops-wr", 9D)),
                client("storageClientOpsByUser", "1001", 10, Map.of("B-wr", 6D)),
                client("storageClientOpsByUser", "1001", 11, Map.of("B-wr", 2D)),
                client("metaClientOpsByUser", "1001", 5, Map.of("sum", 9D, "open", 2D))),
            2);
    assertThat(loads.ofServers())
        .containsOnly(
            Map.entry("meta", treeOf(1, Map.of(3L, 8D))),
            Map.entry("storage", treeOf(1, Map.of(10L, 9D, 11L, 6D))));
    assertThat(loads.ofClients())
        .as("by node and by user count the same, so the larger holds")
        .isEqualTo(Map.of("meta", Map.of(5L, 9D), "storage", Map.of(10L, 7D, 11L, 2D)));
  }

  private static TreeMap<Integer, TreeMap<Long, Double>> treeOf(int id, Map<Long, Double> loads) {
    return new TreeMap<>(Map.of(id, new TreeMap<>(loads)));
  }

  /** Of two tasks, so that sums of tasks are added up as well. */
  private static List<Row> packed(Row... rows) {
    ClockLoads.Sums one = new ClockLoads.Sums(2);
    ClockLoads.Sums other = new ClockLoads.Sums(2);
    for (int i = 0; i < rows.length; i++) {
      (i < rows.length / 2 ? one : other).add(rows[i]);
    }
    RowPacker packer =
        new RowPacker(
            Stream.concat(one.packed().stream(), other.packed().stream())
                .map(MinuteSheet.LOADS::row)
                .iterator(),
            MinuteSheet.all());
    List<Row> packed = new ArrayList<>();
    packer.forEachRemaining(
        block -> packed.addAll(Sheets.decoded(block, MinuteSheet.LOADS.columns())));
    return packed;
  }

  private static Row server(String measurement, long minute, Map<String, Double> totals) {
    return row(MinuteFamily.SERVERS, measurement, "1", minute, totals);
  }

  private static Row client(
      String measurement, String subject, long minute, Map<String, Double> totals) {
    return row(MinuteFamily.CLIENTS, measurement, subject, minute, totals);
  }

  private static Row row(
      MinuteFamily family,
      String measurement,
      String subject,
      long minute,
      Map<String, Double> totals) {
    Object[] values = new Object[family.rows().size()];
    values[MinuteFold.MEASUREMENT] = measurement;
    values[MinuteFold.SUBJECT] = subject;
    values[MinuteFamily.MINUTE] = minute;
    totals.forEach((field, total) -> values[family.rows().fieldIndex(field)] = total);
    return RowFactory.create(values);
  }
}
