package org.chunkopt.simulate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Figures of one server, of its targets and of its host by minute: the rows of {@code node_minutes}
 * and {@code target_minutes} that ingest makes of the same points. Points of a field come in the
 * order of time.
 */
final class ServerMinutes implements Points {
  private static final int SECONDS = 60;
  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final long MINUTE_NANOS = SECONDS * SECOND_NANOS;

  /** A counter is compared with the point before its minute where that is not older. */
  private static final int CARRIED_MINUTES = 2;

  private static final List<String> SUMS =
      List.of("diskReadBytes", "diskWriteBytes", "netSendBytes", "netRecvBytes", "workRequests");

  /** Sum and number of the points of a field in each minute. */
  private final class Folded {
    private final double[] total = new double[minutes];
    private final int[] points = new int[minutes];

    void add(int minute, double value) {
      total[minute] += value;
      points[minute]++;
    }

    Double mean(int minute) {
      return points[minute] == 0 ? null : total[minute] / points[minute];
    }

    Double sum(int minute) {
      return points[minute] == 0 ? null : (Double) total[minute];
    }
  }

  private final Server server;
  private final boolean isStorage;
  private final long firstMinute;
  private final int minutes;
  private final Map<String, Folded> fields = new HashMap<>();
  private final Map<Integer, Map<String, Folded>> targets = new TreeMap<>();
  private final Map<String, float[][]> bySecond = new HashMap<>();
  private final Map<String, List<long[]>> counters = new TreeMap<>();

  /** Minutes of the whole site, and one before and after for clocks that differ. */
  ServerMinutes(Site site, Server server, boolean isStorage) {
    this.server = server;
    this.isStorage = isStorage;
    this.firstMinute = site.startSecond() / SECONDS - 1;
    this.minutes = (int) (site.endSecond() / SECONDS - firstMinute) + 2;
  }

  @Override
  public void floats(String series, String field, long[] nanos, long[] values, int count) {
    if (series.startsWith("storageTargets")) {
      int target = Integer.parseInt(series.substring(series.lastIndexOf('=') + 1));
      add(targets.computeIfAbsent(target, id -> new HashMap<>()), field, nanos, values, count, 1);
      return;
    }
    add(fields, field, nanos, values, count, 1);
    if (field.startsWith("disk") && field.endsWith("Bytes")) {
      addSeconds(field, nanos, values, count);
    }
  }

  @Override
  public void fractions(String series, String field, long[] nanos, long[] millionths, int count) {
    add(fields, field, nanos, millionths, count, 1e6);
  }

  @Override
  public void integers(String series, String field, long[] nanos, long[] values, int count) {
    if (!series.startsWith("net") && !series.startsWith("infiniband")) {
      add(fields, field, nanos, values, count, 1);
      return;
    }
    List<long[]> points =
        counters.computeIfAbsent(series + " " + field, counter -> new ArrayList<>());
    for (int i = 0; i < count; i++) {
      points.add(new long[] {nanos[i], values[i]});
    }
  }

  @Override
  public void constant(
      String series, String field, String text, long[] nanos, long[] present, int count) {
    // Names and states of a simulated site never change.
  }

  @Override
  public void responding(String series, long[] nanos, long[] values, int count) {
    long[] answered = new long[count];
    for (int i = 0; i < count; i++) {
      answered[i] = values[i] == Export.ABSENT ? 0 : 1;
    }
    add(fields, "isResponding", nanos, answered, count, 1);
  }

  private void add(
      Map<String, Folded> into, String field, long[] nanos, long[] values, int count, double unit) {
    Folded folded = into.computeIfAbsent(field, name -> new Folded());
    for (int i = 0; i < count; i++) {
      if (values[i] != Export.ABSENT) {
        folded.add(minute(nanos[i]), values[i] / unit);
      }
    }
  }

  private void addSeconds(String field, long[] nanos, long[] values, int count) {
    float[][] seconds = bySecond.computeIfAbsent(field, name -> new float[minutes][]);
    for (int i = 0; i < count; i++) {
      int minute = minute(nanos[i]);
      if (seconds[minute] == null) {
        seconds[minute] = new float[SECONDS];
        Arrays.fill(seconds[minute], Float.NaN);
      }
      int second = (int) (nanos[i] % MINUTE_NANOS / SECOND_NANOS);
      float before = seconds[minute][second];
      seconds[minute][second] = Float.isNaN(before) ? values[i] : before + values[i];
    }
  }

  private int minute(long nanos) {
    return (int) (nanos / MINUTE_NANOS - firstMinute);
  }

  /** Rows of {@code node_minutes}. */
  List<Row> nodeRows() {
    Double[] nic = rates("net,");
    Double[] infiniband = rates("infiniband,");
    List<Row> rows = new ArrayList<>();
    for (int minute = 0; minute < minutes; minute++) {
      int at = minute;
      boolean any = nic[at] != null || fields.values().stream().anyMatch(f -> f.points[at] > 0);
      if (any) {
        rows.add(nodeRow(at, nic[at], infiniband[at]));
      }
    }
    return rows;
  }

  private Row nodeRow(int minute, Double nic, Double infiniband) {
    Double idle = mean("usage_idle", minute);
    Double available = mean("available", minute);
    Double memory = mean("total", minute);
    Double total = space("diskSpaceTotal", minute);
    Double free = space("diskSpaceFree", minute);
    int samples =
        fields.containsKey("workRequests") ? fields.get("workRequests").points[minute] : 0;
    List<Object> row = new ArrayList<>();
    row.add(isStorage ? "storage" : "meta");
    row.add(server.numId());
    row.add(server.nodeId());
    row.add(server.host());
    row.add(timestamp(minute));
    row.add(samples);
    row.add(mean("isResponding", minute));
    SUMS.forEach(
        field -> row.add(fields.containsKey(field) ? fields.get(field).sum(minute) : null));
    row.add(mean("queuedRequests", minute));
    row.add(seconds("diskReadBytes", minute));
    row.add(seconds("diskWriteBytes", minute));
    row.add(total);
    row.add(free);
    row.add(idle == null ? null : (Double) (1 - idle / 100));
    row.add(available == null ? null : (Double) (1 - available / memory));
    row.add(mean("average_response_ms", minute));
    row.add(nic);
    row.add(infiniband == null ? null : (Double) (4 * infiniband));
    return RowFactory.create(row.toArray());
  }

  /** Rows of {@code target_minutes}. */
  List<Row> targetRows() {
    List<Row> rows = new ArrayList<>();
    targets.forEach(
        (target, folded) -> {
          for (int minute = 0; minute < minutes; minute++) {
            if (folded.get("diskSpaceTotal").points[minute] > 0) {
              rows.add(
                  RowFactory.create(
                      target,
                      server.numId(),
                      timestamp(minute),
                      folded.get("diskSpaceTotal").mean(minute),
                      folded.get("diskSpaceFree").mean(minute),
                      folded.get("inodesTotal").mean(minute),
                      folded.get("inodesFree").mean(minute),
                      "GOOD"));
            }
          }
        });
    return rows;
  }

  private Double mean(String field, int minute) {
    return fields.containsKey(field) ? fields.get(field).mean(minute) : null;
  }

  /** Sum over the targets, else what the server says itself, which BeeGFS counts in MiB. */
  private Double space(String field, int minute) {
    Double sum = null;
    for (Map<String, Folded> target : targets.values()) {
      Double mean = target.get(field).mean(minute);
      if (mean != null) {
        sum = sum == null ? mean : (Double) (sum + mean);
      }
    }
    Double own = mean(field, minute);
    return sum != null || own == null ? sum : (Double) (1048576 * own);
  }

  private Float[] seconds(String field, int minute) {
    float[][] seconds = bySecond.get(field);
    if (seconds == null || seconds[minute] == null) {
      return null;
    }
    Float[] row = new Float[SECONDS];
    for (int second = 0; second < SECONDS; second++) {
      float bytes = seconds[minute][second];
      row[second] = Float.isNaN(bytes) ? null : (Float) bytes;
    }
    return row;
  }

  /** Increase per second of the counters of a measurement, summed over them. */
  private Double[] rates(String measurement) {
    Double[] rates = new Double[minutes];
    counters.forEach(
        (counter, points) -> {
          if (counter.startsWith(measurement)) {
            addRates(points, rates);
          }
        });
    return rates;
  }

  private void addRates(List<long[]> points, Double[] rates) {
    long[] before = null;
    for (int i = 0; i < points.size(); ) {
      int minute = minute(points.get(i)[0]);
      boolean recent = before != null && minute(before[0]) >= minute - CARRIED_MINUTES;
      long since = recent ? before[0] : points.get(i)[0];
      double increase = 0;
      long[] last = recent ? before : points.get(i);
      for (; i < points.size() && minute(points.get(i)[0]) == minute; i++) {
        increase += Math.max(0, points.get(i)[1] - last[1]);
        last = points.get(i);
      }
      before = last;
      double seconds = (double) (last[0] - since) / SECOND_NANOS;
      if (seconds > 0) {
        rates[minute] = (rates[minute] == null ? 0 : rates[minute]) + increase / seconds;
      }
    }
  }

  private java.sql.Timestamp timestamp(int minute) {
    return new java.sql.Timestamp((firstMinute + minute) * SECONDS * 1_000);
  }
}
