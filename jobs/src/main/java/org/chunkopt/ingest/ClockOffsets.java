package org.chunkopt.ingest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Estimates how far the clock of each server is from that of InfluxDB. BeeGFS-mon stamps the
 * figures of a second with the server's clock and everything else with InfluxDB's; both tell of the
 * same traffic, so the offset is the shift, in minutes, at which a server's load resembles best
 * what the clients did.
 */
final class ClockOffsets {
  private static final Logger LOG = LoggerFactory.getLogger(ClockOffsets.class);

  private static final int DAY = 1440;

  /** As far as a wrong time zone or a date that is a day or two off. */
  static final int FARTHEST = 2 * DAY;

  static final int LOOK_BACK = 4 * DAY;
  private static final int LEAST_PAIRS = 120;
  private static final double LEAST_CORRELATION = 0.2;

  /** Nine median deviations are six standard ones: none of thousands of shifts by chance. */
  private static final double LEAST_DEVIATIONS = 9;

  /** No shift where the loads resemble almost as well without one. */
  private static final double ENOUGH_OF_BEST = 0.9;

  private ClockOffsets() {}

  /**
   * An estimate.
   *
   * @param minutes that the server's clock is ahead
   * @param correlation of the loads at that shift, -1 where too little is known
   * @param pairs minutes compared, 0 where they are too few
   */
  record Offset(int minutes, double correlation, int pairs) {}

  /**
   * How the logarithm of a load changed from one minute to the next; NaN where that is not known.
   * The changes, because the days of all servers resemble each other at every shift.
   */
  private record Loads(long first, double[] values) {
    static Loads of(List<Long> minutes, List<Double> loads) {
      long first = minutes.get(0);
      double[] values = new double[(int) (minutes.get(minutes.size() - 1) - first) + 1];
      Arrays.fill(values, Double.NaN);
      for (int i = 0; i < loads.size(); i++) {
        // Bursts differ by orders of magnitude; a few of them would decide everything.
        values[(int) (minutes.get(i) - first)] = Math.log1p(loads.get(i));
      }
      for (int i = values.length - 1; i > 0; i--) {
        values[i] -= values[i - 1];
      }
      values[0] = Double.NaN;
      return new Loads(first, values);
    }

    static Loads of(TreeMap<Long, Double> byMinute) {
      return of(List.copyOf(byMinute.keySet()), List.copyOf(byMinute.values()));
    }
  }

  /**
   * Says whose clocks are off by a minute or more.
   *
   * @param packed rows of {@link ClockLoads.Sums}, of {@link #LOOK_BACK} minutes
   */
  static List<String> warnings(List<Row> packed) {
    ClockLoads loads = ClockLoads.of(packed, LOOK_BACK);
    int compared = 0;
    List<String> warnings = new ArrayList<>();
    for (String kind : loads.ofClients().keySet()) {
      Loads ofClients = Loads.of(loads.ofClients().get(kind));
      SortedMap<Integer, TreeMap<Long, Double>> ofServers =
          loads.ofServers().getOrDefault(kind, new TreeMap<>());
      for (Map.Entry<Integer, TreeMap<Long, Double>> server : ofServers.entrySet()) {
        Optional<Offset> offset = estimate(Loads.of(server.getValue()), ofClients);
        compared += offset.isPresent() ? 1 : 0;
        offset
            .filter(found -> found.minutes() != 0)
            .ifPresent(found -> warnings.add(sentence(kind, server.getKey(), found)));
      }
    }
    LOG.info(
        "Clocks of {} servers compared with InfluxDB's: {} are off by a minute or more.",
        compared,
        warnings.size());
    return warnings;
  }

  /**
   * The shift of the server's minutes against the clients'; empty where the loads do not tell.
   *
   * @param minutes of the server, ascending, with {@code loads}
   * @param clientMinutes of its clients, ascending, with {@code clientLoads}
   */
  static Optional<Offset> estimate(
      List<Long> minutes, List<Double> loads, List<Long> clientMinutes, List<Double> clientLoads) {
    return estimate(Loads.of(minutes, loads), Loads.of(clientMinutes, clientLoads));
  }

  private static Optional<Offset> estimate(Loads server, Loads clients) {
    Offset none = at(0, server, clients);
    if (none.correlation() >= ENOUGH_OF_BEST) {
      return Optional.of(none);
    }
    Offset best = none;
    double[] all = new double[2 * FARTHEST + 1];
    int compared = 0;
    for (int shift = -FARTHEST; shift <= FARTHEST; shift++) {
      Offset offset = at(shift, server, clients);
      if (offset.pairs() > 0) {
        all[compared++] = offset.correlation();
        best = offset.correlation() > best.correlation() ? offset : best;
      }
    }
    if (compared == 0 || !standsOut(best.correlation(), Arrays.copyOf(all, compared))) {
      return Optional.empty();
    }
    return Optional.of(none.correlation() >= ENOUGH_OF_BEST * best.correlation() ? none : best);
  }

  /** Of thousands of shifts one is always the best, so it must be better than the usual by far. */
  private static boolean standsOut(double best, double[] all) {
    double usual = median(all);
    double spread = median(Arrays.stream(all).map(one -> Math.abs(one - usual)).toArray());
    return best >= LEAST_CORRELATION && best - usual > LEAST_DEVIATIONS * spread;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private static Offset at(int shift, Loads server, Loads clients) {
    int least = Math.max(LEAST_PAIRS, Math.min(server.values.length, clients.values.length) / 4);
    int n = 0;
    double sumX = 0;
    double sumY = 0;
    double sumXx = 0;
    double sumYy = 0;
    double sumXy = 0;
    // The minutes that both have.
    int behind = (int) (server.first - shift - clients.first);
    int from = Math.max(0, -behind);
    int to = Math.min(server.values.length, clients.values.length - behind);
    for (int i = from; i < to; i++) {
      double x = server.values[i];
      double y = clients.values[i + behind];
      if (x == x && y == y) {
        n++;
        sumX += x;
        sumY += y;
        sumXx += x * x;
        sumYy += y * y;
        sumXy += x * y;
      }
    }
    double spread = (sumXx - sumX * sumX / n) * (sumYy - sumY * sumY / n);
    return n < least || !(spread > 1e-9)
        ? new Offset(shift, -1, 0)
        : new Offset(shift, (sumXy - sumX * sumY / n) / Math.sqrt(spread), n);
  }

  private static String sentence(String kind, int id, Offset offset) {
    return String.format(
        Locale.ROOT,
        "The clock of %s server %d is %d min %s InfluxDB's (correlation of the loads %.2f over %d"
            + " minutes): its throughput is counted in the wrong minutes. Set the clock.",
        kind,
        id,
        Math.abs(offset.minutes()),
        offset.minutes() < 0 ? "behind" : "ahead of",
        offset.correlation(),
        offset.pairs());
  }
}
