package org.chunkopt.ingest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The cells of one line of CSV, unquoted, as ranges of one reused buffer. */
final class CsvCells {
  private byte[] buffer = new byte[1024];
  private int[] from = new int[64];
  private int[] to = new int[64];
  private int used;
  private int count;

  /** Cuts the line into cells; false where its quotes do not match. */
  boolean split(byte[] line, int begin, int end) {
    if (buffer.length < end - begin) {
      buffer = new byte[2 * (end - begin)];
    }
    count = 0;
    used = 0;
    int at = begin;
    while (true) {
      int cell = used;
      if (at < end && line[at] == '"') {
        at = quoted(line, at + 1, end);
        if (at < 0 || (at < end && line[at] != ',')) {
          return false;
        }
      } else {
        while (at < end && line[at] != ',') {
          buffer[used++] = line[at++];
        }
      }
      add(cell);
      if (at >= end) {
        return true;
      }
      at++;
    }
  }

  /** Whether a line ends within quotes: a quote within a text is doubled. */
  static boolean isOpen(byte[] line, int begin, int end) {
    boolean open = false;
    for (int at = begin; at < end; at++) {
      open ^= line[at] == '"';
    }
    return open;
  }

  /** Copies a quoted cell; where it ends, or -1. */
  private int quoted(byte[] line, int begin, int end) {
    for (int at = begin; at < end; at++) {
      if (line[at] == '"') {
        if (at + 1 == end || line[at + 1] != '"') {
          return at + 1;
        }
        at++;
      }
      buffer[used++] = line[at];
    }
    return -1;
  }

  /** Puts a value into an empty cell. */
  void fill(int cell, byte[] value) {
    if (buffer.length < used + value.length) {
      buffer = Arrays.copyOf(buffer, 2 * (used + value.length));
    }
    System.arraycopy(value, 0, buffer, used, value.length);
    from[cell] = used;
    used += value.length;
    to[cell] = used;
  }

  private void add(int begin) {
    if (count == from.length) {
      from = Arrays.copyOf(from, 2 * count);
      to = Arrays.copyOf(to, 2 * count);
    }
    from[count] = begin;
    to[count++] = used;
  }

  int count() {
    return count;
  }

  byte[] bytes() {
    return buffer;
  }

  int from(int cell) {
    return from[cell];
  }

  int to(int cell) {
    return to[cell];
  }

  boolean isEmpty(int cell) {
    return from[cell] == to[cell];
  }

  boolean is(int cell, byte[] value) {
    return cell < count && Arrays.equals(buffer, from[cell], to[cell], value, 0, value.length);
  }

  String text(int cell) {
    return new String(buffer, from[cell], to[cell] - from[cell], StandardCharsets.UTF_8);
  }

  byte[] copy(int cell) {
    return Arrays.copyOfRange(buffer, from[cell], to[cell]);
  }
}
