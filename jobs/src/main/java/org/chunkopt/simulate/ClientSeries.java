package org.chunkopt.simulate;

import java.io.IOException;
import java.util.Arrays;

/**
 * The operations of one user or client node in one day, by poll: only fields that are not zero have
 * points.
 *
 * <p>Assumptions: mon's own polling shows under its node; a storage benchmark ran once under node
 * 0.0.0.0; when the storage server fails, the counters of every third client wrap.
 */
final class ClientSeries {
  /** Node of BeeGFS-mon itself. */
  static final String MON = "10.0.0.9";

  /** Node under which operations without a client appear. */
  static final String NOBODY = "0.0.0.0";

  private static final long BENCHMARK_BYTES = 2L << 30;

  private final Site site;
  private final Polls polls;
  private final String family;
  private final Site.Span day;
  private final long[] nanos;
  private final long[][] values;
  private final long first;
  private final long downPoll;
  private int count;
  private boolean wrapDue;

  ClientSeries(Site site, String family, Site.Span day) {
    this.site = site;
    this.family = family;
    this.day = day;
    this.polls = new Polls(site.seed(), site.startSecond());
    this.first = polls.from(day.from());
    this.nanos = new long[(int) ((day.to() - day.from()) / 5) + 3];
    this.values = new long[6][nanos.length];
    this.downPoll = polls.from(site.down().from());
  }

  /** Begins a client. */
  void begin(String client) {
    count = 0;
    wrapDue =
        family.startsWith("storage")
            && day.contains(polls.second(downPoll))
            && Math.floorMod(client.hashCode(), 3) == 0
            && !client.equals(MON);
    Arrays.stream(values).forEach(row -> Arrays.fill(row, 0));
  }

  /** Adds what one poll saw; polls come in ascending order. */
  void add(long poll, long[] amounts) {
    wrapUntil(poll);
    if (site.gap().contains(polls.second(poll)) || (wrapDue && poll == downPoll)) {
      return;
    }
    nanos[count] = polls.nanos(poll);
    for (int field = 0; field < values.length; field++) {
      values[field][count] = amounts[field];
    }
    count++;
  }

  /** Adds what appears without any client: mon's polling, and a benchmark. */
  void addOwn(String client) {
    long end = day.to() * 1_000_000_000L;
    boolean meta = family.startsWith("meta");
    int polled = meta ? site.metadata().size() : site.storage().size();
    for (long poll = first; polls.nanos(poll) < end; poll++) {
      if (client.equals(MON)) {
        add(poll, new long[] {0, 0, 0, 0, polled, 0});
      } else if (poll == first + 300 && family.startsWith("storage")) {
        add(poll, new long[] {0, BENCHMARK_BYTES, 0, BENCHMARK_BYTES >> 19, 0, 0});
      }
    }
  }

  void write(Points points, String client) throws IOException {
    String tag = family.endsWith("User") ? ",user=" : ",node=";
    String series = family + tag + client;
    wrapUntil(Long.MAX_VALUE);
    long[] sum = new long[count];
    for (int i = 0; i < count; i++) {
      long all = 0;
      boolean wrapped = false;
      for (int field = 2; field < values.length; field++) {
        wrapped |= values[field][i] == Export.WRAPPED;
        all += values[field][i];
      }
      sum[i] = wrapped ? Export.WRAPPED : all;
      if (family.startsWith("meta") && !client.equals(MON)) {
        sum[i] = all + values[4][i];
      }
    }
    if (client.equals(MON)) {
      field(points, series, family.startsWith("meta") ? "mdsInf" : "storInf", values[4]);
    } else if (family.startsWith("meta")) {
      field(points, series, "close", values[4]);
      field(points, series, "create", values[5]);
      field(points, series, "open", values[4]);
    } else {
      field(points, series, "B-rd", values[0]);
      field(points, series, "B-wr", values[1]);
      field(points, series, "ops-rd", values[2]);
      field(points, series, "ops-wr", values[3]);
    }
    field(points, series, "sum", sum);
  }

  /** Adds the wrap, if it is due before this poll. */
  private void wrapUntil(long poll) {
    if (wrapDue && poll > downPoll) {
      wrapDue = false;
      add(downPoll, new long[] {0, Export.WRAPPED, 0, Export.WRAPPED, 0, 0});
    }
  }

  private void field(Points points, String series, String field, long[] row) throws IOException {
    for (int i = 0; i < count; i++) {
      row[i] = row[i] == 0 ? Export.ABSENT : row[i];
    }
    points.floats(series, field, nanos, row, count);
    for (int i = 0; i < count; i++) {
      row[i] = row[i] == Export.ABSENT ? 0 : row[i];
    }
  }
}
