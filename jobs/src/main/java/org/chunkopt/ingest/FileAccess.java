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
    opens += record.opens;
    reads += record.reads;
    writes += record.writes;
    bytesRead += record.bytesRead;
    bytesWritten += record.bytesWritten;
    sequentialReads += record.sequentialReads;
    sequentialWrites += record.sequentialWrites;
    consecutiveReads += record.consecutiveReads;
    consecutiveWrites += record.consecutiveWrites;
    readSeconds = Math.max(readSeconds, record.readSeconds * timeFactor);
    writeSeconds = Math.max(writeSeconds, record.writeSeconds * timeFactor);
    metaSeconds = Math.max(metaSeconds, record.metaSeconds * timeFactor);
    if (record.openStart > 0) {
      start = Math.min(start, record.openStart);
    }
    end = Math.max(end, record.end());
    if (record.commonRequestBytes == commonRequestBytes) {
      commonRequestCount += record.commonRequestCount;
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
        sourceFile);
  }

  private static Long micros(DarshanJob job, double seconds) {
    return job.hasStart() ? job.startMicros() + Math.round(seconds * MICROS) : null;
  }
}
