package org.chunkopt.evidence;

import java.io.Serializable;
import org.chunkopt.beegfs.ChunkSize;

/**
 * How a file is accessed: everything that its throughput depends on beside the chunk size.
 *
 * @param sizeBytes size of the file
 * @param requestBytes bytes of one request of one process
 * @param processes processes that access the file at the same time
 * @param targets storage targets that the file is striped over
 * @param shared whether the processes share the one file
 * @param sequential whether a process goes through the file in order
 * @param writes whether the file is mostly written
 */
record AccessPattern(
    double sizeBytes,
    double requestBytes,
    double processes,
    int targets,
    boolean shared,
    boolean sequential,
    boolean writes)
    implements Serializable {

  /** log2 of the smallest candidate chunk size in bytes. */
  private static final int SMALLEST_LOG2 = 16;

  /**
   * Position of the smallest candidate chunk size that holds the whole file. BeeGFS lays the file
   * out alike for every chunk size from there on, so their throughput is one and the same.
   */
  int wholeFilePosition() {
    double log2 = Math.ceil(log2(Math.max(1, sizeBytes)) - 1e-9);
    return (int) Math.max(0, Math.min(ChunkSize.CANDIDATES.size() - 1.0, log2 - SMALLEST_LOG2));
  }

  /** The position whose layout the file has with the candidate at this position. */
  int effective(int position) {
    return Math.min(position, wholeFilePosition());
  }

  /** Sharing, order and direction in one number, 0..7. */
  int kind() {
    return (shared ? 4 : 0) + (sequential ? 2 : 0) + (writes ? 1 : 0);
  }

  static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
