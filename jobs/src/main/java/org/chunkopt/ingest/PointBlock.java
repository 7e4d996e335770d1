package org.chunkopt.ingest;

import java.util.Arrays;

/**
 * Consecutive points of one field of one series within one hour, in the order of the file: what
 * goes through the shuffle in place of a row a point.
 */
final class PointBlock {
  static final long HOUR_NS = 3_600_000_000_000L;
  private static final int MOST_POINTS = 1 << 14;

  /** Hours since 1970. */
  final long hour;

  /** Where the line of the first point begins. */
  final long offset;

  /** The value of a text field, null for numbers; one block has one text. */
  final String text;

  private long[] times = new long[64];
  private double[] values = new double[64];
  private int size;
  private int lines;
  private long first = Long.MAX_VALUE;
  private long last = -1;

  PointBlock(long hour, long offset, String text) {
    this.hour = hour;
    this.offset = offset;
    this.text = text;
  }

  int size() {
    return size;
  }

  /** Whether a point of this hour and text goes into the block. */
  boolean takes(long pointHour, String pointText) {
    return pointHour == hour
        && size < MOST_POINTS
        && (text == null ? pointText == null : text.equals(pointText));
  }

  /**
   * Adds a point.
   *
   * @param firstOfLine whether it is the first used field of its line; duplicates are counted in
   *     lines
   */
  void add(long timeNs, double value, boolean firstOfLine) {
    if (size == times.length) {
      times = Arrays.copyOf(times, size * 2);
      values = Arrays.copyOf(values, size * 2);
    }
    times[size] = (timeNs - hour * HOUR_NS) << 1 | (firstOfLine ? 1 : 0);
    values[size++] = value;
    lines += firstOfLine ? 1 : 0;
    first = Math.min(first, timeNs);
    if (!(value < 0)) {
      last = Math.max(last, timeNs);
    }
  }

  /** Lines whose first used field is in the block. */
  int lines() {
    return lines;
  }

  /** Time of the first point. */
  long first() {
    return first;
  }

  /** Time of the last point whose value is not negative, -1 where there is none. */
  long last() {
    return last;
  }

  /** What {@link PackedPoints} reads. */
  byte[] packed() {
    return PackedPoints.pack(times, values, size);
  }
}
