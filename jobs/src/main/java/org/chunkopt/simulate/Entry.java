package org.chunkopt.simulate;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One record of the inventory: a file or a directory.
 *
 * <p>Assumption: the id generator of a metadata server takes a new base time every 63 s, so that an
 * entry is created 1 to 64 s after the time in its EntryID, as measured on a real one.
 *
 * @param path bytes inside the file system, with a leading slash
 * @param idCounter first part of the EntryID; negative for the root
 * @param idBase second part, Unix seconds
 * @param targets storage targets in stripe order; empty for a directory
 * @param failed whether the entry had vanished when its pattern was asked for
 */
record Entry(
    byte[] path,
    boolean isFile,
    long inode,
    long size,
    long blocks,
    long atime,
    long mtime,
    long ctime,
    long uid,
    long gid,
    int links,
    long idCounter,
    long idBase,
    Server metadata,
    long chunkBytes,
    int desiredTargets,
    List<Pool.Target> targets,
    Pool pool,
    boolean failed) {
  private static final long PERIOD = 63;
  private static final int VANISHED_ONE_IN = 25_000;

  static Entry of(Site site, SimulatedFile file, byte[] path) {
    Directory directory = file.directory();
    Draws draws = Draws.of(site.seed(), Draws.Topic.FILE, file.index(), 2);
    Server metadata = metadata(site, directory.index());
    boolean readLater = !file.access().write() && file.accessed() && !file.job().cached();
    long atime =
        readLater
            ? file.accessStart() + (long) (file.accessSeconds() * SimulatedFile.NANOS)
            : file.mtime();
    long stored = (long) StrictMath.ceil(file.size() * directory.storedShare() / 4096);
    return new Entry(
        path,
        true,
        4_611_686_018_427_387_904L + file.index() + 1,
        file.size(),
        stored * 8,
        atime,
        file.mtime(),
        file.mtime(),
        directory.user().uid(),
        directory.user().gid(),
        1,
        file.index() + 1,
        baseTime(file.created(), metadata),
        metadata,
        file.listedChunkBytes(),
        directory.targets(),
        IntStream.range(0, directory.targets()).mapToObj(file::target).toList(),
        directory.pool(),
        draws.chance(1.0 / VANISHED_ONE_IN));
  }

  /**
   * A directory.
   *
   * @param number unique among the directories of the site, from 0 for the root
   */
  static Entry of(
      Site site, String path, long number, User owner, long chunkBytes, int targets, Pool pool) {
    Draws draws = Draws.of(site.seed(), Draws.Topic.DIRECTORY, number, 2);
    Server metadata = metadata(site, number);
    double age = draws.between(31, 700) * Site.DAY_SECONDS;
    long created = (long) ((site.endSecond() - age) * SimulatedFile.NANOS);
    long changed = (long) ((site.endSecond() - age * draws.uniform()) * SimulatedFile.NANOS);
    return new Entry(
        path.getBytes(StandardCharsets.US_ASCII),
        false,
        number + 2,
        draws.below(60),
        0,
        changed,
        changed,
        changed,
        owner.uid(),
        owner.gid(),
        2,
        number == 0 ? -1 : site.files() + number,
        baseTime(created, metadata),
        metadata,
        chunkBytes,
        targets,
        List.of(),
        pool,
        false);
  }

  /** The same path, created anew at another time or with another chunk size. */
  Entry with(long counter, long base, long changed, long chunk) {
    return new Entry(
        path,
        isFile,
        inode,
        size,
        blocks,
        atime,
        isFile ? mtime : changed,
        changed,
        uid,
        gid,
        links,
        counter,
        base,
        metadata,
        chunk,
        desiredTargets,
        targets,
        pool,
        failed);
  }

  /** The time an id generator has as its base: 1 to 64 s before a creation in nanoseconds. */
  static long baseTime(long createdNanos, Server metadata) {
    long phase = metadata.numId() * 17L % PERIOD;
    long since = createdNanos - (phase + 1) * 1_000_000_000L;
    return Math.floorDiv(since, PERIOD * 1_000_000_000L) * PERIOD + phase;
  }

  private static Server metadata(Site site, long directory) {
    return site.metadata().get((int) Math.floorMod(directory, (long) site.metadata().size()));
  }
}
