package org.chunkopt.simulate;

import java.io.IOException;

/**
 * The per-second measurements of one server and day: {@code highResStorage} and {@code
 * highResMeta}, about 0.996 s apart, stamped by the server's own clock in jiffies of 4 ms.
 *
 * <p>Assumptions: beside the simulated files unseen clients read and write, in some minutes and
 * more when the load is high; a server that is down records nothing; of a gap without metrics the
 * last minute is filled in later; RDMA servers count only message headers.
 */
final class ServerSeries {
  /** Seconds before the day that the first sample of the day may reach back to. */
  static final int BEFORE = 2;

  private static final long JIFFY_MILLIS = 4;
  private static final int BACK_HISTORY_SECONDS = 60;
  private static final int MESSAGE_BYTES = 512 << 10;

  private final Site site;
  private final Server server;
  private final int index;
  private final Site.Span day;

  ServerSeries(Site site, Server server, int index, Site.Span day) {
    this.site = site;
    this.server = server;
    this.index = index;
    this.day = day;
  }

  /**
   * Writes {@code highResStorage}.
   *
   * @param read bytes read from the simulated files, a slot a second from {@link #BEFORE} the day
   * @param written bytes written to them, likewise
   */
  void storage(Points points, long[] read, long[] written) throws IOException {
    addBackground(read, 1);
    addBackground(written, 0);
    long[] nanos = new long[capacity()];
    long[] slotRead = new long[nanos.length];
    long[] slotWritten = new long[nanos.length];
    int count = samples(nanos, read, slotRead, written, slotWritten);
    long[] receive = new long[count];
    long[] send = new long[count];
    long[] queued = new long[count];
    long[] requests = new long[count];
    Draws draws = Draws.of(site.seed(), Draws.Topic.SAMPLE, index, day.from());
    for (int i = 0; i < count; i++) {
      long bytes = slotRead[i] + slotWritten[i];
      requests[i] = (bytes + MESSAGE_BYTES - 1) / MESSAGE_BYTES + draws.below(6);
      receive[i] = server.rdma() ? requests[i] * 40 : slotWritten[i] + requests[i] * 192;
      send[i] = server.rdma() ? 0 : slotRead[i] + requests[i] * 64;
      double busy = Math.min(2, bytes / server.bandwidth());
      queued[i] =
          (long) (busy * busy * 24 * draws.uniform() + 0.3 * draws.uniform() * requests[i] / 50);
    }
    String series = "highResStorage" + server.tags();
    points.floats(series, "diskReadBytes", nanos, slotRead, count);
    points.floats(series, "diskWriteBytes", nanos, slotWritten, count);
    points.floats(series, "netRecvBytes", nanos, receive, count);
    points.floats(series, "netSendBytes", nanos, send, count);
    points.floats(series, "queuedRequests", nanos, queued, count);
    points.floats(series, "workRequests", nanos, requests, count);
  }

  /** Writes {@code highResMeta}. */
  void metadata(Points points) throws IOException {
    long[] nanos = new long[capacity()];
    long[] none = new long[seconds()];
    int count = samples(nanos, none, new long[nanos.length], none, new long[nanos.length]);
    long[] receive = new long[count];
    long[] send = new long[count];
    long[] queued = new long[count];
    long[] requests = new long[count];
    Draws draws = Draws.of(site.seed(), Draws.Topic.SAMPLE, -1 - index, day.from());
    double burst = 1;
    for (int i = 0; i < count; i++) {
      if (i % 30 == 0) {
        burst = draws.logNormal(0.7);
      }
      double mean = 300 * Site.load(nanos[i] / 1_000_000_000L) * burst;
      requests[i] = (long) (mean * draws.between(0.6, 1.4));
      queued[i] = (long) (requests[i] / 900.0 * 4 * draws.uniform());
      receive[i] = requests[i] * 180 + draws.below(100);
      send[i] = requests[i] * 140 + draws.below(100);
    }
    String series = "highResMeta" + server.tags();
    points.floats(series, "netRecvBytes", nanos, receive, count);
    points.floats(series, "netSendBytes", nanos, send, count);
    points.floats(series, "queuedRequests", nanos, queued, count);
    points.floats(series, "workRequests", nanos, requests, count);
  }

  /** Slots that {@link #storage} wants. */
  int seconds() {
    return BEFORE + (int) (day.to() - day.from()) + 1;
  }

  private int capacity() {
    return (int) ((day.to() - day.from()) * 1_005 / 1_000) + 4;
  }

  /** Cuts per-second bytes into samples; what no sample of an incident covers is lost. */
  private int samples(long[] nanos, long[] a, long[] slotA, long[] b, long[] slotB) {
    long[] sumA = prefix(a);
    long[] sumB = prefix(b);
    double cadence = server.cadenceMillis();
    long startMillis = site.startSecond() * 1_000;
    long sample = (long) ((day.from() * 1_000 - startMillis) / cadence);
    boolean storage = server.bandwidth() > 0;
    int count = 0;
    long last = time(startMillis, sample - 1);
    for (; ; sample++) {
      long millis = time(startMillis, sample);
      if (millis >= day.to() * 1_000) {
        return count;
      }
      long previous = last;
      last = millis;
      long second = millis / 1_000;
      boolean down = storage && index == site.downServer() && site.down().contains(second);
      boolean lost = second >= site.gap().from() && second < site.gap().to() - BACK_HISTORY_SECONDS;
      if (millis < day.from() * 1_000 || down || lost) {
        continue;
      }
      nanos[count] = (millis + server.clockMillis()) * 1_000_000;
      slotA[count] = until(sumA, millis) - until(sumA, previous);
      slotB[count] = until(sumB, millis) - until(sumB, previous);
      count++;
    }
  }

  private long time(long startMillis, long sample) {
    double exact = startMillis + sample * server.cadenceMillis();
    return (long) (exact / JIFFY_MILLIS) * JIFFY_MILLIS;
  }

  private static long[] prefix(long[] perSecond) {
    long[] sums = new long[perSecond.length + 1];
    for (int i = 0; i < perSecond.length; i++) {
      sums[i + 1] = sums[i] + perSecond[i];
    }
    return sums;
  }

  /** Bytes up to a time, within a second in proportion. */
  private long until(long[] sums, long millis) {
    long since = millis - (day.from() - BEFORE) * 1_000;
    int second = (int) Math.max(0, Math.min(sums.length - 2, since / 1_000));
    long within = Math.max(0, Math.min(1_000, since - second * 1_000L));
    return sums[second] + (sums[second + 1] - sums[second]) * within / 1_000;
  }

  private void addBackground(long[] perSecond, int direction) {
    for (int i = 0; i < perSecond.length; ) {
      long second = day.from() - BEFORE + i;
      long minute = Math.floorDiv(second, 60);
      Draws draws = Draws.of(site.seed(), Draws.Topic.BACKGROUND, index * 2L + direction, minute);
      boolean active = draws.chance(0.05 + 0.2 * Site.load(second));
      double rate = active ? 0.004 * server.bandwidth() * draws.logNormal(1) : 0;
      for (; i < perSecond.length && Math.floorDiv(day.from() - BEFORE + i, 60) == minute; i++) {
        perSecond[i] += (long) (rate * draws.between(0.5, 1.5));
      }
    }
  }
}
