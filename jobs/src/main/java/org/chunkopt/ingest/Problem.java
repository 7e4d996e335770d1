package org.chunkopt.ingest;

import org.chunkopt.tables.RejectReason;

/**
 * Why a record was not taken.
 *
 * @param detail what was wrong, a sentence
 */
record Problem(RejectReason reason, String detail) {
  /** The last line of a file that has no end. */
  static Problem cutOff() {
    return new Problem(RejectReason.TRUNCATED, "The last line is cut off. Collect it again.");
  }
}
