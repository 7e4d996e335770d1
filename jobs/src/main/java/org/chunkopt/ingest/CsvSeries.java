package org.chunkopt.ingest;

import java.util.Arrays;

/** Writes the measurement and tags of a row of CSV as line protocol does, into a reused buffer. */
final class CsvSeries {
  private byte[] buffer = new byte[512];
  private int length;

  void begin(byte[] measurement) {
    length = 0;
    escaped(measurement, 0, measurement.length);
  }

  /** A tag; {@code bytes[from, to)} is its value, not escaped. */
  void tag(byte[] key, byte[] bytes, int from, int to) {
    put((byte) ',');
    escaped(key, 0, key.length);
    put((byte) '=');
    escaped(bytes, from, to);
  }

  /**
   * The tags that InfluxDB 1.x writes into one cell, joined by commas and not escaped. A piece
   * without an equals sign belongs to the value before it.
   */
  void tags(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to) {
      int equals = Ascii.indexOf((byte) '=', bytes, at, to);
      int end = Ascii.indexOf((byte) ',', bytes, equals, to);
      while (end < to && !hasKey(bytes, end + 1, to)) {
        end = Ascii.indexOf((byte) ',', bytes, end + 1, to);
      }
      // A tag that the series lacks has an empty value here and none in line protocol.
      if (equals + 1 < end) {
        put((byte) ',');
        escaped(bytes, at, equals);
        put((byte) '=');
        escaped(bytes, equals + 1, end);
      }
      at = end + 1;
    }
  }

  private static boolean hasKey(byte[] bytes, int from, int to) {
    int comma = Ascii.indexOf((byte) ',', bytes, from, to);
    return Ascii.indexOf((byte) '=', bytes, from, comma) < comma;
  }

  byte[] bytes() {
    return buffer;
  }

  int length() {
    return length;
  }

  private void escaped(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      if (bytes[at] == ',' || bytes[at] == '=' || bytes[at] == ' ') {
        put((byte) '\\');
      }
      put(bytes[at]);
    }
  }

  private void put(byte b) {
    if (length == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * length);
    }
    buffer[length++] = b;
  }
}
