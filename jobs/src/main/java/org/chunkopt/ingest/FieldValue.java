package org.chunkopt.ingest;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** The value of one field of line protocol, read in place. */
final class FieldValue {
  /** What a value is. */
  enum Kind {
    NUMBER,
    BOOLEAN,
    TEXT,
    /** NaN, infinite, or an integer of more than 64 bits. */
    BAD_NUMBER
  }

  /** Powers of ten that a double holds exactly. */
  private static final double[] TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private static final String[] BOOLEANS = {
    "t", "T", "true", "True", "TRUE", "f", "F", "false", "False", "FALSE"
  };

  private static final String[] NOT_FINITE = {
    "nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"
  };

  private static final BigInteger MIN_LONG = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

  private Kind kind;
  private double number;
  private int textFrom;
  private int textTo;
  private boolean escapes;

  Kind kind() {
    return kind;
  }

  /** The number; 0 or 1 of a boolean. */
  double number() {
    return number;
  }

  /** The text without quotes and escapes. */
  String text(byte[] line) {
    byte[] plain = new byte[textTo - textFrom];
    int length = 0;
    for (int at = textFrom; at < textTo; at++) {
      if (escapes && isEscape(line, at, textTo)) {
        at++;
      }
      plain[length++] = line[at];
    }
    return new String(plain, 0, length, StandardCharsets.UTF_8);
  }

  /**
   * Reads the value that begins at {@code from}.
   *
   * @return where it ends: at a comma, a space or {@code to}; -1 where there is no value
   */
  int read(byte[] line, int from, int to) {
    if (from >= to) {
      return -1;
    }
    byte first = line[from];
    int end;
    if (first == '"') {
      end = quoted(line, from, to);
    } else if (first == '-' || first == '.' || (first >= '0' && first <= '9')) {
      end = number(line, from, to);
    } else {
      end = word(line, from, to);
    }
    return end < 0 || end == to || line[end] == ',' || line[end] == ' ' ? end : -1;
  }

  /** Takes bytes as a text without escapes. */
  void plain(int from, int to) {
    kind = Kind.TEXT;
    escapes = false;
    textFrom = from;
    textTo = to;
  }

  private int quoted(byte[] line, int from, int to) {
    for (int at = from + 1; at < to; at++) {
      if (isEscape(line, at, to)) {
        at++;
      } else if (line[at] == '"') {
        kind = Kind.TEXT;
        escapes = true;
        textFrom = from + 1;
        textTo = at;
        return at + 1;
      }
    }
    return -1;
  }

  private static boolean isEscape(byte[] line, int at, int to) {
    return line[at] == '\\' && at + 1 < to && (line[at + 1] == '"' || line[at + 1] == '\\');
  }

  private int word(byte[] line, int from, int to) {
    int end = wordEnd(line, from, to);
    if (end - from > 9) {
      return -1;
    }
    String word = new String(line, from, end - from, StandardCharsets.ISO_8859_1);
    for (int i = 0; i < BOOLEANS.length; i++) {
      if (BOOLEANS[i].equals(word)) {
        kind = Kind.BOOLEAN;
        number = i < BOOLEANS.length / 2 ? 1 : 0;
        return end;
      }
    }
    for (String name : NOT_FINITE) {
      if (name.equalsIgnoreCase(word)) {
        kind = Kind.BAD_NUMBER;
        return end;
      }
    }
    return -1;
  }

  private static int wordEnd(byte[] line, int from, int to) {
    int end = from;
    while (end < to && line[end] != ',' && line[end] != ' ') {
      end++;
    }
    return end;
  }

  private int number(byte[] line, int from, int to) {
    boolean negative = line[from] == '-';
    int at = negative ? from + 1 : from;
    int begin = at;
    long mantissa = 0;
    while (at < to && isDigit(line[at])) {
      mantissa = mantissa * 10 + (line[at++] - '0');
    }
    int digits = at - begin;
    if (digits > 0 && at < to && (line[at] == 'i' || line[at] == 'u')) {
      integer(line, from, at, digits, negative ? -mantissa : mantissa);
      return at + 1;
    }
    int scale = 0;
    if (at < to && line[at] == '.') {
      int point = ++at;
      while (at < to && isDigit(line[at])) {
        mantissa = mantissa * 10 + (line[at++] - '0');
      }
      scale = point - at;
      digits -= scale;
    }
    if (digits == 0) {
      return negative ? word(line, from, to) : -1;
    }
    if (at < to && (line[at] == 'e' || line[at] == 'E')) {
      at++;
      boolean down = at < to && line[at] == '-';
      if (down || (at < to && line[at] == '+')) {
        at++;
      }
      int exponentFrom = at;
      int exponent = 0;
      while (at < to && isDigit(line[at])) {
        exponent = Math.min(exponent * 10 + (line[at++] - '0'), 100_000);
      }
      if (at == exponentFrom) {
        return -1;
      }
      scale += down ? -exponent : exponent;
    }
    kind = Kind.NUMBER;
    // Exact where mantissa and power of ten are: one rounding, as in a full conversion (Clinger).
    if (digits <= 18 && mantissa <= 1L << 53 && scale >= -22 && scale <= 22) {
      double magnitude = scale < 0 ? mantissa / TEN[-scale] : mantissa * TEN[scale];
      number = negative ? -magnitude : magnitude;
    } else {
      number = Double.parseDouble(new String(line, from, at - from, StandardCharsets.US_ASCII));
      if (Double.isInfinite(number)) {
        kind = Kind.BAD_NUMBER;
      }
    }
    return at;
  }

  private void integer(byte[] line, int from, int at, int digits, long small) {
    kind = Kind.NUMBER;
    number = small;
    boolean unsigned = line[at] == 'u';
    if (unsigned && line[from] == '-') {
      kind = Kind.BAD_NUMBER;
    } else if (digits > 18) {
      BigInteger exact =
          new BigInteger(new String(line, from, at - from, StandardCharsets.US_ASCII));
      boolean fits =
          unsigned
              ? exact.bitLength() <= 64
              : exact.compareTo(MIN_LONG) >= 0 && exact.compareTo(MAX_LONG) <= 0;
      kind = fits ? Kind.NUMBER : Kind.BAD_NUMBER;
      number = exact.doubleValue();
    }
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
