package org.chunkopt.simulate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * The traffic of all files of a site in the memory of one process: bytes by storage server and
 * second, and storage operations by user and minute. About 3 MB per server and day.
 */
final class SiteTraffic implements Traffic.Flow {
  private static final long OUTAGE_MARGIN_SECONDS = 10;

  private final Site site;
  private final Polls polls;
  private final long origin;
  private final long[][] read;
  private final long[][] written;

  /** Bytes read, bytes written, reads and writes by user and minute since 1970. */
  private final Map<Long, Map<Long, long[]>> users = new TreeMap<>();

  private SiteTraffic(Site site) {
    this.site = site;
    this.polls = new Polls(site.seed(), site.startSecond());
    this.origin = site.startSecond() - ServerSeries.BEFORE;
    int seconds = (int) (site.endSecond() - origin);
    this.read = new long[site.storage().size()][seconds];
    this.written = new long[site.storage().size()][seconds];
  }

  /** Draws all files of the site and adds up what they leave in the metrics, on all cores. */
  static SiteTraffic of(Site site) {
    int parts = Math.min(4, Runtime.getRuntime().availableProcessors());
    return IntStream.range(0, parts)
        .parallel()
        .mapToObj(
            part -> {
              LongStream own =
                  LongStream.iterate(part, i -> i < Project.count(site), i -> i + parts);
              return of(
                  site,
                  () ->
                      own.boxed()
                          .flatMap(i -> Project.of(site, i).files(site).stream())
                          .iterator());
            })
        .reduce(SiteTraffic::plus)
        .orElseThrow();
  }

  /** Adds up what these files leave in the metrics. */
  static SiteTraffic of(Site site, Iterable<SimulatedFile> files) {
    SiteTraffic sums = new SiteTraffic(site);
    Traffic traffic = new Traffic(site);
    files.forEach(file -> traffic.add(file, sums));
    return sums;
  }

  @Override
  public void server(int index, long second, long bytes, boolean write) {
    (write ? written : read)[index][(int) (second - origin)] += bytes;
  }

  @Override
  public void clients(int byNode, SimulatedFile file, long poll, long[] amounts) {
    long second = polls.second(poll);
    boolean doubtful =
        second >= site.down().from() - OUTAGE_MARGIN_SECONDS
            && second < site.down().to() + OUTAGE_MARGIN_SECONDS;
    if (byNode == Traffic.STORAGE_BY_NODE && !doubtful && !site.gap().contains(second)) {
      add(file.directory().user().uid(), second / 60, amounts);
    }
  }

  /** Rows of {@code client_minutes}: the storage operations of the users. */
  List<Row> clientRows() {
    List<Row> rows = new ArrayList<>();
    users.forEach(
        (uid, minutes) ->
            minutes.forEach(
                (minute, n) ->
                    rows.add(
                        RowFactory.create(
                            "user",
                            "storage",
                            Long.toString(uid),
                            new java.sql.Timestamp(minute * 60_000),
                            (double) n[0],
                            (double) n[2],
                            (double) n[1],
                            (double) n[3],
                            null,
                            0.0,
                            0.0,
                            (double) (n[2] + n[3])))));
    return rows;
  }

  /** The figures of a storage server, its targets and its host. */
  ServerMinutes storage(int index) {
    Server server = site.storage().get(index);
    ServerMinutes minutes = new ServerMinutes(site, server, true);
    try {
      for (int day = 0; day < site.days(); day++) {
        Site.Span span = site.day(day);
        ServerSeries series = new ServerSeries(site, server, index, span);
        series.storage(minutes, day(read[index], span), day(written[index], span));
        PollSeries polled = new PollSeries(site, span);
        polled.storage(minutes, index);
        polled.targets(minutes, index);
        new TelegrafSeries(site, server, index == site.downServer(), span).write(minutes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return minutes;
  }

  /** The figures of a metadata server and its host. */
  ServerMinutes metadata(int index) {
    Server server = site.metadata().get(index);
    ServerMinutes minutes = new ServerMinutes(site, server, false);
    try {
      for (int day = 0; day < site.days(); day++) {
        Site.Span span = site.day(day);
        new ServerSeries(site, server, index, span).metadata(minutes);
        new PollSeries(site, span).metadata(minutes, index);
        new TelegrafSeries(site, server, false, span).write(minutes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return minutes;
  }

  /** The seconds that {@link ServerSeries} wants of a day. */
  private long[] day(long[] seconds, Site.Span span) {
    int from = (int) (span.from() - ServerSeries.BEFORE - origin);
    int to = (int) (span.to() - origin);
    long[] day = Arrays.copyOfRange(seconds, from, to);
    return Arrays.copyOf(day, day.length + 1);
  }

  private SiteTraffic plus(SiteTraffic other) {
    for (int server = 0; server < read.length; server++) {
      for (int second = 0; second < read[server].length; second++) {
        read[server][second] += other.read[server][second];
        written[server][second] += other.written[server][second];
      }
    }
    other.users.forEach(
        (uid, minutes) -> minutes.forEach((minute, amounts) -> add(uid, minute, amounts)));
    return this;
  }

  private void add(long uid, long minute, long[] amounts) {
    long[] sums =
        users
            .computeIfAbsent(uid, user -> new TreeMap<>())
            .computeIfAbsent(minute, m -> new long[amounts.length]);
    for (int i = 0; i < sums.length; i++) {
      sums[i] += amounts[i];
    }
  }
}
