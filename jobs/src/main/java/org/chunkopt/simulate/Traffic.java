package org.chunkopt.simulate;

import java.io.Serializable;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * What the accesses of the files leave in the metrics: bytes by server and second, and operations
 * by user, client node and poll. A row is a contribution to one line-protocol export.
 *
 * <p>Assumptions: bytes flow evenly from the begin of an access to its end, over the targets that
 * hold a part of the file; a log is appended to in bursts; reads out of the page cache reach no
 * server; a message carries at most one chunk and at most the client's buffer.
 */
final class Traffic implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Contributions: which export, which client, which second or poll, and how much. */
  static final StructType SCHEMA =
      StructType.fromDDL(
          "export STRING, client STRING, bucket BIGINT, read_bytes BIGINT, written_bytes BIGINT,"
              + " reads BIGINT, writes BIGINT, opens BIGINT, creates BIGINT");

  static final String SERVERS = "highResStorage";
  static final List<String> CLIENT_FAMILIES =
      List.of(
          "metaClientOpsByNode",
          "metaClientOpsByUser",
          "storageClientOpsByNode",
          "storageClientOpsByUser");

  /** Where in the list: by node, and next to it by user. */
  private static final int META_BY_NODE = 0;

  static final int STORAGE_BY_NODE = 2;
  private static final int APPENDS = 8;

  private record Key(String export, String client, long bucket) {}

  /** Receives what accesses leave in the metrics, bit by bit. */
  interface Flow {
    /** Bytes that a storage server (index) moves in a second. */
    void server(int index, long second, long bytes, boolean write);

    /**
     * Operations of the client and the user of a file that a poll sees.
     *
     * @param byNode where the family by node stands in {@link #CLIENT_FAMILIES}
     * @param amounts bytes read and written, reads, writes, opens, creations
     */
    void clients(int byNode, SimulatedFile file, long poll, long[] amounts);
  }

  private final Site site;
  private final Polls polls;
  private final String[] days;
  private final String[][] serverExports;
  private final String[][] clientExports;

  Traffic(Site site) {
    this.site = site;
    this.polls = new Polls(site.seed(), site.startSecond());
    this.days = new String[site.days()];
    for (int day = 0; day < days.length; day++) {
      days[day] = LocalDate.ofEpochDay(site.startSecond() / Site.DAY_SECONDS + day).toString();
    }
    serverExports = new String[days.length][site.storage().size()];
    clientExports = new String[days.length][CLIENT_FAMILIES.size()];
    for (int day = 0; day < days.length; day++) {
      for (int s = 0; s < site.storage().size(); s++) {
        serverExports[day][s] = export(SERVERS, site.storage().get(s), day);
      }
      for (int f = 0; f < CLIENT_FAMILIES.size(); f++) {
        clientExports[day][f] = export(CLIENT_FAMILIES.get(f), day);
      }
    }
  }

  /** Name of the export of a family and day. */
  String export(String family, int day) {
    return family + "." + days[day];
  }

  /** Name of the export of a server and day. */
  String export(String family, Server server, int day) {
    return export(family + "." + server.host(), day);
  }

  /** Every contribution of a project's files. */
  Iterator<Row> of(Project project) {
    Map<Key, long[]> sums = new HashMap<>();
    Flow flow = new KeyedFlow(sums);
    for (SimulatedFile file : project.files(site)) {
      add(file, flow);
    }
    List<Row> rows = new ArrayList<>(sums.size());
    sums.forEach(
        (key, n) ->
            rows.add(
                RowFactory.create(
                    key.export, key.client, key.bucket, n[0], n[1], n[2], n[3], n[4], n[5])));
    return rows.iterator();
  }

  /** Gives what one file leaves in the metrics to the flow. */
  void add(SimulatedFile file, Flow flow) {
    double begin = file.writeStart() / SimulatedFile.NANOS;
    double end = file.mtime() / SimulatedFile.NANOS;
    if (end >= site.startSecond()) {
      opened(file, begin, 1, flow);
      if (file.appended()) {
        double burst = file.writeSeconds() / APPENDS;
        for (int i = 0; i < APPENDS; i++) {
          long from = file.size() * i / APPENDS;
          long to = file.size() * (i + 1) / APPENDS;
          double at = begin + (end - begin - burst) * i / (APPENDS - 1);
          moved(file, at, burst, to - from, true, flow);
        }
      } else {
        moved(file, begin, end - begin, file.size(), true, flow);
      }
    }
    if (!file.access().write() && file.accessed() && !file.job().cached()) {
      double at = file.accessStart() / SimulatedFile.NANOS;
      opened(file, at, 0, flow);
      moved(file, at, file.accessSeconds(), file.accessBytes(), false, flow);
    }
  }

  private void opened(SimulatedFile file, double at, long created, Flow flow) {
    int opens = created > 0 ? file.written().processes() : file.access().processes();
    clients(META_BY_NODE, file, at, new long[] {0, 0, 0, 0, opens, created}, flow);
  }

  private void moved(
      SimulatedFile file, double begin, double seconds, long bytes, boolean write, Flow flow) {
    if (begin + seconds < site.startSecond() || begin >= site.endSecond() || bytes == 0) {
      return;
    }
    int holding = file.targetsWithData();
    AccessContext access = write ? file.written() : file.access();
    long request = file.directory().pool().physics().requestOnTheWire(access);
    long message = Math.max(1, Math.min(Math.min(file.size(), file.chunkBytes()), request));
    long done = 0;
    double at = begin;
    double end = begin + seconds;
    while (done < bytes) {
      long second = (long) at;
      double next = Math.min(second + 1, end);
      long upTo =
          next >= end ? bytes : Math.min(bytes, (long) (bytes * ((next - begin) / seconds)));
      long part = upTo - done;
      if (second >= site.startSecond() - ServerSeries.BEFORE && second < site.endSecond()) {
        for (int n = 0; n < holding; n++) {
          long share = part * (n + 1) / holding - part * n / holding;
          flow.server(file.target(n).server(), second, share, write);
        }
        long messages = (part + message - 1) / message;
        long[] ops =
            write
                ? new long[] {0, part, 0, messages, 0, 0}
                : new long[] {part, 0, messages, 0, 0, 0};
        clients(STORAGE_BY_NODE, file, at, ops, flow);
      }
      done = upTo;
      at = next;
    }
  }

  private void clients(int byNode, SimulatedFile file, double at, long[] amounts, Flow flow) {
    if (at >= site.startSecond() && at < site.endSecond() - 6) {
      flow.clients(byNode, file, polls.after(at), amounts);
    }
  }

  /** Sums by export, client and bucket. */
  private final class KeyedFlow implements Flow {
    private final Map<Key, long[]> sums;

    KeyedFlow(Map<Key, long[]> sums) {
      this.sums = sums;
    }

    @Override
    public void server(int index, long second, long bytes, boolean write) {
      long[] amounts =
          write ? new long[] {0, bytes, 0, 0, 0, 0} : new long[] {bytes, 0, 0, 0, 0, 0};
      int day = day(Math.max(second, site.startSecond()));
      sum(new Key(serverExports[day][index], "", second), amounts, sums);
      boolean carried = second >= site.day(day).to() - ServerSeries.BEFORE;
      if (carried && day + 1 < days.length) {
        sum(new Key(serverExports[day + 1][index], "", second), amounts, sums);
      }
    }

    @Override
    public void clients(int byNode, SimulatedFile file, long poll, long[] amounts) {
      String[] exports = clientExports[day(polls.second(poll))];
      User user = file.directory().user();
      String node = user.node(file.job().number());
      sum(new Key(exports[byNode + 1], Long.toString(user.uid()), poll), amounts, sums);
      sum(new Key(exports[byNode], node, poll), amounts, sums);
    }
  }

  private int day(long second) {
    return (int) (second / Site.DAY_SECONDS - site.startSecond() / Site.DAY_SECONDS);
  }

  private static void sum(Key key, long[] amounts, Map<Key, long[]> sums) {
    long[] sum = sums.computeIfAbsent(key, k -> new long[amounts.length]);
    for (int i = 0; i < sum.length; i++) {
      sum[i] += amounts[i];
    }
  }
}
