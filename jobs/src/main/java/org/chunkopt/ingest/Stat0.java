package org.chunkopt.ingest;

import java.util.Arrays;
import java.util.Optional;
import org.chunkopt.tables.RejectReason;

/**
 * One record of a {@code .stat0} file, without its NUL: {@code find -printf
 * '%i\t%s\t%b\t%A@\t%T@\t%C@\t%U\t%G\t%n\t%y\t/%P\0'}. The first ten tabs separate, the path may
 * hold anything but NUL. One instance is used for many records.
 */
final class Stat0 {
  private static final String[] FIELDS = {
    "inode", "size", "blocks", "atime", "mtime", "ctime", "uid", "gid", "links", "type"
  };
  private static final int FIRST_TIME = 3;
  private static final int LAST_TIME = 5;
  private static final int TYPE = 9;
  private static final int BLOCK_BYTES = 512;

  private final long[] numbers = new long[TYPE];
  private EntryType type = EntryType.UNKNOWN;
  private byte[] path = {};

  /** Reads the record, and says what is wrong with it if anything is. */
  Optional<Problem> parse(byte[] bytes, int from, int to) {
    int at = from;
    for (int field = 0; field <= TYPE; field++) {
      int tab = Ascii.indexOf((byte) '\t', bytes, at, to);
      if (tab == to) {
        return malformed("The record has " + field + " tabs, not 10.");
      }
      if (!read(field, bytes, at, tab)) {
        return malformed(
            "The " + FIELDS[field] + " \"" + Ascii.text(bytes, at, tab) + "\" is not valid.");
      }
      at = tab + 1;
    }
    if (at == to || bytes[at] != '/') {
      return malformed("The path does not begin with a slash.");
    }
    path = Arrays.copyOfRange(bytes, at, to);
    return Optional.empty();
  }

  private boolean read(int field, byte[] bytes, int from, int to) {
    if (field == TYPE) {
      type = to - from == 1 ? EntryType.ofLetter(bytes[from]) : EntryType.UNKNOWN;
      return type != EntryType.UNKNOWN;
    }
    if (field == 0) {
      // BeeGFS clients hash the EntryID into all 64 bits.
      numbers[0] = Ascii.unsigned(bytes, from, to);
      return Ascii.isUnsigned(bytes, from, to);
    }
    numbers[field] =
        field >= FIRST_TIME && field <= LAST_TIME
            ? Ascii.micros(bytes, from, to)
            : Ascii.decimal(bytes, from, to);
    return numbers[field] != Ascii.NO_NUMBER;
  }

  private static Optional<Problem> malformed(String detail) {
    return Optional.of(new Problem(RejectReason.MALFORMED, detail));
  }

  /** The inode number's 64 bits; negative from 2^63. */
  long inode() {
    return numbers[0];
  }

  long sizeBytes() {
    return numbers[1];
  }

  long allocatedBytes() {
    return numbers[2] * BLOCK_BYTES;
  }

  /** Microseconds since 1970. */
  long atime() {
    return numbers[3];
  }

  /** Microseconds since 1970. */
  long mtime() {
    return numbers[4];
  }

  /** Microseconds since 1970. */
  long ctime() {
    return numbers[5];
  }

  long uid() {
    return numbers[6];
  }

  long gid() {
    return numbers[7];
  }

  int links() {
    return (int) Math.min(numbers[8], Integer.MAX_VALUE);
  }

  EntryType type() {
    return type;
  }

  /** The path's bytes below the mount point, from its slash; a copy of its own. */
  byte[] path() {
    return path;
  }
}
