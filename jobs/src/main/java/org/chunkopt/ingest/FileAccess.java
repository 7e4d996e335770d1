package org.chunkopt.ingest;

import org.apache.spark.sql.Row;
import org.chunkopt.beegfs.FilePath;

/**
 * What one job did to one file: the records of its ranks together. Bytes and calls add up, times
 * are those of the slowest rank.
 */
final class FileAccess {
  private static final double MICROS = 1e6;

  private final byte[] path;
  private int ranks;
  private int sharedBy;
  private long opens;
  private long reads;
  private long writes;
  private long bytesRead;
  private long bytesWritten;
  private long sequentialReads;
  private long sequentialWrites;
  private long consecutiveReads;
  private long consecutiveWrites;
  private long commonRequestBytes;
  private long commonRequestCount;
  private double start = Double.POSITIVE_INFINITY;
  private double end;
  private double readSeconds;
  private double writeSeconds;
  private double metaSeconds;

  FileAccess(byte[] path) {
    this.path = path;
  }

  /** Adds the record of one rank. */
  void addRank(DarshanRecord record) {
    ranks++;
    add(record, 1);
  }

  /** Adds the record that Darshan made of all ranks. */
  void addShared(DarshanRecord record, int processes) {
    sharedBy = Math.max(sharedBy, processes);
    add(record, record.slowestShare(processes));
  }

  private void add(DarshanRecord record, double timeFactor) {
    opens = sum(opens, record.opens);
    reads = sum(reads, record.reads);
    writes = sum(writes, record.writes);
    bytesRead = sum(bytesRead, record.bytesRead);
    bytesWritten = sum(bytesWritten, record.bytesWritten);
    sequentialReads = sum(sequentialReads, record.sequentialReads);
    sequentialWrites = sum(sequentialWrites, record.sequentialWrites);
    consecutiveReads = sum(consecutiveReads, record.consecutiveReads);
    consecutiveWrites = sum(consecutiveWrites, record.consecutiveWrites);
    readSeconds = Math.max(readSeconds, record.readSeconds * timeFactor);
    writeSeconds = Math.max(writeSeconds, record.writeSeconds * timeFactor);
    metaSeconds = Math.max(metaSeconds, record.metaSeconds * timeFactor);
    if (record.openStart > 0) {
      start = Math.min(start, record.openStart);
    }
    end = Math.max(end, record.end());
    if (record.commonRequestBytes == commonRequestBytes) {
      commonRequestCount = sum(commonRequestCount, record.commonRequestCount);
    } else if (record.commonRequestCount > commonRequestCount) {
      commonRequestBytes = record.commonRequestBytes;
      commonRequestCount = record.commonRequestCount;
    }
  }

  Row row(Sheet access, DarshanJob job, String sourceFile) {
    int processes = Math.max(1, Math.max(ranks, sharedBy));
    return access.row(
        FilePath.display(path),
        path,
        job.id(),
        job.uid(),
        job.startMicros(),
        start == Double.POSITIVE_INFINITY ? null : micros(job, start),
        end > 0 ? micros(job, end) : null,
        processes,
        processes > 1,
        opens,
        bytesRead,
        bytesWritten,
        reads,
        writes,
        sequentialReads,
        sequentialWrites,
        consecutiveReads,
        consecutiveWrites,
        readSeconds,
        writeSeconds,
        metaSeconds,
        commonRequestCount > 0 ? commonRequestBytes : null,
        sourceFile,
        job.endMicros());
  }

  /** Held at the bound that each counter keeps, so that a sum over many cannot overflow. */
  private static long sum(long one, long other) {
    return Math.min(DarshanRecord.MAX_COUNT, one + other);
  }

  private static Long micros(DarshanJob job, double seconds) {
    return job.startMicros() == null ? null : job.startMicros() + Math.round(seconds * MICROS);
  }
}
