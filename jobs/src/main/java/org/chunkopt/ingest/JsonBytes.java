package org.chunkopt.ingest;

import java.io.ByteArrayOutputStream;

/**
 * A cursor over one line of JSON that leaves strings as the bytes they are. File names are no UTF-8
 * in general, and the listener of BeeGFS 7 escapes only some control characters; a library would
 * refuse the former and the latter.
 */
final class JsonBytes {
  private static final int MAX_DEPTH = 32;
  private static final byte[] NULL = Ascii.bytes("null");

  private byte[] bytes = {};
  private int at;
  private int to;
  private int valueFrom;
  private int valueTo;

  void reset(byte[] line, int from, int end) {
    bytes = line;
    at = from;
    to = end;
  }

  /** Passes blanks, then the byte if it is next. */
  boolean take(char wanted) {
    blanks();
    if (at < to && bytes[at] == wanted) {
      at++;
      return true;
    }
    return false;
  }

  boolean atEnd() {
    blanks();
    return at == to;
  }

  /** Whether a value that begins with the byte is next. */
  boolean isNext(char first) {
    blanks();
    return at < to && bytes[at] == first;
  }

  /** Passes a string; its bytes are between {@link #valueFrom} and {@link #valueTo}. */
  boolean string() {
    if (!take('"')) {
      return false;
    }
    valueFrom = at;
    while (at < to && bytes[at] != '"') {
      at += bytes[at] == '\\' ? 2 : 1;
    }
    valueTo = at++;
    return valueTo < to;
  }

  /** Passes any value; of a string or a number the range is kept, of others it is empty. */
  boolean value() {
    if (isNext('"')) {
      return string();
    }
    if (isNext('{') || isNext('[')) {
      valueFrom = at;
      valueTo = at;
      return nested(0);
    }
    int from = at;
    while (at < to && isBare(bytes[at])) {
      at++;
    }
    valueFrom = from;
    valueTo = at;
    if (Ascii.startsWith(bytes, from, at, NULL) && at - from == NULL.length) {
      valueTo = from;
    }
    return at > from;
  }

  int valueFrom() {
    return valueFrom;
  }

  int valueTo() {
    return valueTo;
  }

  private boolean nested(int depth) {
    char end = isNext('{') ? '}' : ']';
    at++;
    if (take(end)) {
      return true;
    }
    do {
      if (end == '}' && !(string() && take(':'))) {
        return false;
      }
      boolean deeper = isNext('{') || isNext('[');
      if (deeper ? depth == MAX_DEPTH || !nested(depth + 1) : !value()) {
        return false;
      }
    } while (take(','));
    return take(end);
  }

  private static boolean isBare(byte b) {
    return b >= '0' && b <= '9'
        || b >= 'a' && b <= 'z'
        || b >= 'A' && b <= 'Z'
        || b == '+'
        || b == '-'
        || b == '.';
  }

  private void blanks() {
    while (at < to && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\r')) {
      at++;
    }
  }

  /** The bytes that a string stands for: escapes resolved, all other bytes as they are. */
  static byte[] unescaped(byte[] string) {
    int escape = Ascii.indexOf((byte) '\\', string, 0, string.length);
    if (escape == string.length) {
      return string;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(string.length);
    int at = 0;
    while (at < string.length) {
      if (string[at] != '\\' || at + 1 == string.length) {
        out.write(string[at++]);
        continue;
      }
      byte letter = string[at + 1];
      at += 2;
      switch (letter) {
        case 'b' -> out.write('\b');
        case 'f' -> out.write('\f');
        case 'n' -> out.write('\n');
        case 'r' -> out.write('\r');
        case 't' -> out.write('\t');
        case 'u' -> at = unicode(string, at, out);
        default -> out.write(letter);
      }
    }
    return out.toByteArray();
  }

  /** Writes the code point whose digits begin there, with a second half if it needs one. */
  private static int unicode(byte[] string, int from, ByteArrayOutputStream out) {
    long unit = Ascii.hexadecimal(string, from, Math.min(string.length, from + 4));
    if (from + 4 > string.length || unit == Ascii.NO_NUMBER) {
      out.write('\\');
      out.write('u');
      return from;
    }
    int next = from + 4;
    int codePoint = (int) unit;
    boolean pair =
        Character.isHighSurrogate((char) codePoint)
            && next + 6 <= string.length
            && string[next] == '\\'
            && string[next + 1] == 'u';
    if (pair) {
      long low = Ascii.hexadecimal(string, next + 2, next + 6);
      if (low != Ascii.NO_NUMBER && Character.isLowSurrogate((char) low)) {
        codePoint = Character.toCodePoint((char) codePoint, (char) low);
        next += 6;
      }
    }
    byte[] encoded =
        Character.toString(codePoint).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    out.write(encoded, 0, encoded.length);
    return next;
  }
}
