package org.chunkopt.ingest;

import java.time.DateTimeException;
import java.time.LocalDate;

/** Times of events: RFC 3339, or a number since 1970 whose unit shows in its magnitude. */
final class EventTime {
  private static final long MICROS = 1_000_000L;
  private static final int DATE_AND_TIME = "2026-11-23T00:00:00".length();

  // Seconds reach 10^11 in the year 5138, milliseconds, microseconds and nanoseconds likewise.
  private static final long MAX_SECONDS = 100_000_000_000L;

  private EventTime() {}

  /** Microseconds since 1970, or {@link Ascii#NO_NUMBER} where the range is no time. */
  static long micros(byte[] bytes, int from, int to) {
    if (to - from > DATE_AND_TIME && bytes[from + 4] == '-') {
      return rfc3339(bytes, from, to);
    }
    if (!Ascii.isUnsigned(bytes, from, to)) {
      return Ascii.micros(bytes, from, to);
    }
    long number = Ascii.unsigned(bytes, from, to);
    if (number < 0) {
      return Ascii.NO_NUMBER;
    }
    if (number < MAX_SECONDS) {
      return number * MICROS;
    }
    if (number < MAX_SECONDS * 1_000) {
      return number * 1_000;
    }
    return number < MAX_SECONDS * MICROS ? number : number / 1_000;
  }

  private static long rfc3339(byte[] bytes, int from, int to) {
    int second = from + DATE_AND_TIME;
    int zone = second;
    while (zone < to && (bytes[zone] == '.' || bytes[zone] >= '0' && bytes[zone] <= '9')) {
      zone++;
    }
    long hour = Ascii.decimal(bytes, from + 11, from + 13);
    long minute = Ascii.decimal(bytes, from + 14, from + 16);
    // "17.25" are seconds with decimals; a leap second counts as the second behind it.
    long seconds = Ascii.micros(bytes, from + 17, zone);
    long offset = offset(bytes, zone, to);
    boolean shaped = bytes[from + 7] == '-' && bytes[from + 13] == ':' && bytes[from + 16] == ':';
    if (!shaped || hour < 0 || hour > 23 || minute < 0 || minute > 59) {
      return Ascii.NO_NUMBER;
    }
    if (seconds < 0 || seconds > 61 * MICROS || offset == Ascii.NO_NUMBER) {
      return Ascii.NO_NUMBER;
    }
    try {
      long day =
          LocalDate.of(
                  (int) Ascii.decimal(bytes, from, from + 4),
                  (int) Ascii.decimal(bytes, from + 5, from + 7),
                  (int) Ascii.decimal(bytes, from + 8, from + 10))
              .toEpochDay();
      return ((day * 24 + hour) * 60 + minute - offset) * 60 * MICROS + seconds;
    } catch (DateTimeException e) {
      return Ascii.NO_NUMBER;
    }
  }

  /** Minutes east of Greenwich: {@code Z}, {@code +01:00} or {@code +0100}. */
  private static long offset(byte[] bytes, int from, int to) {
    if (to - from == 1 && (bytes[from] == 'Z' || bytes[from] == 'z')) {
      return 0;
    }
    if (to - from < 5 || to - from > 6 || bytes[from] != '+' && bytes[from] != '-') {
      return Ascii.NO_NUMBER;
    }
    long hours = Ascii.decimal(bytes, from + 1, from + 3);
    long minutes = Ascii.decimal(bytes, to - 2, to);
    if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
      return Ascii.NO_NUMBER;
    }
    return (bytes[from] == '-' ? -1 : 1) * (hours * 60 + minutes);
  }
}
