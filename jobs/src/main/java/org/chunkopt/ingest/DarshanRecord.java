package org.chunkopt.ingest;

import java.nio.charset.StandardCharsets;

/**
 * The POSIX counters of one file and one rank, as {@code darshan-parser} prints them. Darshan
 * writes -1 where a counter was not taken; it counts as nothing here.
 */
final class DarshanRecord {
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
   * @throws NumberFormatException if the value of a counter that is used is no finite number
   */
  void take(byte[] bytes, int nameFrom, int nameTo, int valueTo) {
    String name = new String(bytes, nameFrom, nameTo - nameFrom, StandardCharsets.ISO_8859_1);
    String value = new String(bytes, nameTo + 1, valueTo - nameTo - 1, StandardCharsets.ISO_8859_1);
    switch (name) {
      case "POSIX_OPENS" -> opens = count(value);
      case "POSIX_READS" -> reads = count(value);
      case "POSIX_WRITES" -> writes = count(value);
      case "POSIX_BYTES_READ" -> bytesRead = count(value);
      case "POSIX_BYTES_WRITTEN" -> bytesWritten = count(value);
      case "POSIX_SEQ_READS" -> sequentialReads = count(value);
      case "POSIX_SEQ_WRITES" -> sequentialWrites = count(value);
      case "POSIX_CONSEC_READS" -> consecutiveReads = count(value);
      case "POSIX_CONSEC_WRITES" -> consecutiveWrites = count(value);
      case "POSIX_ACCESS1_ACCESS" -> commonRequestBytes = count(value);
      case "POSIX_ACCESS1_COUNT" -> commonRequestCount = count(value);
      // Before Darshan 3.1.3 the two timestamps had no START and END.
      case "POSIX_F_OPEN_START_TIMESTAMP", "POSIX_F_OPEN_TIMESTAMP" -> openStart = seconds(value);
      case "POSIX_F_CLOSE_END_TIMESTAMP", "POSIX_F_CLOSE_TIMESTAMP" -> closeEnd = seconds(value);
      case "POSIX_F_READ_END_TIMESTAMP" -> readEnd = seconds(value);
      case "POSIX_F_WRITE_END_TIMESTAMP" -> writeEnd = seconds(value);
      case "POSIX_F_READ_TIME" -> readSeconds = seconds(value);
      case "POSIX_F_WRITE_TIME" -> writeSeconds = seconds(value);
      case "POSIX_F_META_TIME" -> metaSeconds = seconds(value);
      case "POSIX_F_SLOWEST_RANK_TIME" -> slowestRankSeconds = seconds(value);
      default -> {
        // The other POSIX counters are taken as read.
      }
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

  private static long count(String value) {
    return Math.max(0, Long.parseLong(value));
  }

  private static double seconds(String value) {
    double seconds = Double.parseDouble(value);
    if (!Double.isFinite(seconds)) {
      throw new NumberFormatException(value);
    }
    return Math.max(0, seconds);
  }
}
