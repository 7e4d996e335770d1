package org.chunkopt.ingest;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;

/** Times as {@code beegfs index} prints them. */
final class IndexTime {
  private static final long MICROS = 1_000_000L;
  private static final int NANOS_PER_MICRO = 1000;

  // 2026-11-23 17:06:16 +0100 CET: the clock, the offset, a name that says nothing more.
  private static final int DAY_END = 10;
  private static final int CLOCK_END = 19;
  private static final int MINUTES_AT = 23;
  private static final int OFFSET_END = 25;

  private IndexTime() {}

  /**
   * Microseconds since 1970 of seconds with or without decimals, of RFC 3339, or of {@code
   * 2026-11-23 17:06:16 +0100 CET} as {@code --full-time} prints it; {@link Ascii#NO_NUMBER} where
   * it is none of them.
   */
  static long micros(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    long seconds = Ascii.micros(bytes, 0, bytes.length);
    if (seconds != Ascii.NO_NUMBER || bytes.length < CLOCK_END) {
      return seconds;
    }
    String standard = bytes[DAY_END] == ' ' ? standard(text) : text;
    byte[] digits = standard.getBytes(StandardCharsets.UTF_8);
    long nanos = Timestamps.nanos(digits, 0, digits.length);
    return nanos == Ascii.NO_NUMBER ? beyondNanos(standard) : Math.floorDiv(nanos, NANOS_PER_MICRO);
  }

  /** The same time in RFC 3339; what is no such time stays none. */
  private static String standard(String text) {
    boolean named = text.length() > OFFSET_END && text.charAt(OFFSET_END) == ' ';
    if (text.length() < OFFSET_END
        || text.charAt(CLOCK_END) != ' '
        || text.length() > OFFSET_END && !named) {
      return text;
    }
    return text.substring(0, DAY_END)
        + 'T'
        + text.substring(DAY_END + 1, CLOCK_END)
        + text.substring(CLOCK_END + 1, MINUTES_AT)
        + ':'
        + text.substring(MINUTES_AT, OFFSET_END);
  }

  /** Files may claim to be older than 1970 or younger than 2262. */
  private static long beyondNanos(String text) {
    try {
      OffsetDateTime time = OffsetDateTime.parse(text);
      return Math.addExact(
          Math.multiplyExact(time.toEpochSecond(), MICROS), time.getNano() / NANOS_PER_MICRO);
    } catch (DateTimeException | ArithmeticException e) {
      return Ascii.NO_NUMBER;
    }
  }
}
