package org.chunkopt.ingest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads numbers and words out of byte ranges, without making text of them first. */
final class Ascii {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHEST = ONES << 7;

  /** Returned where the bytes are no number that fits. */
  static final long NO_NUMBER = Long.MIN_VALUE;

  private static final long MICROS = 1_000_000L;

  private static final long LARGEST_TIME = 1_000_000_000_000L;

  /** The year 287396. */
  private static final long MAX_SECONDS = 9_000_000_000_000L;

  // 2^64 - 1 = 18446744073709551615, cut before its last two digits.
  private static final long MAX_HEAD = 184_467_440_737_095_516L;
  private static final long MAX_TAIL = 15;

  private Ascii() {}

  /** A decimal number of up to 19 digits below 2^63, or {@link #NO_NUMBER}. */
  static long decimal(byte[] bytes, int from, int to) {
    if (to <= from || to - from > 19) {
      return NO_NUMBER;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return NO_NUMBER;
      }
      value = 10 * value + digit;
    }
    // 19 digits are below 2^64, so a number of 2^63 or more has turned negative, not wrapped
    // around.
    return value < 0 ? NO_NUMBER : value;
  }

  /** Whether the range is a decimal number of at most 64 bits, read without a sign. */
  static boolean isUnsigned(byte[] bytes, int from, int to) {
    if (to - from <= 18) {
      return decimal(bytes, from, to) != NO_NUMBER;
    }
    if (to - from > 20) {
      return false;
    }
    int last = to - 2;
    long head = decimal(bytes, from, last);
    long tail = decimal(bytes, last, to);
    return head != NO_NUMBER
        && tail != NO_NUMBER
        && (head < MAX_HEAD || head == MAX_HEAD && tail <= MAX_TAIL);
  }

  /** The bits of a number for which {@link #isUnsigned} holds; negative from 2^63. */
  static long unsigned(byte[] bytes, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      value = 10 * value + (bytes[i] - '0');
    }
    return value;
  }

  /** The digits at the front of the range, or {@link #NO_NUMBER} where it begins with none. */
  static long leadingDecimal(byte[] bytes, int from, int to) {
    int end = from;
    while (end < to && bytes[end] >= '0' && bytes[end] <= '9') {
      end++;
    }
    return decimal(bytes, from, end);
  }

  /** A hexadecimal number of up to 15 digits, upper or lower case, or {@link #NO_NUMBER}. */
  static long hexadecimal(byte[] bytes, int from, int to) {
    if (to <= from || to - from > 15) {
      return NO_NUMBER;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = Character.digit(bytes[i], 16);
      if (digit < 0) {
        return NO_NUMBER;
      }
      value = 16 * value + digit;
    }
    return value;
  }

  /**
   * Seconds since 1970 with any number of decimals, as microseconds; further decimals are cut off.
   * Before 1970 only the seconds carry the sign, as {@code find} prints them. {@link #NO_NUMBER}
   * from 10^12 seconds: such a number has another unit.
   */
  static long micros(byte[] bytes, int from, int to) {
    long micros = fileMicros(bytes, from, to);
    return Math.abs(micros) < LARGEST_TIME * MICROS ? micros : NO_NUMBER;
  }

  /**
   * The same of a file's time, which any 64 bits may be: seconds whose microseconds do not fit are
   * held at {@link #MAX_SECONDS} of their sign.
   */
  static long fileMicros(byte[] bytes, int from, int to) {
    int start = from < to && bytes[from] == '-' ? from + 1 : from;
    int point = start;
    while (point < to && bytes[point] != '.') {
      point++;
    }
    long seconds = decimal(bytes, start, point);
    if (seconds == NO_NUMBER || point == to - 1) {
      return NO_NUMBER;
    }
    long fraction = 0;
    long scale = MICROS;
    for (int i = point + 1; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return NO_NUMBER;
      }
      if (scale > 1) {
        scale /= 10;
        fraction += digit * scale;
      }
    }
    seconds = Math.min(seconds, MAX_SECONDS);
    return (start == from ? seconds : -seconds) * MICROS + fraction;
  }

  static boolean startsWith(byte[] bytes, int from, int to, byte[] prefix) {
    if (to - from < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (bytes[from + i] != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  /** The index of the first such byte, or {@code to}. */
  static int indexOf(byte wanted, byte[] bytes, int from, int to) {
    int at = from;
    long everywhere = ONES * (wanted & 0xff);
    while (at + Long.BYTES <= to) {
      // A byte that is wanted becomes zero, and the borrow of subtracting one marks zeros.
      long other = (long) EIGHT.get(bytes, at) ^ everywhere;
      long zeros = (other - ONES) & ~other & HIGHEST;
      if (zeros != 0) {
        return at + (Long.numberOfTrailingZeros(zeros) >>> 3);
      }
      at += Long.BYTES;
    }
    while (at < to && bytes[at] != wanted) {
      at++;
    }
    return at;
  }

  static byte[] bytes(String ascii) {
    return ascii.getBytes(StandardCharsets.US_ASCII);
  }

  /** Printable text for messages and ids: other bytes become question marks. */
  static String text(byte[] bytes, int from, int to) {
    StringBuilder text = new StringBuilder(to - from);
    for (int i = from; i < to; i++) {
      text.append(bytes[i] >= 0x20 && bytes[i] < 0x7f ? (char) bytes[i] : '?');
    }
    return text.toString();
  }
}
