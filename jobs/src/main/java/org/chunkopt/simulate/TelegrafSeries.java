package org.chunkopt.simulate;

import java.io.IOException;

/**
 * Telegraf's view of one host and day, every ten seconds on the wall clock: cpu, mem, ping, net,
 * and infiniband where clients come by RDMA. It does not stop when BeeGFS-mon does.
 *
 * <p>Assumptions: processors and interfaces follow the load of the hour with noise, not the single
 * files; a host that is down reports nothing, and its ping is lost.
 */
record TelegrafSeries(Site site, Server server, boolean down, Site.Span day) {
  private static final int INTERVAL = 10;
  private static final long MEMORY = 201_326_592_000L;

  void write(Points points) throws IOException {
    int capacity = (int) ((day.to() - day.from()) / INTERVAL) + 1;
    long[] nanos = new long[capacity];
    long[] idle = new long[capacity];
    long[] iowait = new long[capacity];
    long[] system = new long[capacity];
    long[] user = new long[capacity];
    long[] available = new long[capacity];
    long[] total = new long[capacity];
    long[] usedPercent = new long[capacity];
    long[] received = new long[capacity];
    long[] sent = new long[capacity];
    long[] ping = new long[capacity];
    int count = 0;
    Draws draws = Draws.of(site.seed(), Draws.Topic.TELEGRAF, server.host().hashCode(), day.from());
    double base = Draws.of(site.seed(), Draws.Topic.TELEGRAF, server.host().hashCode()).uniform();
    for (long t = Math.floorDiv(day.from() + 9, INTERVAL) * INTERVAL; t < day.to(); t += INTERVAL) {
      int i = count++;
      double load = Site.load(t);
      nanos[i] = t * 1_000_000_000L;
      user[i] = percent(2 + 12 * load * draws.logNormal(0.4));
      system[i] = percent(3 + 18 * load * draws.logNormal(0.4));
      iowait[i] = percent(1 + 10 * load * draws.logNormal(0.6));
      idle[i] = Math.max(0, 100_000_000 - user[i] - system[i] - iowait[i]);
      double used = Math.min(0.95, 0.3 + 0.3 * base + 0.15 * load + 0.02 * draws.uniform());
      total[i] = MEMORY;
      available[i] = (long) (MEMORY * (1 - used)) / 4096 * 4096;
      usedPercent[i] = percent(100 * used);
      received[i] = counter(t, 0.05, draws);
      sent[i] = counter(t, 0.08, draws);
      ping[i] = percent((server.rdma() ? 0.06 : 0.12) * (1 + load) * draws.logNormal(0.2));
      if (down && site.down().contains(t)) {
        nanos[i] = 0;
        count--;
      }
    }
    String host = ",host=" + server.host();
    String cpu = "cpu,cpu=cpu-total" + host;
    points.fractions(cpu, "usage_idle", nanos, idle, count);
    points.fractions(cpu, "usage_iowait", nanos, iowait, count);
    points.fractions(cpu, "usage_system", nanos, system, count);
    points.fractions(cpu, "usage_user", nanos, user, count);
    if (server.rdma()) {
      String port = "infiniband,device=mlx5_0" + host + ",port=1";
      points.integers(port, "port_rcv_data", nanos, words(received, count), count);
      points.integers(port, "port_xmit_data", nanos, words(sent, count), count);
    }
    points.integers("mem" + host, "available", nanos, available, count);
    points.integers("mem" + host, "total", nanos, total, count);
    points.fractions("mem" + host, "used_percent", nanos, usedPercent, count);
    String net = "net" + host + ",interface=eth0";
    long[] zero = new long[count];
    points.integers(
        net, "bytes_recv", nanos, server.rdma() ? idleNet(nanos, count) : received, count);
    points.integers(net, "bytes_sent", nanos, server.rdma() ? idleNet(nanos, count) : sent, count);
    String pinged = "ping,host=mon01,url=" + server.host();
    points.fractions(pinged, "average_response_ms", nanos, ping, count);
    points.integers(pinged, "result_code", nanos, zero, count);
  }

  /** A counter that never falls: the integral of the load, and less noise than it grows. */
  private long counter(long second, double share, Draws draws) {
    double rate = share * Math.max(2e8, server.bandwidth());
    double since = second - site.startSecond() + 1_000_000.0;
    double angle = (Math.floorMod(second, Site.DAY_SECONDS) / 3_600.0 - 15) / 12 * Math.PI;
    double wave = 0.4 * StrictMath.sin(angle) * Site.DAY_SECONDS / (2 * Math.PI);
    return (long) (rate * (0.6 * since + wave + 1.5 * draws.uniform()));
  }

  private long[] idleNet(long[] nanos, int count) {
    long[] bytes = new long[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (nanos[i] / 1_000_000_000L - site.startSecond() + 1_000_000) * 2_200;
    }
    return bytes;
  }

  /** InfiniBand ports count words of four bytes. */
  private static long[] words(long[] bytes, int count) {
    long[] words = new long[count];
    for (int i = 0; i < count; i++) {
      words[i] = bytes[i] / 4;
    }
    return words;
  }

  /** A value with four digits after the point, in millionths. */
  private static long percent(double value) {
    return Math.round(value * 1e4) * 100;
  }
}
