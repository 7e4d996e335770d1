package org.chunkopt.ingest;

import java.io.IOException;
import java.util.Optional;
import org.chunkopt.tables.RejectReason;

/**
 * A first pass over a file: how many records it has, and whether it can be read to its end.
 *
 * @param records records or blocks seen
 * @param bytes uncompressed bytes seen
 * @param head the first record, at most 64 KiB
 * @param problem why the file cannot be used
 */
record EntryScan(long records, long bytes, byte[] head, Optional<Problem> problem) {
  /** How a file is opened and cut into records. */
  interface Opening {
    ByteRecords open() throws IOException;
  }

  private static final byte[] NOTHING = {};

  /** Of a file that was not opened. */
  static EntryScan unread() {
    return new EntryScan(0, 0, NOTHING, Optional.empty());
  }

  /** Whether the file is damaged; a last line that is cut off is no damage to the others. */
  boolean unreadable() {
    return problem.filter(p -> p.reason() == RejectReason.UNREADABLE_FILE).isPresent();
  }

  /** Counts NUL-terminated records or lines; the last must be complete. */
  static EntryScan of(Opening opening) {
    long count = 0;
    long bytes = 0;
    byte[] head = NOTHING;
    try (ByteRecords records = opening.open()) {
      while (records.next()) {
        if (count++ == 0) {
          head = records.raw();
        }
        bytes = records.bytes();
      }
      return new EntryScan(count, bytes, head, truncation(records));
    } catch (IOException e) {
      if (!InputOpener.isDamage(e)) {
        throw new java.io.UncheckedIOException(e);
      }
      String detail = "The file cannot be read to its end: " + e.getMessage() + ".";
      return new EntryScan(
          count, bytes, head, Optional.of(new Problem(RejectReason.UNREADABLE_FILE, detail)));
    }
  }

  private static Optional<Problem> truncation(ByteRecords records) {
    return records.terminated()
        ? Optional.empty()
        : Optional.of(
            new Problem(RejectReason.TRUNCATED, "The last entry is cut off. Collect it again."));
  }
}
