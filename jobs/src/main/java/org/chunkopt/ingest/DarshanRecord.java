package org.chunkopt.ingest;

import java.nio.charset.StandardCharsets;

/**
 * The POSIX counters of one file and one rank, as {@code darshan-parser} prints them. Darshan
 * writes -1 where a counter was not taken; it counts as nothing here.
 */
final class DarshanRecord {
  /** The counters that are used, as darshan-parser names them: first the counts, then the times. */
  private enum Counter {
    POSIX_OPENS,
    POSIX_READS,
    POSIX_WRITES,
    POSIX_BYTES_READ,
    POSIX_BYTES_WRITTEN,
    POSIX_SEQ_READS,
    POSIX_SEQ_WRITES,
    POSIX_CONSEC_READS,
    POSIX_CONSEC_WRITES,
    POSIX_ACCESS1_ACCESS,
    POSIX_ACCESS1_COUNT,
    POSIX_F_OPEN_START_TIMESTAMP,
    POSIX_F_CLOSE_END_TIMESTAMP,
    /** Logs of the first POSIX module, before Darshan 3.1.3, have no START and END of these. */
    POSIX_F_OPEN_TIMESTAMP,
    POSIX_F_CLOSE_TIMESTAMP,
    POSIX_F_READ_END_TIMESTAMP,
    POSIX_F_WRITE_END_TIMESTAMP,
    POSIX_F_READ_TIME,
    POSIX_F_WRITE_TIME,
    POSIX_F_META_TIME,
    POSIX_F_SLOWEST_RANK_TIME,
    OTHER
  }

  /** No file system has moved more bytes, or done more calls: 2^60. */
  static final long MAX_COUNT = 1L << 60;

  /** The times of a merged record are sums over all processes. */
  private static final double MAX_SECONDS = 1e12;

  /** Seconds since the start of the job. */
  private static final double MAX_TIMESTAMP = 1e9;

  private static final Words<Counter> COUNTERS = new Words<>(Counter.values(), Counter.OTHER);

  // Up to 15 digits and a point: the digits are an integer that a double holds exactly.
  private static final int EXACT_DIGITS = 16;
  private static final long[] SCALES = new long[EXACT_DIGITS];

  static {
    SCALES[0] = 1;
    for (int i = 1; i < EXACT_DIGITS; i++) {
      SCALES[i] = 10 * SCALES[i - 1];
    }
  }

  long opens;
  long reads;
  long writes;
  long bytesRead;
  long bytesWritten;
  long sequentialReads;
  long sequentialWrites;
  long consecutiveReads;
  long consecutiveWrites;
  long commonRequestBytes;
  long commonRequestCount;
  double openStart;
  double closeEnd;
  double readEnd;
  double writeEnd;
  double readSeconds;
  double writeSeconds;
  double metaSeconds;
  double slowestRankSeconds;

  /**
   * Takes a counter; one that is not used is passed over.
   *
   * @return whether the value can be one of that counter; users write these logs, so a sum over
   *     many must not overflow
   */
  boolean take(byte[] bytes, int nameFrom, int nameTo, int valueTo) {
    Counter counter = COUNTERS.find(bytes, nameFrom, nameTo);
    int from = nameTo + 1;
    if (counter.ordinal() < Counter.POSIX_F_OPEN_START_TIMESTAMP.ordinal()) {
      long count = count(bytes, from, valueTo);
      take(counter, Math.max(0, count));
      return count != Ascii.NO_NUMBER && count <= MAX_COUNT;
    }
    if (counter != Counter.OTHER) {
      double seconds = seconds(bytes, from, valueTo);
      take(counter, Math.max(0, seconds));
      return Math.abs(seconds)
          <= (counter.ordinal() < Counter.POSIX_F_READ_TIME.ordinal()
              ? MAX_TIMESTAMP
              : MAX_SECONDS);
    }
    return true;
  }

  private void take(Counter counter, long count) {
    switch (counter) {
      case POSIX_OPENS -> opens = count;
      case POSIX_READS -> reads = count;
      case POSIX_WRITES -> writes = count;
      case POSIX_BYTES_READ -> bytesRead = count;
      case POSIX_BYTES_WRITTEN -> bytesWritten = count;
      case POSIX_SEQ_READS -> sequentialReads = count;
      case POSIX_SEQ_WRITES -> sequentialWrites = count;
      case POSIX_CONSEC_READS -> consecutiveReads = count;
      case POSIX_CONSEC_WRITES -> consecutiveWrites = count;
      case POSIX_ACCESS1_ACCESS -> commonRequestBytes = count;
      case POSIX_ACCESS1_COUNT -> commonRequestCount = count;
      default -> throw new IllegalArgumentException(counter + " is no count.");
    }
  }

  private void take(Counter counter, double seconds) {
    switch (counter) {
      case POSIX_F_OPEN_START_TIMESTAMP, POSIX_F_OPEN_TIMESTAMP -> openStart = seconds;
      case POSIX_F_CLOSE_END_TIMESTAMP, POSIX_F_CLOSE_TIMESTAMP -> closeEnd = seconds;
      case POSIX_F_READ_END_TIMESTAMP -> readEnd = seconds;
      case POSIX_F_WRITE_END_TIMESTAMP -> writeEnd = seconds;
      case POSIX_F_READ_TIME -> readSeconds = seconds;
      case POSIX_F_WRITE_TIME -> writeSeconds = seconds;
      case POSIX_F_META_TIME -> metaSeconds = seconds;
      case POSIX_F_SLOWEST_RANK_TIME -> slowestRankSeconds = seconds;
      default -> throw new IllegalArgumentException(counter + " is no time.");
    }
  }

  /**
   * What the times of a shared record are to be multiplied by. Darshan adds them up over the ranks;
   * wanted is the time of the slowest: the record's slowest rank over the sum of all times, else
   * one over the number of processes.
   */
  double slowestShare(int processes) {
    double total = readSeconds + writeSeconds + metaSeconds;
    return slowestRankSeconds > 0 && total > 0
        ? Math.min(1, slowestRankSeconds / total)
        : 1.0 / Math.max(1, processes);
  }

  /** Seconds from the start of the job to the last close, or to the last transfer without one. */
  double end() {
    return closeEnd > 0 ? closeEnd : Math.max(readEnd, writeEnd);
  }

  private static long count(byte[] bytes, int from, int to) {
    boolean negative = from < to && bytes[from] == '-';
    long count = Ascii.decimal(bytes, negative ? from + 1 : from, to);
    if (count != Ascii.NO_NUMBER) {
      return negative ? -count : count;
    }
    try {
      return Long.parseLong(text(bytes, from, to));
    } catch (NumberFormatException e) {
      return Ascii.NO_NUMBER;
    }
  }

  /** The number that {@code %f} printed, or NaN: exact where its digits fit into a double. */
  private static double seconds(byte[] bytes, int from, int to) {
    int point = Ascii.indexOf((byte) '.', bytes, from, to);
    int decimals = to - point - 1;
    if (decimals > 0 && to - from <= EXACT_DIGITS) {
      long whole = Ascii.decimal(bytes, from, point);
      long fraction = Ascii.decimal(bytes, point + 1, to);
      if (whole != Ascii.NO_NUMBER && fraction != Ascii.NO_NUMBER) {
        long scale = SCALES[decimals];
        return (double) (whole * scale + fraction) / scale;
      }
    }
    try {
      return Double.parseDouble(text(bytes, from, to));
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
