package org.chunkopt.ingest;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** The figures of all servers, their targets and all hosts in one hour, minute by minute. */
final class NodeHour {
  /**
   * A row of a server and minute: sums over the minute, means of its points, what the server's
   * targets sum up to, and the figures of its host. Minutes count from 1970; what has no point is
   * null. The names of the columns say what is not a sum.
   */
  static final StructType COLUMNS =
      StructType.fromDDL(
          """
          node_kind STRING, node_num_id INT, node_id STRING, hostname STRING, minute BIGINT,
          samples INT, mean_responding DOUBLE, disk_read_bytes DOUBLE, disk_write_bytes DOUBLE,
          net_send_bytes DOUBLE, net_recv_bytes DOUBLE, work_requests DOUBLE,
          mean_queued_requests DOUBLE, read_bytes_by_second ARRAY<FLOAT>,
          write_bytes_by_second ARRAY<FLOAT>, mean_total_mib DOUBLE, mean_free_mib DOUBLE,
          targets_total_bytes DOUBLE, targets_free_bytes DOUBLE, total_idle_percent DOUBLE,
          mean_core_idle_percent DOUBLE, memory_available DOUBLE, memory_total DOUBLE,
          memory_available_percent DOUBLE, response_ms DOUBLE, nic_bytes_per_s DOUBLE,
          infiniband_words_per_s DOUBLE
          """);

  private static final StructType SERVERS = MinuteFamily.SERVERS.rows();
  private static final StructType TARGETS = MinuteFamily.TARGETS.rows();

  private static final int SAMPLES = COLUMNS.fieldIndex("samples");
  private static final int TARGETS_TOTAL = COLUMNS.fieldIndex("targets_total_bytes");
  private static final int FIRST_OF_HOST = COLUMNS.fieldIndex("total_idle_percent");

  /** Spaces are added as decimals of this scale, so that the order of targets does not matter. */
  private static final int SPACE_SCALE = 3;

  /** Columns that are sums over the minute, and the fields that they sum up. */
  private static final Map<String, String> SUMS =
      Map.of(
          "disk_read_bytes", "diskReadBytes",
          "disk_write_bytes", "diskWriteBytes",
          "net_send_bytes", "netSendBytes",
          "net_recv_bytes", "netRecvBytes",
          "work_requests", "workRequests");

  /** Columns that are means of the points, and their fields. */
  private static final Map<String, String> MEANS =
      Map.of(
          "mean_responding", "isResponding",
          "mean_queued_requests", "queuedRequests",
          "mean_total_mib", "diskSpaceTotal",
          "mean_free_mib", "diskSpaceFree");

  private static final Map<String, String> BY_SECOND =
      Map.of(
          "read_bytes_by_second", "diskReadBytes_by_second",
          "write_bytes_by_second", "diskWriteBytes_by_second");

  /** Where the figures stand in rows of servers, and where they go. */
  private static final int[][] SUMMED = positions(SUMS);

  private static final int[][] MEAN = positions(MEANS);
  private static final int[][] ARRAYS = positions(BY_SECOND);

  private final long begins;
  private final Map<String, Object[][]> servers = new HashMap<>();

  /** Total and free space of the targets of each storage server. */
  private final Map<Integer, BigDecimal[][]> spaces = new HashMap<>();

  private final HostHour hosts;
  private final Map<String, List<String>> spellings;

  /**
   * An hour.
   *
   * @param hour since 1970
   * @param spellings of the hosts of Telegraf, see {@link TelegrafHosts#spellings}
   */
  NodeHour(long hour, Map<String, List<String>> spellings) {
    this.spellings = spellings;
    begins = hour * Minutes.MINUTES;
    hosts = new HostHour(begins);
  }

  HostHour hosts() {
    return hosts;
  }

  /** Adds a row of {@link MinuteFamily#SERVERS}. */
  void addServer(Row row) {
    String measurement = row.getString(MinuteFold.MEASUREMENT);
    Object[][] minutes =
        servers.computeIfAbsent(
            key(Node.kind(measurement), Integer.parseInt(row.getString(MinuteFold.SUBJECT))),
            server -> new Object[Minutes.MINUTES][]);
    int minute = minute(row);
    if (minutes[minute] == null) {
      minutes[minute] = new Object[COLUMNS.size()];
      minutes[minute][SAMPLES] = 0;
    }
    Object[] figures = minutes[minute];
    if (measurement.startsWith("highRes")) {
      figures[SAMPLES] = Math.max((int) figures[SAMPLES], row.getInt(MinuteFamily.POINTS));
    }
    for (int[] from : SUMMED) {
      if (!row.isNullAt(from[0])) {
        figures[from[1]] = plus(figures[from[1]], row.getDouble(from[0]));
      }
    }
    for (int[] from : MEAN) {
      if (!row.isNullAt(from[0])) {
        figures[from[1]] = plus(figures[from[1]], HostHour.mean(row, from[0]));
      }
    }
    for (int[] from : ARRAYS) {
      if (figures[from[1]] == null) {
        figures[from[1]] = row.get(from[0]);
      }
    }
  }

  /** Adds a row of {@link MinuteFamily#TARGETS}. */
  void addTarget(Row row) {
    BigDecimal[][] minutes =
        spaces.computeIfAbsent(
            Integer.valueOf(row.getString(MinuteFold.PART)),
            server -> new BigDecimal[Minutes.MINUTES][]);
    int minute = minute(row);
    if (minutes[minute] == null) {
      minutes[minute] = new BigDecimal[2];
    }
    addSpace(row, TARGETS.fieldIndex("diskSpaceTotal"), minutes[minute], 0);
    addSpace(row, TARGETS.fieldIndex("diskSpaceFree"), minutes[minute], 1);
  }

  /** The rows of a server: of each minute in which it or its host has any figure. */
  List<Row> rows(Node node) {
    Object[][] minutes = servers.get(key(node.kind(), node.id()));
    BigDecimal[][] space = node.kind().equals("storage") ? spaces.get(node.id()) : null;
    List<Row> rows = new ArrayList<>();
    for (int minute = 0; minute < Minutes.MINUTES; minute++) {
      Object[] row = minutes == null ? null : minutes[minute];
      HostHour.Figures host =
          node.telegrafHost() == null
              ? null
              : hosts.figures(spellings.get(node.telegrafHost()), minute);
      if (row == null && host == null) {
        continue;
      }
      if (row == null) {
        row = new Object[COLUMNS.size()];
        row[SAMPLES] = 0;
      }
      row[0] = node.kind();
      row[1] = node.id();
      row[2] = node.name();
      row[3] = node.hostname();
      row[4] = begins + minute;
      if (space != null && space[minute] != null) {
        row[TARGETS_TOTAL] = HostHour.number(space[minute][0]);
        row[TARGETS_TOTAL + 1] = HostHour.number(space[minute][1]);
      }
      if (host != null) {
        host.columns(row, FIRST_OF_HOST);
      }
      rows.add(RowFactory.create(row));
    }
    return rows;
  }

  private static void addSpace(Row row, int column, BigDecimal[] sums, int sum) {
    if (!row.isNullAt(column)) {
      sums[sum] = HostHour.plus(sums[sum], HostHour.mean(row, column), SPACE_SCALE);
    }
  }

  private int minute(Row row) {
    return (int) (row.getLong(MinuteFamily.MINUTE) - begins);
  }

  private static Double plus(Object sum, double value) {
    return sum == null ? value : (Double) sum + value;
  }

  private static String key(String kind, int id) {
    return kind + id;
  }

  private static int[][] positions(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(
            field ->
                new int[] {
                  SERVERS.fieldIndex(field.getValue()), COLUMNS.fieldIndex(field.getKey())
                })
        .toArray(int[][]::new);
  }
}
