package org.chunkopt.simulate;

import java.io.IOException;

/**
 * What each poll of BeeGFS-mon records of one server and day: {@code storage}, {@code meta} and
 * {@code storageTargets}.
 *
 * <p>Assumptions: targets fill slowly, each from a level of its own; the targets of a large site
 * are recorded every sixth poll only, to bound the volume.
 */
final class PollSeries {
  private static final long TARGET_HOURS_AT_FULL_RATE = 200;

  private final Site site;
  private final Polls polls;
  private final Site.Span day;
  private final long[] nanos;
  private int count;

  PollSeries(Site site, Site.Span day) {
    this.site = site;
    this.day = day;
    this.polls = new Polls(site.seed(), site.startSecond());
    this.nanos = new long[(int) ((day.to() - day.from()) / 5) + 2];
    long poll = polls.from(day.from());
    for (; polls.nanos(poll) < day.to() * 1_000_000_000L; poll++) {
      if (!site.gap().contains(polls.second(poll))) {
        nanos[count++] = polls.nanos(poll);
      }
    }
  }

  /** Writes {@code storage}. */
  void storage(Points points, int index) throws IOException {
    Server server = site.storage().get(index);
    long[] direct = new long[count];
    long[] indirect = new long[count];
    long[] free = new long[count];
    long[] total = new long[count];
    Draws draws = Draws.of(site.seed(), Draws.Topic.POLL, index, day.from());
    for (int i = 0; i < count; i++) {
      if (isDown(index, i)) {
        direct[i] = Export.ABSENT;
        indirect[i] = Export.ABSENT;
        free[i] = Export.ABSENT;
        total[i] = Export.ABSENT;
        continue;
      }
      indirect[i] = draws.below((int) (1 + 4 * Site.load(second(i))));
      for (Pool pool : site.pools()) {
        for (Pool.Target target : pool.targets()) {
          if (target.server() == index) {
            total[i] += pool.targetBytes();
            free[i] += free(pool, target, i);
          }
        }
      }
    }
    String series = "storage" + server.tags();
    points.floats(series, "directWorkListSize", nanos, direct, count);
    points.floats(series, "diskSpaceFree", nanos, free, count);
    points.floats(series, "diskSpaceTotal", nanos, total, count);
    points.constant(series, "hostnameid", quoted(server.host()), nanos, free, count);
    points.floats(series, "indirectWorkListSize", nanos, indirect, count);
    points.responding(series, nanos, free, count);
  }

  /** Writes {@code meta}. */
  void metadata(Points points, int index) throws IOException {
    Server server = site.metadata().get(index);
    long[] direct = new long[count];
    long[] indirect = new long[count];
    Draws draws = Draws.of(site.seed(), Draws.Topic.POLL, -1 - index, day.from());
    for (int i = 0; i < count; i++) {
      indirect[i] = draws.below((int) (1 + 6 * Site.load(second(i))));
    }
    String series = "meta" + server.tags();
    points.floats(series, "directWorkListSize", nanos, direct, count);
    points.constant(series, "hostnameid", quoted(server.host()), nanos, direct, count);
    points.floats(series, "indirectWorkListSize", nanos, indirect, count);
    points.responding(series, nanos, direct, count);
  }

  /** Writes {@code storageTargets} of one server. */
  void targets(Points points, int index) throws IOException {
    long targets = site.pools().stream().mapToLong(p -> p.targets().size()).sum();
    long hours = (site.endSecond() - site.startSecond()) / 3_600;
    int every = targets * hours > TARGET_HOURS_AT_FULL_RATE ? 6 : 1;
    for (Pool pool : site.pools()) {
      for (Pool.Target target : pool.targets()) {
        if (target.server() == index) {
          target(points, index, pool, target, every);
        }
      }
    }
  }

  private void target(Points points, int index, Pool pool, Pool.Target target, int every)
      throws IOException {
    long[] times = new long[count];
    long[] free = new long[count];
    long[] total = new long[count];
    long[] inodes = new long[count];
    long[] inodesFree = new long[count];
    int kept = 0;
    for (int i = 0; i < count; i += every) {
      if (!isDown(index, i)) {
        times[kept] = nanos[i];
        free[kept] = free(pool, target, i);
        total[kept] = pool.targetBytes();
        inodes[kept] = pool.targetBytes() >> 14;
        inodesFree[kept] = free[kept] >> 14;
        kept++;
      }
    }
    String series =
        "storageTargets" + site.storage().get(index).tags() + ",storageTargetID=" + target.id();
    points.floats(series, "diskSpaceFree", times, free, kept);
    points.floats(series, "diskSpaceTotal", times, total, kept);
    points.floats(series, "inodesFree", times, inodesFree, kept);
    points.floats(series, "inodesTotal", times, inodes, kept);
    points.constant(series, "targetConsistencyState", "\"GOOD\"", times, free, kept);
  }

  private long free(Pool pool, Pool.Target target, int i) {
    Draws draws = Draws.of(site.seed(), Draws.Topic.SERVER, target.id(), 7);
    double level = draws.between(0.25, 0.5);
    double filled = 0.02 * (second(i) - site.startSecond()) / (30.0 * Site.DAY_SECONDS);
    return (long) (pool.targetBytes() * (level - filled)) / 4096 * 4096;
  }

  private boolean isDown(int index, int i) {
    return index == site.downServer() && site.down().contains(second(i));
  }

  private long second(int i) {
    return nanos[i] / 1_000_000_000L;
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }
}
