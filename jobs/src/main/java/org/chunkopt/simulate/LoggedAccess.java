package org.chunkopt.simulate;

import java.util.stream.Stream;

/**
 * What an access log says about one file of a job.
 *
 * <p>Assumptions: a random access is consecutive once in fifty times; the processes of a shared
 * file are busy for 92 % of the time of the slowest.
 *
 * @param requests calls
 * @param requestBytes the most common request size
 * @param inOrder calls at a higher offset than the last
 * @param adjacent calls that begin where the last ended
 * @param begin first open, seconds after the start of the job
 * @param end last transfer, likewise
 * @param busySeconds reading or writing, summed over the processes
 * @param metaSeconds opening and closing, likewise
 * @param slowestSeconds of the slowest process of a shared file
 */
record LoggedAccess(
    long requests,
    long requestBytes,
    long inOrder,
    long adjacent,
    double begin,
    double end,
    double busySeconds,
    double metaSeconds,
    double slowestSeconds) {
  /** Seconds of an open or a close. */
  static final double OPEN_SECONDS = 0.0004;

  private static final double BUSY_SHARE = 0.92;

  /**
   * The figures of a file.
   *
   * @param start start of the job, Unix time
   */
  static LoggedAccess of(SimulatedFile file, long start) {
    AccessContext access = file.access();
    long requests = (file.accessBytes() + access.requestBytes() - 1) / access.requestBytes();
    long inOrder = access.sequential() ? Math.max(0, requests - access.processes()) : requests / 2;
    long adjacent =
        access.shared() ? 0 : access.sequential() ? Math.max(0, requests - 1) : requests / 50;
    return new LoggedAccess(
        requests,
        Math.min(access.requestBytes(), file.accessBytes()),
        inOrder,
        adjacent,
        file.accessStart() / SimulatedFile.NANOS - start,
        endNanos(file) / SimulatedFile.NANOS - start,
        file.accessSeconds() * (1 + BUSY_SHARE * (access.processes() - 1)),
        OPEN_SECONDS * access.processes(),
        file.accessSeconds() + OPEN_SECONDS);
  }

  /** Whether the log of the file's job has it: its text cannot hold a path of several lines. */
  static boolean isLogged(SimulatedFile file, byte[] path) {
    boolean oneLine = true;
    for (byte b : path) {
      oneLine &= b != '\n' && b != '\t';
    }
    return file.job().logged() && file.accessed() && oneLine;
  }

  /** Start of a job, Unix time: the second of its first access. */
  static long start(Stream<SimulatedFile> files) {
    return files.mapToLong(file -> second(file.accessStart())).min().orElseThrow();
  }

  /** End of the last transfer, nanoseconds of Unix time. */
  static long endNanos(SimulatedFile file) {
    return file.access().write()
        ? file.mtime()
        : file.accessStart() + (long) (file.accessSeconds() * SimulatedFile.NANOS);
  }

  static long second(long nanos) {
    return Math.floorDiv(nanos, 1_000_000_000L);
  }
}
