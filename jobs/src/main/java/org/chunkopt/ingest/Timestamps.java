package org.chunkopt.ingest;

/** Times of CSV exports, read from their bytes. */
final class Timestamps {
  private static final long SECOND_NS = 1_000_000_000L;
  private static final int[] DAYS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

  private Timestamps() {}

  /**
   * Nanoseconds since 1970 of a time in RFC 3339, or of a whole number whose unit, s, ms, us or ns,
   * follows from its digits; {@link Ascii#NO_NUMBER} where it is neither.
   */
  static long nanos(byte[] bytes, int from, int to) {
    if (to - from > 4 && bytes[from + 4] == '-') {
      return rfc3339(bytes, from, to);
    }
    long number = digits(bytes, from, to);
    if (number < 0) {
      return Ascii.NO_NUMBER;
    }
    return switch (to - from) {
      case 10 -> number * SECOND_NS;
      case 13 -> number * 1_000_000L;
      case 16 -> number * 1_000L;
      case 18, 19 -> number;
      default -> Ascii.NO_NUMBER;
    };
  }

  /** {@code 2026-11-23T17:06:16.902922923Z}, any number of digits to nine, or with an offset. */
  private static long rfc3339(byte[] bytes, int from, int to) {
    if (to - from < 20 || bytes[from + 7] != '-' || (bytes[from + 10] | 0x20) != ('T' | 0x20)) {
      return Ascii.NO_NUMBER;
    }
    long day = day(bytes, from);
    long second = secondOfDay(bytes, from + 11);
    int at = from + 19;
    long fraction = 0;
    if (bytes[at] == '.') {
      int begin = ++at;
      while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
        at++;
      }
      fraction = digits(bytes, begin, at);
      if (at - begin > 9) {
        return Ascii.NO_NUMBER;
      }
      for (int digit = at - begin; digit < 9; digit++) {
        fraction *= 10;
      }
    }
    long offset = offset(bytes, at, to);
    if (day == Ascii.NO_NUMBER || second < 0 || fraction < 0 || offset == Ascii.NO_NUMBER) {
      return Ascii.NO_NUMBER;
    }
    return (day * 86_400 + second - offset) * SECOND_NS + fraction;
  }

  /** Days since 1970, in the years that nanoseconds reach. */
  private static long day(byte[] bytes, int from) {
    long year = digits(bytes, from, from + 4);
    long month = digits(bytes, from + 5, from + 7);
    long day = digits(bytes, from + 8, from + 10);
    if (year < 1970 || year > 2261 || month < 1 || month > 12 || day < 1) {
      return Ascii.NO_NUMBER;
    }
    boolean leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day > DAYS[(int) month - 1] + (leap && month == 2 ? 1 : 0)) {
      return Ascii.NO_NUMBER;
    }
    long before = year - 1;
    long days = 365 * (year - 1970) + before / 4 - before / 100 + before / 400 - 477;
    for (int m = 0; m < month - 1; m++) {
      days += DAYS[m];
    }
    return days + (leap && month > 2 ? 1 : 0) + day - 1;
  }

  private static long secondOfDay(byte[] bytes, int from) {
    long hour = digits(bytes, from, from + 2);
    long minute = digits(bytes, from + 3, from + 5);
    long second = digits(bytes, from + 6, from + 8);
    boolean valid =
        bytes[from + 2] == ':'
            && bytes[from + 5] == ':'
            && hour >= 0
            && hour < 24
            && minute >= 0
            && minute < 60
            && second >= 0
            && second < 60;
    return valid ? hour * 3600 + minute * 60 + second : -1;
  }

  /** Seconds east of UTC of {@code Z}, {@code +01:00}. */
  private static long offset(byte[] bytes, int from, int to) {
    if (to - from == 1 && (bytes[from] == 'Z' || bytes[from] == 'z')) {
      return 0;
    }
    if (to - from != 6 || bytes[from + 3] != ':' || (bytes[from] != '+' && bytes[from] != '-')) {
      return Ascii.NO_NUMBER;
    }
    long hours = digits(bytes, from + 1, from + 3);
    long minutes = digits(bytes, from + 4, from + 6);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
      return Ascii.NO_NUMBER;
    }
    long seconds = hours * 3600 + minutes * 60;
    return bytes[from] == '-' ? -seconds : seconds;
  }

  /** The number of at most 19 digits, or -1 where there is none or something else. */
  private static long digits(byte[] bytes, int from, int to) {
    if (from == to || to - from > 19) {
      return -1;
    }
    long number = 0;
    for (int at = from; at < to; at++) {
      if (bytes[at] < '0' || bytes[at] > '9') {
        return -1;
      }
      number = number * 10 + (bytes[at] - '0');
    }
    return number;
  }
}
