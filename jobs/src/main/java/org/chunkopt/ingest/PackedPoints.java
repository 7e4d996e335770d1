package org.chunkopt.ingest;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Points in few bytes, most in three or four: the step from the time before, in the coarsest unit
 * that fits all times, and whole values as numbers of as many bytes as they need.
 */
final class PackedPoints {
  private static final long[] UNITS_NS = {1_000_000_000L, 1_000_000L, 1_000L, 1L};

  /** Whole values up to here are exact as numbers, too. */
  private static final double MOST_WHOLE = 0x1p52;

  /** Unit, number of points, then step and value of each: at most so many bytes. */
  private static final int MOST_HEAD_BYTES = 6;

  private static final int MOST_POINT_BYTES = 16;

  private final byte[] bytes;
  private final long unit;
  private final int count;
  private int at;
  private int taken;
  private long step;
  private long units;
  private double value;

  /** The points that {@link #pack} packed, before the first of them. */
  PackedPoints(byte[] packed) {
    bytes = packed;
    unit = UNITS_NS[packed[0]];
    at = 1;
    count = (int) number();
  }

  int count() {
    return count;
  }

  /** Goes on to the next point; false where there is none. */
  boolean next() {
    if (taken == count) {
      return false;
    }
    taken++;
    step = number();
    units += signed(step >>> 1);
    long whole = number();
    if ((whole & 1) == 0) {
      value = signed(whole >>> 1);
    } else {
      value = ByteBuffer.wrap(bytes, at, Double.BYTES).getDouble();
      at += Double.BYTES;
    }
    return true;
  }

  /** Nanoseconds in the hour. */
  long offset() {
    return units * unit;
  }

  double value() {
    return value;
  }

  /** Whether the point is the first used field of its line: duplicates are counted in lines. */
  boolean isFirstOfLine() {
    return (step & 1) == 1;
  }

  /**
   * Packs the points.
   *
   * @param words nanoseconds in the hour, and in the last bit whether the point is the first of its
   *     line
   */
  static byte[] pack(long[] words, double[] values, int size) {
    byte[] packed = new byte[MOST_HEAD_BYTES + MOST_POINT_BYTES * size];
    int unit = unit(words, size);
    packed[0] = (byte) unit;
    int at = put(size, packed, 1);
    long before = 0;
    for (int i = 0; i < size; i++) {
      long units = units(words[i] >>> 1, unit);
      at = put(unsigned(units - before) << 1 | words[i] & 1, packed, at);
      before = units;
      long whole = (long) values[i];
      if (Math.abs(values[i]) < MOST_WHOLE
          && Double.doubleToRawLongBits(whole) == Double.doubleToRawLongBits(values[i])) {
        at = put(unsigned(whole) << 1, packed, at);
      } else {
        packed[at] = 1;
        ByteBuffer.wrap(packed).putDouble(at + 1, values[i]);
        at += 1 + Double.BYTES;
      }
    }
    return Arrays.copyOf(packed, at);
  }

  private static int unit(long[] words, int size) {
    int unit = 0;
    for (int i = 0; i < size; i++) {
      while (units(words[i] >>> 1, unit) * UNITS_NS[unit] != words[i] >>> 1) {
        unit++;
      }
    }
    return unit;
  }

  /** The divisors are constants, because a division by another number takes ten times as long. */
  private static long units(long ns, int unit) {
    return switch (unit) {
      case 0 -> ns / 1_000_000_000L;
      case 1 -> ns / 1_000_000L;
      case 2 -> ns / 1_000L;
      default -> ns;
    };
  }

  /** Small numbers of either sign as small ones without. */
  private static long unsigned(long number) {
    return number << 1 ^ number >> 63;
  }

  private static long signed(long number) {
    return number >>> 1 ^ -(number & 1);
  }

  private static int put(long number, byte[] into, int from) {
    int at = from;
    long left = number;
    while ((left & ~0x7fL) != 0) {
      into[at++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    into[at++] = (byte) left;
    return at;
  }

  private long number() {
    byte next = bytes[at++];
    long number = next & 0x7f;
    for (int shift = 7; next < 0; shift += 7) {
      next = bytes[at++];
      number |= (long) (next & 0x7f) << shift;
    }
    return number;
  }
}
