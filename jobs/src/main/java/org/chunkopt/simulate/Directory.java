package org.chunkopt.simulate;

import java.io.Serializable;
import org.chunkopt.beegfs.ChunkSize;

/**
 * A directory of files of one application with one pattern.
 *
 * <p>Assumptions: most directories have the default chunk size; experts, who override four times as
 * often, choose what suits their requests to within an octave, the others take larger chunks for
 * larger files; the number of targets is chosen apart from the chunk size.
 *
 * @param index unique in the site
 * @param firstFile index of its first file in the site
 * @param chunkBytes chunk size of new files
 * @param oldChunkBytes chunk size of files created before {@code changedSecond}
 * @param sizeLog2 log2 of the median file size in bytes
 * @param access the access that matters, at the median size
 * @param laterAccess the same of files that are created from {@code habitSecond} on
 * @param habitSecond when the owner's habits change, {@code Long.MAX_VALUE} for never
 * @param jobFiles files that one job creates
 * @param storedShare allocated bytes over size, below 1 on compressing targets
 */
record Directory(
    long index,
    String path,
    long firstFile,
    int files,
    User user,
    Archetype kind,
    Pool pool,
    int targets,
    long chunkBytes,
    long oldChunkBytes,
    long changedSecond,
    double sizeLog2,
    AccessContext access,
    AccessContext laterAccess,
    long habitSecond,
    int jobFiles,
    double storedShare)
    implements Serializable {
  private static final long DEFAULT_CHUNK = ChunkSize.DEFAULT.bytes();
  private static final double EXPERT_ZEAL = 4;

  static Directory of(Site site, long index, String parent, long firstFile, int files, User user) {
    Draws draws = Draws.of(site.seed(), Draws.Topic.DIRECTORY, index);
    Archetype kind = user.kinds()[draws.below(user.kinds().length)];
    return of(site, index, parent, firstFile, files, user, kind, draws);
  }

  /**
   * One of the twins: the pattern of the first changed ten days before the end of the metrics, that
   * of the second did not. One target and large requests make the change matter.
   */
  static Directory twin(
      Site site, long index, String parent, long firstFile, int files, User user, int number) {
    Draws draws = Draws.of(site.seed(), Draws.Topic.DIRECTORY, -1);
    Directory drawn = of(site, index, parent, firstFile, files, user, Archetype.SIMULATION, draws);
    boolean changed = number == 0;
    AccessContext access = new AccessContext(1L << 26, 4L << 20, 1, 1, false, true, true);
    return new Directory(
        index,
        parent + (changed ? "/changed-000" : "/unchanged-001"),
        firstFile,
        files,
        user,
        drawn.kind,
        drawn.pool,
        1,
        changed ? 4L << 20 : DEFAULT_CHUNK,
        DEFAULT_CHUNK,
        site.endSecond() - 10 * Site.DAY_SECONDS,
        26,
        access,
        access,
        Long.MAX_VALUE,
        drawn.jobFiles,
        1);
  }

  /** The same directory, all of whose files get this chunk size. */
  Directory with(long chunk) {
    return at(index, path, chunk);
  }

  /** A new directory in it, for the same kind of files: it has the same pattern. */
  Directory child(long number, String name) {
    return at(number, path + "/" + name, chunkBytes);
  }

  private Directory at(long number, String at, long chunk) {
    return new Directory(
        number,
        at,
        firstFile,
        files,
        user,
        kind,
        pool,
        targets,
        chunk,
        chunk,
        changedSecond,
        sizeLog2,
        access,
        laterAccess,
        habitSecond,
        jobFiles,
        storedShare);
  }

  /** The access that matters to a file that is created in this second, at the median size. */
  AccessContext accessAt(long second) {
    return second < habitSecond ? access : laterAccess;
  }

  /** Chunk size of a file that is created in this second. */
  long chunkBytesAt(long second) {
    return second < changedSecond ? oldChunkBytes : chunkBytes;
  }

  private static Directory of(
      Site site,
      long index,
      String parent,
      long firstFile,
      int files,
      User user,
      Archetype kind,
      Draws draws) {
    boolean flash = draws.chance(kind.flashShare);
    Pool pool = site.pools().get(flash ? site.pools().size() - 1 : 0);
    double sizeLog2 = kind.sizeLog2 + kind.sizeSd * draws.normal();
    int processes = draws.pick(kind.processes);
    int wished = draws.pick(4, 4, 4, 4, 4, 4, 1, 1, 2, 8);
    int targets = Math.min(wished, pool.targets().size());
    AccessContext access =
        new AccessContext(
            (long) StrictMath.pow(2, sizeLog2),
            1024L * draws.pick(kind.requestKib),
            processes,
            targets,
            processes > 1,
            kind.sequential,
            kind.writes);
    Draws habits = Draws.of(site.seed(), Draws.Topic.DIRECTORY, index, 5);
    boolean changes = habits.chance(site.habitsChange());
    long chunk =
        draws.chance(overrideShare(site, user))
            ? override(pool, access, user, draws)
            : DEFAULT_CHUNK;
    return new Directory(
        index,
        parent + "/" + kind.label + "-" + Math.floorMod(index, Project.FILES),
        firstFile,
        files,
        user,
        kind,
        pool,
        targets,
        chunk,
        chunk,
        Long.MIN_VALUE,
        sizeLog2,
        access,
        changes ? changed(access, kind, habits) : access,
        changes ? middleOfTheHistory(site, habits) : Long.MAX_VALUE,
        1 + draws.below(24),
        draws.chance(0.1) ? draws.between(0.35, 0.8) : 1);
  }

  /** Another request size of the kind, a factor of four at least, and other processes if it can. */
  private static AccessContext changed(AccessContext access, Archetype kind, Draws draws) {
    long request = access.requestBytes();
    for (int attempt = 0; attempt < 4 && request == access.requestBytes(); attempt++) {
      long drawn = 1024L * draws.pick(kind.requestKib);
      boolean far = drawn >= 4 * request || 4 * drawn <= request;
      request = far ? drawn : request;
    }
    if (request == access.requestBytes()) {
      request = draws.chance(0.5) ? request * 4 : Math.max(512, request / 4);
    }
    int processes = draws.pick(kind.processes);
    return new AccessContext(
        access.sizeBytes(),
        request,
        processes,
        access.targets(),
        processes > 1,
        access.sequential(),
        access.write());
  }

  /** Up to half of the files are created in the window of the metrics, most others in 30 days. */
  private static long middleOfTheHistory(Site site, Draws draws) {
    double window = site.endSecond() - site.startSecond();
    return (long)
        draws.between(site.startSecond() - 10.0 * Site.DAY_SECONDS, site.endSecond() - window / 3);
  }

  private static double overrideShare(Site site, User user) {
    double mean = 1 - site.defaultShare();
    double expert = Math.min(1, mean * EXPERT_ZEAL);
    double other = (mean - User.EXPERT_SHARE * expert) / (1 - User.EXPERT_SHARE);
    return user.expert() ? expert : other;
  }

  private static long override(Pool pool, AccessContext access, User user, Draws draws) {
    double log2Kib;
    if (draws.chance(0.1)) {
      log2Kib = 6 + draws.below(8);
    } else if (user.expert()) {
      log2Kib = pool.physics().reputedBest(access).log2Kib() + draws.pick(-1, 0, 0, 1);
    } else {
      double sizeLog2 = StrictMath.log(access.sizeBytes()) / StrictMath.log(2);
      log2Kib = 10 + 0.35 * (sizeLog2 - 25) + 1.2 * draws.normal();
    }
    return 1024L << Math.max(6, Math.min(13, Math.round(log2Kib)));
  }
}
