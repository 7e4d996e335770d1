package org.chunkopt.report;

import java.util.Locale;
import org.chunkopt.beegfs.ChunkSize;

/** Numbers as people read them, the same on every machine. */
final class Quantities {
  private static final String[] BINARY_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

  private Quantities() {}

  /** {@code 1,234,567}. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** {@code 1.2 TiB}. */
  static String bytes(double bytes) {
    int unit = 0;
    double value = bytes;
    while (value >= 1024 && unit < BINARY_UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return String.format(
        Locale.ROOT, value < 10 && unit > 0 ? "%.1f %s" : "%.0f %s", value, BINARY_UNITS[unit]);
  }

  /**
   * The share as {@code 12.3 %}, as {@code < 0.1 %} where it would round to nothing; a dash where
   * the whole is nothing.
   */
  static String percent(double part, double whole) {
    if (part > 0 && part < 0.0005 * whole) {
      return "< 0.1 %";
    }
    return whole == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * part / whole);
  }

  /** A gain as a change: {@code +12.3 %}; a dash for null. */
  static String change(Double gain) {
    return gain == null ? "-" : String.format(Locale.ROOT, "%+.1f %%", 100 * (gain - 1));
  }

  /** Hours, with two digits behind the point. */
  static String hours(Double value) {
    return value == null ? "unknown" : String.format(Locale.ROOT, "%.2f", value);
  }

  /** {@code 0.937}; a dash for null. */
  static String decimal(Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.3f", value);
  }

  /** A line of the summary as a sentence. */
  static String sentence(String line) {
    return line.substring(0, 1).toUpperCase(Locale.ROOT) + line.substring(1) + ".";
  }

  /** A number with its noun: {@code 1 file}, {@code 2,000 files}. */
  static String amount(long number, String one, String many) {
    return count(number) + " " + (number == 1 ? one : many);
  }

  /** A figure of any size, four digits: {@code 0.6049}, {@code 1.684e+07}; a dash for null. */
  static String figure(Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.4g", value);
  }

  /** A chunk size as BeeGFS prints it, {@code 512K}; for null the word unknown. */
  static String chunk(Long bytes) {
    if (bytes == null) {
      return "unknown";
    }
    return ChunkSize.isValid(bytes) ? new ChunkSize(bytes).toString() : bytes + " B";
  }

  /** A size octave as its range: {@code 1 to 2 MiB}; -1 is the empty file. */
  static String octave(int log2) {
    if (log2 < 0) {
      return "empty";
    }
    String upper = bytes(Math.pow(2, log2 + 1));
    return (1L << log2 % 10) + " to " + upper.replace(".0 ", " ");
  }
}
