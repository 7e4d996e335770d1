package org.chunkopt.simulate;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text as bytes on the way to a file, formatted without a String a number. */
final class ByteText implements Closeable {
  private static final int FLUSH_AT = 1 << 18;
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private final OutputStream out;
  private final byte[] number = new byte[24];
  private byte[] buffer = new byte[FLUSH_AT + (1 << 16)];
  private int length;

  ByteText(OutputStream out) {
    this.out = out;
  }

  ByteText text(String text) throws IOException {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  ByteText bytes(byte[] bytes) throws IOException {
    room(bytes.length);
    System.arraycopy(bytes, 0, buffer, length, bytes.length);
    length += bytes.length;
    return this;
  }

  ByteText put(char ascii) throws IOException {
    room(1);
    buffer[length++] = (byte) ascii;
    return this;
  }

  ByteText whole(long value) throws IOException {
    if (value < 0) {
      put('-');
    }
    int digits = digits(Math.abs(value));
    return tail(digits);
  }

  /** Upper-case hexadecimal without padding. */
  ByteText hex(long value) throws IOException {
    int at = number.length;
    long rest = value;
    do {
      number[--at] = HEX[(int) (rest & 15)];
      rest >>>= 4;
    } while (rest != 0);
    return tail(number.length - at);
  }

  /** Digits with leading zeros up to the width. */
  ByteText padded(long value, int width) throws IOException {
    int digits = digits(value);
    for (int i = digits; i < width; i++) {
      put('0');
    }
    return tail(digits);
  }

  /** Nanoseconds as seconds with nine digits and the tenth that GNU find prints. */
  ByteText findSeconds(long nanos) throws IOException {
    return whole(nanos / 1_000_000_000L).put('.').padded(nanos % 1_000_000_000L, 9).put('0');
  }

  /**
   * A float below 2^53 that has no fraction, in Go's shortest format: an exponent from 1e6 upwards.
   */
  ByteText goFloat(long value) throws IOException {
    if (value < 1_000_000) {
      return whole(value);
    }
    int digits = digits(value);
    int from = number.length - digits;
    int end = number.length;
    while (number[end - 1] == '0') {
      end--;
    }
    room(digits + 8);
    buffer[length++] = number[from];
    if (end - from > 1) {
      buffer[length++] = '.';
      System.arraycopy(number, from + 1, buffer, length, end - from - 1);
      length += end - from - 1;
    }
    int exponent = digits - 1;
    buffer[length++] = 'e';
    buffer[length++] = '+';
    buffer[length++] = (byte) ('0' + exponent / 10);
    buffer[length++] = (byte) ('0' + exponent % 10);
    return this;
  }

  /** A decimal below one million, given in millionths, without trailing zeros. */
  ByteText millionths(long value) throws IOException {
    whole(value / 1_000_000);
    long fraction = value % 1_000_000;
    if (fraction == 0) {
      return this;
    }
    int width = 6;
    while (fraction % 10 == 0) {
      fraction /= 10;
      width--;
    }
    return put('.').padded(fraction, width);
  }

  byte[] toBytes() {
    return Arrays.copyOf(buffer, length);
  }

  @Override
  public void close() throws IOException {
    out.write(buffer, 0, length);
    length = 0;
    out.close();
  }

  private int digits(long value) {
    int at = number.length;
    long rest = value;
    do {
      number[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    return number.length - at;
  }

  private ByteText tail(int count) throws IOException {
    room(count);
    System.arraycopy(number, number.length - count, buffer, length, count);
    length += count;
    return this;
  }

  private void room(int count) throws IOException {
    if (length > FLUSH_AT) {
      out.write(buffer, 0, length);
      length = 0;
    }
    if (length + count > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + count));
    }
  }
}
