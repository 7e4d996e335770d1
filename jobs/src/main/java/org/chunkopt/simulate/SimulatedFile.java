package org.chunkopt.simulate;

import java.util.Arrays;

/**
 * One regular file with what happened to it. Times are nanoseconds of Unix time.
 *
 * <p>Assumptions: sizes vary by two thirds of an octave around the directory's median, one in fifty
 * far above; a file is written in one go, at the speed the physics gives its chunk size, times the
 * user's, the servers' hour and a log-normal noise; logs are appended to for hours; files that are
 * read were written by one process in 1 MiB requests; one file in 200 was moved here from a
 * directory with the default chunk size.
 *
 * @param index in the site
 * @param ordinal in its directory
 * @param chunkBytes chunk size that it is served with
 * @param listedChunkBytes chunk size that the inventory lists
 * @param written how it was written
 * @param access the access that matters: that write, or a read
 * @param created creation; the write begins within milliseconds
 * @param mtime end of the last write
 * @param writeSeconds seconds spent writing, less than the span for logs
 * @param accessStart begin of the access that matters
 * @param accessSeconds seconds it took
 * @param accessBytes bytes it moved
 * @param accessed whether it took place before the inventory
 */
record SimulatedFile(
    Directory directory,
    JobPlan job,
    long index,
    int ordinal,
    long size,
    long chunkBytes,
    long listedChunkBytes,
    int firstTarget,
    AccessContext written,
    AccessContext access,
    long created,
    long writeStart,
    long mtime,
    double writeSeconds,
    long accessStart,
    double accessSeconds,
    long accessBytes,
    boolean accessed) {
  private static final long LARGEST = 1L << 36;
  private static final double LONGEST_READ_SECONDS = 60;
  private static final double PAGE_CACHE_BYTES_PER_SECOND = 2.5e9;
  static final double NANOS = 1e9;

  static SimulatedFile of(Site site, Directory directory, JobPlan job, int ordinal) {
    return of(site, directory, job, ordinal, directory.firstFile() + ordinal);
  }

  static SimulatedFile of(Site site, Directory directory, JobPlan job, int ordinal, long index) {
    Draws draws = Draws.of(site.seed(), Draws.Topic.FILE, index);
    long size = size(directory, draws);
    int firstTarget = draws.below(directory.pool().targets().size());
    double place = ordinal % directory.jobFiles();
    double start = job.startSecond() + place * job.spacingSeconds() + draws.uniform();
    AccessContext access = directory.accessAt((long) job.startSecond()).withSize(size);
    AccessContext written =
        access.write()
            ? access
            : new AccessContext(size, 1L << 20, 1, access.targets(), false, true, true);
    long pattern = draws.chance(0.005) ? 512L << 10 : directory.chunkBytesAt((long) start);
    long chunk = site.listing().served(pattern);
    long listed = site.listing().listed(site.seed(), index, pattern);

    double speed = speed(site, directory, chunk, size, firstTarget, (long) start, draws);
    double seconds = size / (directory.pool().physics().throughput(written, chunk) * speed);
    boolean appended = directory.kind() == Archetype.LOG && size > 0;
    double span = appended ? seconds + draws.logBetween(600, 40_000) : seconds;
    double latest = site.endSecond() - 1 - span;
    long created = (long) (Math.min(start, latest) * NANOS);
    long writeStart = created + (long) (draws.between(0.001, 0.02) * NANOS);
    long mtime = writeStart + (long) (span * NANOS);
    if (access.write()) {
      return new SimulatedFile(
          directory,
          job,
          index,
          ordinal,
          size,
          chunk,
          listed,
          firstTarget,
          written,
          access,
          created,
          writeStart,
          mtime,
          seconds,
          writeStart,
          seconds,
          size,
          true);
    }

    double readStart =
        Math.max(
            mtime / NANOS + draws.between(5, 60),
            job.readSecond() + place * job.spacingSeconds() + draws.uniform());
    double rate =
        directory.pool().physics().throughput(access, chunk)
            * speed(site, directory, chunk, size, firstTarget, (long) readStart, draws);
    long bytes = size;
    if (!access.sequential()) {
      long requests = (long) (rate * draws.logBetween(1, LONGEST_READ_SECONDS));
      bytes = Math.min(size, Math.max(access.requestBytes(), requests));
    }
    if (job.cached()) {
      rate = PAGE_CACHE_BYTES_PER_SECOND * draws.logNormal(0.2);
    }
    double readSeconds = bytes / rate;
    return new SimulatedFile(
        directory,
        job,
        index,
        ordinal,
        size,
        chunk,
        listed,
        firstTarget,
        written,
        access,
        created,
        writeStart,
        mtime,
        seconds,
        (long) (readStart * NANOS),
        readSeconds,
        bytes,
        readStart + readSeconds < site.endSecond() - 1);
  }

  /** Whether it was written bit by bit over hours. */
  boolean appended() {
    return directory.kind() == Archetype.LOG;
  }

  /** The n-th target in stripe order. */
  Pool.Target target(int n) {
    return target(directory.pool(), firstTarget, n);
  }

  /** Targets that hold a part of it. */
  int targetsWithData() {
    return Physics.targetsWithData(access, chunkBytes);
  }

  /** Expected throughput in MiB/s of its main access if each of the candidates were listed. */
  double[] truth(Site site) {
    Physics physics = directory.pool().physics();
    double[] values = physics.mibPerSecond(access);
    if (site.listing().isSevered()) {
      Arrays.fill(values, physics.throughput(access, chunkBytes) / (1 << 20));
    }
    return values;
  }

  private static Pool.Target target(Pool pool, int first, int n) {
    return pool.targets().get((first + n) % pool.targets().size());
  }

  private static long size(Directory directory, Draws draws) {
    if (draws.chance(0.003)) {
      return 0;
    }
    double log2 = directory.sizeLog2() + 0.66 * draws.normal();
    if (draws.chance(0.02)) {
      log2 += 2 * Math.abs(draws.normal());
    }
    return Math.min(LARGEST, Math.max(1, (long) StrictMath.pow(2, log2)));
  }

  private static double speed(
      Site site, Directory directory, long chunk, long size, int first, long second, Draws draws) {
    int holding = Physics.targetsWithData(directory.access().withSize(size), chunk);
    double sum = 0;
    for (int n = 0; n < holding; n++) {
      sum += site.serverHour(target(directory.pool(), first, n).server(), second);
    }
    return sum / holding * directory.user().speed() * draws.logNormal(site.noiseSd());
  }
}
