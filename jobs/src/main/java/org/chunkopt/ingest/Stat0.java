package org.chunkopt.ingest;

import java.util.Arrays;
import java.util.Optional;
import org.chunkopt.tables.RejectReason;

/**
 * One record of a {@code .stat0} file, without its NUL: {@code find -printf
 * '%i\t%s\t%b\t%A@\t%T@\t%C@\t%U\t%G\t%n\t%y\t/%P\0'}. The first ten tabs separate, the path may
 * hold anything but NUL. One instance is used for many records.
 */
final class Stat0 implements EntryStat {
  private static final String[] FIELDS = {
    "inode", "size", "blocks", "atime", "mtime", "ctime", "uid", "gid", "links", "type"
  };
  private static final int BLOCKS = 2;
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
            ? Ascii.fileMicros(bytes, from, to)
            : Ascii.decimal(bytes, from, to);
    // Of blocks, so many that their bytes fit.
    return numbers[field] != Ascii.NO_NUMBER
        && (field != BLOCKS || numbers[field] <= Long.MAX_VALUE / BLOCK_BYTES);
  }

  private static Optional<Problem> malformed(String detail) {
    return Optional.of(new Problem(RejectReason.MALFORMED, detail));
  }

  @Override
  public long inode() {
    return numbers[0];
  }

  @Override
  public long sizeBytes() {
    return numbers[1];
  }

  @Override
  public long allocatedBytes() {
    return numbers[2] * BLOCK_BYTES;
  }

  @Override
  public long atime() {
    return numbers[3];
  }

  @Override
  public long mtime() {
    return numbers[4];
  }

  @Override
  public long ctime() {
    return numbers[5];
  }

  @Override
  public long uid() {
    return numbers[6];
  }

  @Override
  public long gid() {
    return numbers[7];
  }

  @Override
  public int links() {
    return (int) Math.min(numbers[8], Integer.MAX_VALUE);
  }

  @Override
  public EntryType type() {
    return type;
  }

  @Override
  public byte[] path() {
    return path;
  }
}
