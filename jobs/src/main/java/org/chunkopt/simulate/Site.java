package org.chunkopt.simulate;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.chunkopt.UserError;
import org.chunkopt.settings.Settings;

/**
 * The site as drawn from the seed: pools with their physics, servers, window, incidents.
 *
 * <p>Assumptions: a target delivers a per-server and per-hour effect of its own, log-normal; most
 * servers are reached over TCP, the flash servers of a mixed site over RDMA; clocks differ by less
 * than half a second; the load follows the hour of the day; one storage server is down for about a
 * minute, and for some minutes nothing is recorded at all.
 *
 * @param loggedShare share of all jobs that have an access log
 * @param loggingUsers how many users load the tool that writes access logs, 0 for two of three
 * @param habitsChange share of the directories whose use changes in the middle of the history
 * @param possibleShare share of the jobs of users who load the tool for it
 * @param startSecond first second of the metrics, Unix time
 * @param endSecond end of the metrics and time of the inventory
 * @param noiseSd standard deviation of the natural log of one measurement
 * @param serverHourSd standard deviation of the log2 of a server's effect in one hour
 * @param down storage server (index) that fails, and when
 * @param gap when nothing is recorded
 * @param listing what the inventory says about chunk sizes
 */
record Site(
    long seed,
    long files,
    int users,
    double defaultShare,
    double loggedShare,
    int loggingUsers,
    double habitsChange,
    double possibleShare,
    String mount,
    Settings.Cli cli,
    long startSecond,
    long endSecond,
    List<Pool> pools,
    List<Server> storage,
    List<Server> metadata,
    double noiseSd,
    double serverHourSd,
    int downServer,
    Span down,
    Span gap,
    Listing listing)
    implements Serializable {
  static final long DAY_SECONDS = 86_400;
  private static final long DISK_BYTES = 120_000_000_000_000L;
  private static final long FLASH_BYTES = 15_360_000_000_000L;

  /** Seconds of Unix time, the end excluded. */
  record Span(long from, long to) implements Serializable {
    boolean contains(long second) {
      return second >= from && second < to;
    }
  }

  /**
   * Draws the site.
   *
   * @throws UserError if {@code simulate.end} is missing
   */
  static Site of(Settings settings) {
    Settings.Simulate wanted = settings.simulate();
    long end = wanted.end().getEpochSecond();
    if (end <= 0) {
      throw UserError.usage("simulate.end is empty. Set it to an instant: 2026-11-23T00:00:00Z.");
    }
    long seed = settings.run().seed();
    long seconds = wanted.hours() * 3_600L;
    long start = end - seconds;
    List<Pool> pools = pools(seed, wanted);
    Draws draws = Draws.of(seed, Draws.Topic.SITE, 0);
    long downFrom = start + seconds * 2 / 5;
    long gapFrom = start + seconds * 7 / 10;
    Site site =
        new Site(
            seed,
            wanted.files(),
            wanted.users(),
            wanted.defaultShare(),
            wanted.darshanShare(),
            wanted.loggingUsers(),
            wanted.habitsChange(),
            IntStream.range(0, wanted.users())
                .filter(index -> User.isLogging(index, wanted.loggingUsers()))
                .mapToDouble(index -> User.share(index, wanted.users()))
                .sum(),
            settings.beegfs().mount(),
            wanted.inventory(),
            start,
            end,
            pools,
            storageServers(seed, wanted, pools),
            metadataServers(seed, wanted.metadataServers()),
            draws.between(0.06, 0.10),
            draws.between(0.10, 0.20),
            draws.below(wanted.storageServers()),
            new Span(downFrom, downFrom + 45 + draws.below(45)),
            new Span(gapFrom, gapFrom + Math.min(600, seconds / 20)),
            new Listing(wanted.control()));
    return wanted.control() == Settings.Control.PERMUTED
        ? site.with(start, end, site.listing.sampled(site))
        : site;
  }

  /** The same site with the metrics of as many hours before another end. */
  Site until(long second) {
    return with(second - (endSecond - startSecond), second, listing);
  }

  private Site with(long start, long end, Listing other) {
    return new Site(
        seed,
        files,
        users,
        defaultShare,
        loggedShare,
        loggingUsers,
        habitsChange,
        possibleShare,
        mount,
        cli,
        start,
        end,
        pools,
        storage,
        metadata,
        noiseSd,
        serverHourSd,
        downServer,
        down,
        gap,
        other);
  }

  /** Whether this user loads the tool that writes access logs. */
  boolean isLogging(int user) {
    return User.isLogging(user, loggingUsers);
  }

  /**
   * Share of a user's jobs that are logged. Users who do not load the tool for it have none, unless
   * more logs are wanted than the others have jobs and the settings do not say how many have any.
   */
  double loggedShare(User user) {
    if (user.logging()) {
      return Math.min(1, loggedShare / possibleShare);
    }
    return loggingUsers > 0
        ? 0
        : Math.max(0, loggedShare - possibleShare) / Math.max(1e-9, 1 - possibleShare);
  }

  /** UTC days that the metrics touch. */
  int days() {
    return (int) ((endSecond - 1) / DAY_SECONDS - startSecond / DAY_SECONDS) + 1;
  }

  /** The part of the metrics in one UTC day. */
  Span day(int index) {
    long midnight = (startSecond / DAY_SECONDS + index) * DAY_SECONDS;
    return new Span(Math.max(startSecond, midnight), Math.min(endSecond, midnight + DAY_SECONDS));
  }

  /** The factor by which a storage server is faster or slower in this hour. */
  double serverHour(int server, long second) {
    Draws draws = Draws.of(seed, Draws.Topic.SERVER_HOUR, server, Math.floorDiv(second, 3_600));
    return StrictMath.pow(2, serverHourSd * draws.normal());
  }

  /** Load of the hour of the day, 0 to 1: highest in the afternoon (UTC). */
  static double load(long second) {
    double hour = Math.floorMod(second, DAY_SECONDS) / 3_600.0;
    return 0.6 + 0.4 * StrictMath.cos((hour - 15) / 12 * Math.PI);
  }

  private static List<Pool> pools(long seed, Settings.Simulate wanted) {
    boolean mixed = wanted.hardware() == Settings.Hardware.MIXED;
    List<Pool.Target> disks = new ArrayList<>();
    List<Pool.Target> flash = new ArrayList<>();
    int servers = wanted.storageServers();
    for (int t = 0; t < wanted.targetsPerServer(); t++) {
      for (int s = 0; s < servers; s++) {
        boolean isFlash =
            mixed ? s >= (servers + 1) / 2 : wanted.hardware() == Settings.Hardware.FLASH;
        (isFlash ? flash : disks).add(new Pool.Target(targetId(wanted, s, t), s));
      }
    }
    List<Pool> pools = new ArrayList<>();
    if (!disks.isEmpty()) {
      Physics physics = physics(wanted, false, Draws.of(seed, Draws.Topic.PHYSICS, 0));
      pools.add(new Pool(1, "Default", physics, List.copyOf(disks), DISK_BYTES));
    }
    if (!flash.isEmpty()) {
      Physics physics = physics(wanted, true, Draws.of(seed, Draws.Topic.PHYSICS, 1));
      String alias = pools.isEmpty() ? "Default" : "flash";
      long capacity = mixed && wanted.equalCapacity() ? DISK_BYTES : FLASH_BYTES;
      pools.add(new Pool(pools.size() + 1, alias, physics, List.copyOf(flash), capacity));
    }
    return List.copyOf(pools);
  }

  private static Physics physics(Settings.Simulate wanted, boolean flash, Draws draws) {
    Physics law =
        switch (wanted.law()) {
          case ROUNDS -> flash ? Rounds.flash(draws) : Rounds.disks(draws);
          case PIPELINED -> flash ? Pipelined.flash(draws) : Pipelined.disks(draws);
          case WINDOW -> flash ? Window.flash(draws) : Window.disks(draws);
          case READ_AHEAD -> flash ? ReadAhead.flash(draws) : ReadAhead.disks(draws);
          case MERGING -> flash ? Merging.flash(draws) : Merging.disks(draws);
          case BUFFERS -> flash ? Buffers.flash(draws) : Buffers.disks(draws);
          case TARGET_CACHE -> flash ? TargetCache.flash(draws) : TargetCache.disks(draws);
          case SPLINE -> flash ? Spline.flash(draws) : Spline.disks(draws);
          case COMPOSITE -> flash ? Composite.flash(draws) : Composite.disks(draws);
        };
    return wanted.control() == Settings.Control.FLAT ? new ChunkBlind(law) : law;
  }

  private static int targetId(Settings.Simulate wanted, int server, int target) {
    boolean readable = wanted.storageServers() <= 600;
    return readable
        ? (server + 1) * 100 + target + 1
        : server * wanted.targetsPerServer() + target + 1;
  }

  private static List<Server> storageServers(
      long seed, Settings.Simulate wanted, List<Pool> pools) {
    List<Server> servers = new ArrayList<>();
    for (int s = 0; s < wanted.storageServers(); s++) {
      int index = s;
      Pool pool =
          pools.stream()
              .filter(p -> p.targets().stream().anyMatch(t -> t.server() == index))
              .findFirst()
              .orElseThrow();
      boolean rdma = wanted.hardware() == Settings.Hardware.MIXED && pool.id() == 2;
      double bandwidth = wanted.targetsPerServer() * pool.physics().targetBytesPerSecond();
      servers.add(server(seed, "storage", s, rdma, bandwidth));
    }
    return List.copyOf(servers);
  }

  private static List<Server> metadataServers(long seed, int count) {
    List<Server> servers = new ArrayList<>();
    for (int m = 0; m < count; m++) {
      servers.add(server(seed, "meta", m, false, 0));
    }
    return List.copyOf(servers);
  }

  /** The second metadata server has a name that needs escapes in line protocol. */
  private static Server server(long seed, String kind, int index, boolean rdma, double bandwidth) {
    Draws draws = Draws.of(seed, Draws.Topic.SERVER, index, kind.length());
    String host = kind + (index < 9 ? "0" : "") + (index + 1);
    String name = kind.equals("meta") && index == 1 ? host + " rack=B,u7" : host;
    return new Server(
        name,
        index + 1,
        host,
        Math.round(draws.between(-400, 400)),
        draws.between(995.8, 996.6),
        rdma,
        bandwidth);
  }
}
