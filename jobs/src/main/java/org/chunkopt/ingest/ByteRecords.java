package org.chunkopt.ingest;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a stream into records without copying them: after {@link #next} the record is {@link
 * #buffer} from {@link #from} to {@link #to}, until the next call.
 */
final class ByteRecords implements Closeable {
  private enum End {
    NUL,
    NEWLINE,
    BLANK_LINE
  }

  /** What is kept of a record that is too long, and of any record in {@code rejects.raw}. */
  static final int KEPT_BYTES = 64 << 10;

  private static final int FIRST_BYTES = 256 << 10;

  private final InputStream in;
  private final End end;
  private final int maxBytes;
  private byte[] buffer = new byte[FIRST_BYTES];
  private int limit;
  private int cursor;
  private int from;
  private int to;
  private long base;
  private long offset;
  private boolean terminated = true;
  private boolean tooLong;

  private ByteRecords(InputStream in, End end, int maxBytes) {
    this.in = in;
    this.end = end;
    this.maxBytes = Math.max(maxBytes, 2 * KEPT_BYTES);
  }

  /** Records that end with a NUL. */
  static ByteRecords nulTerminated(InputStream in, int maxBytes) {
    return new ByteRecords(in, End.NUL, maxBytes);
  }

  /** Lines, without their newline. */
  static ByteRecords lines(InputStream in, int maxBytes) {
    return new ByteRecords(in, End.NEWLINE, maxBytes);
  }

  /** Blocks of lines, each ended by a blank line; an empty block is a blank line alone. */
  static ByteRecords blocks(InputStream in, int maxBytes) {
    return new ByteRecords(in, End.BLANK_LINE, maxBytes);
  }

  /**
   * Moves to the next record.
   *
   * @return false at the end of the input
   */
  boolean next() throws IOException {
    from = cursor;
    offset = base + from;
    tooLong = false;
    int scan = from;
    while (true) {
      int at = find(scan);
      if (at >= 0) {
        to = at;
        cursor = at + 1;
        return true;
      }
      makeRoom();
      scan = limit;
      int read = in.read(buffer, limit, buffer.length - limit);
      if (read < 0) {
        to = limit;
        cursor = limit;
        terminated &= to == from || isOnlyBlock();
        return to > from;
      }
      limit += read;
    }
  }

  byte[] buffer() {
    return buffer;
  }

  int from() {
    return from;
  }

  /** End of the record, its separator excluded; a block keeps the newline of its last line. */
  int to() {
    return to;
  }

  /** Where the record begins in the uncompressed input. */
  long offset() {
    return offset;
  }

  /** Bytes of the input up to the end of this record, its separator included. */
  long bytes() {
    return base + cursor;
  }

  /** Whether the input's last record had its separator; true until the end is reached. */
  boolean terminated() {
    return terminated;
  }

  /** Whether the record was longer than allowed; only its first 64 KiB are in the buffer. */
  boolean tooLong() {
    return tooLong;
  }

  /** Whether the record is empty, but for the carriage return of a line. */
  boolean isBlank() {
    return from == to || to - from == 1 && buffer[from] == '\r';
  }

  /** A copy of the record, at most its first 64 KiB. */
  byte[] raw() {
    return Arrays.copyOfRange(buffer, from, Math.min(to, from + KEPT_BYTES));
  }

  /** BeeGFS 7 prints no blank line behind the block of a path given as an argument. */
  private boolean isOnlyBlock() {
    return end == End.BLANK_LINE && offset == 0 && buffer[to - 1] == '\n';
  }

  private int find(int scan) {
    byte[] bytes = buffer;
    byte separator = (byte) (end == End.NUL ? 0 : '\n');
    int at = Ascii.indexOf(separator, bytes, scan, limit);
    while (at < limit && end == End.BLANK_LINE && at != from && bytes[at - 1] != separator) {
      at = Ascii.indexOf(separator, bytes, at + 1, limit);
    }
    return at < limit ? at : -1;
  }

  /** Moves the unfinished record to the front of the buffer, and grows or empties that if full. */
  private void makeRoom() {
    if (from > 0) {
      System.arraycopy(buffer, from, buffer, 0, limit - from);
      base += from;
      limit -= from;
      from = 0;
    }
    if (tooLong || (limit == buffer.length && limit >= maxBytes)) {
      tooLong = true;
      dropTail();
    } else if (limit == buffer.length) {
      buffer = Arrays.copyOf(buffer, (int) Math.min(2L * limit, maxBytes));
    }
  }

  /** Keeps the head of a record that is too long, and its last byte to recognise a blank line. */
  private void dropTail() {
    if (limit <= KEPT_BYTES + 1) {
      return;
    }
    buffer[KEPT_BYTES] = buffer[limit - 1];
    base += limit - (KEPT_BYTES + 1);
    limit = KEPT_BYTES + 1;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
