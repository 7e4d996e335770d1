package org.chunkopt.pull;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.chunkopt.UserError;
import org.chunkopt.settings.Secret;
import org.chunkopt.settings.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches what ingest takes of a live InfluxDB into export files, one per window of time. Goes on
 * where the files of the directory end, and fills windows between them that are missing.
 */
public final class PullJob {
  private static final Logger LOG = LoggerFactory.getLogger(PullJob.class);

  private final Settings.Influx settings;
  private final Server server;
  private final ExportDirectory exports;

  private PullJob(Settings.Influx settings, Server server, ExportDirectory exports) {
    this.settings = settings;
    this.server = server;
    this.exports = exports;
  }

  /** What a pull fetched. */
  public record Pulled(int windows, long points, long bytes) {}

  /**
   * Pulls every complete window that has no file yet.
   *
   * @param from begin instead of the oldest file or point
   * @param until latest end of a window
   * @throws UserError where settings, server or directory do not allow it; finished windows stay
   */
  public static Pulled run(
      Settings.Influx settings, Secret token, Optional<Instant> from, Instant until) {
    if (settings.directory().isEmpty()) {
      throw UserError.usage(
          "chunkopt.influx.directory is empty. Set it to a directory for the pulled exports.");
    }
    try (Server server = Server.of(settings, token);
        ExportDirectory exports =
            ExportDirectory.open(Path.of(settings.directory()), settings.bucket())) {
      return new PullJob(settings, server, exports).pull(from, until);
    }
  }

  private Pulled pull(Optional<Instant> from, Instant until) {
    NavigableMap<Instant, Instant> done = exports.windows();
    Feeds feeds =
        switch (server.version()) {
          case V2 -> new InfluxTwo(server, settings);
          case V1, AUTO -> InfluxOne.ofVersionOne(server, settings);
          case V3 -> InfluxOne.ofVersionThree(server, settings);
        };
    Instant at =
        floor(from.orElseGet(() -> done.isEmpty() ? oldest(feeds, until) : done.firstKey()));
    Pulled total = new Pulled(0, 0, 0);
    while (true) {
      Instant covered = done.get(at);
      if (covered != null) {
        at = covered;
        continue;
      }
      Instant end = floor(at).plus(settings.window());
      Instant following = done.higherKey(at);
      if (following != null && following.isBefore(end)) {
        end = following;
      }
      if (end.isAfter(until)) {
        return total;
      }
      Pulled window = window(feeds, at, end);
      total =
          new Pulled(
              total.windows() + 1,
              total.points() + window.points(),
              total.bytes() + window.bytes());
      at = end;
    }
  }

  private Pulled window(Feeds feeds, Instant begin, Instant end) {
    AtomicLong points = new AtomicLong();
    long bytes =
        exports.write(
            begin,
            end,
            out -> {
              for (Feed feed : feeds.within(ns(begin), ns(end))) {
                for (long at = ns(begin); at < ns(end); ) {
                  Feed.Page page = feed.read(at, ns(end));
                  out.write(page.text().getBytes(StandardCharsets.UTF_8));
                  points.addAndGet(page.points());
                  at = page.next();
                }
              }
            });
    LOG.info("Pulled {} to {}: {} points, {} bytes.", begin, end, points.get(), bytes);
    return new Pulled(1, points.get(), bytes);
  }

  private Instant oldest(Feeds feeds, Instant until) {
    Instant earliest = until.minus(settings.history());
    return feeds.oldest(ns(earliest), ns(until)).stream()
        .mapToObj(ns -> Instant.ofEpochSecond(0, ns))
        .findFirst()
        .orElseThrow(
            () ->
                server.error(
                    "holds no points of BeeGFS-mon or Telegraf in "
                        + settings.bucket()
                        + " since "
                        + earliest,
                    "Correct chunkopt.influx.bucket, or give --from."));
  }

  /** The begin of the window that an instant is in. */
  private Instant floor(Instant at) {
    Duration past =
        Duration.ofSeconds(Math.floorMod(at.getEpochSecond(), settings.window().toSeconds()));
    return Instant.ofEpochSecond(at.getEpochSecond()).minus(past);
  }

  private static long ns(Instant at) {
    return Math.addExact(Math.multiplyExact(at.getEpochSecond(), 1_000_000_000L), at.getNano());
  }
}
