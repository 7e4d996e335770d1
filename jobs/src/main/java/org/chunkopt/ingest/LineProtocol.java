package org.chunkopt.ingest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.chunkopt.tables.RejectReason;

/**
 * Reads lines of InfluxDB line protocol, as exports write them. One parser reads the lines of one
 * task in order; the results of a line stand in its fields until the next. A line is everything
 * between two newlines: a newline inside a quoted text cuts it, and both halves are rejected.
 *
 * <p>Adjacent lines of an export share their series and mostly their field, so the series is
 * compared with that of the line before, and nothing is allocated for such a line.
 */
final class LineProtocol {
  /** What a line is. */
  enum Outcome {
    ACCEPTED,
    UNKNOWN,
    COMMENT,
    BLANK,
    REJECTED
  }

  /** 1973 in nanoseconds, and any time of this century in microseconds. */
  private static final long EARLIEST_NS = 100_000_000_000_000_000L;

  /** A client counter of 2^63 or more has wrapped below zero. */
  private static final double WRAPPED = 0x1p63;

  private static final byte[] DDL = ascii("# DDL");
  private static final byte[] DML = ascii("# DML");
  private static final byte[] CREATE = ascii("CREATE ");

  private final long latestNs;
  private final SeriesTable table;
  private final FieldValue value = new FieldValue();
  private Series series;
  private long time;
  private int count;
  private int[] fields = new int[16];
  private double[] values = new double[16];
  private String text;
  private RejectReason reason;
  private String detail;
  private boolean inDdl;

  /**
   * A parser.
   *
   * @param latestNs points later than this are rejected
   * @param beforeForgetting what to do with a series before the parser forgets it
   */
  LineProtocol(long latestNs, Consumer<Series> beforeForgetting) {
    this.latestNs = latestNs;
    this.table = new SeriesTable(beforeForgetting);
  }

  /** Series of the last line. */
  Series series() {
    return series;
  }

  /** Nanoseconds since 1970 of the last accepted line. */
  long time() {
    return time;
  }

  /** Used fields of the last accepted line. */
  int count() {
    return count;
  }

  /** Index of a used field in the measurement. */
  int field(int i) {
    return fields[i];
  }

  double value(int i) {
    return values[i];
  }

  /** The value of the line's text field, null where it has none. */
  String text(int i) {
    return series.measurement.fields().get(fields[i]).type() == Measurement.Type.TEXT ? text : null;
  }

  RejectReason reason() {
    return reason;
  }

  String detail() {
    return detail;
  }

  void forEachSeries(Consumer<Series> action) {
    table.forEach(action);
  }

  /** Reads the last line of a file that ends without a newline: it may be cut off. */
  Outcome parseUnterminated(byte[] line, int from, int to) {
    Outcome outcome = parse(line, from, to);
    boolean point = outcome == Outcome.ACCEPTED || outcome == Outcome.UNKNOWN;
    boolean cutTime = point && time < EARLIEST_NS * 10;
    if (cutTime || outcome == Outcome.REJECTED) {
      return reject(RejectReason.TRUNCATED, "The file ends within this line.");
    }
    return outcome;
  }

  /** Reads the line {@code line[from, to)}, without its newline. */
  Outcome parse(byte[] line, int from, int to) {
    int end = to;
    while (end > from && isBlank(line[end - 1])) {
      end--;
    }
    int begin = from;
    while (begin < end && isBlank(line[begin])) {
      begin++;
    }
    if (begin == end) {
      return Outcome.BLANK;
    }
    if (line[begin] == '#' || inDdl || starts(line, begin, end, CREATE)) {
      inDdl = starts(line, begin, end, DDL) || (inDdl && !starts(line, begin, end, DML));
      return Outcome.COMMENT;
    }
    time = 0;
    count = 0;
    if (series == null || !series.begins(line, begin, end)) {
      series = table.find(line, begin, Series.separator(line, begin, end, ' '));
    }
    if (series.reason == RejectReason.MALFORMED) {
      return reject(series.reason, series.detail);
    }
    return fields(line, begin + series.length(), end);
  }

  private Outcome fields(byte[] line, int from, int to) {
    int at = from;
    do {
      at++;
      int equals = Series.separator(line, at, to, '=');
      if (equals <= at || equals >= to) {
        return reject(RejectReason.MALFORMED, "A field has no key or no value.");
      }
      int field = series.measurement == null ? -1 : series.measurement.field(line, at, equals);
      at = value.read(line, equals + 1, to);
      if (at < 0) {
        return reject(RejectReason.MALFORMED, "A field's value is no number, boolean or text.");
      }
      if (field >= 0 && !take(line, field)) {
        return Outcome.REJECTED;
      }
    } while (at < to && line[at] == ',');
    return time(line, at, to);
  }

  private boolean take(byte[] line, int index) {
    Measurement.Field field = series.measurement.fields().get(index);
    double number;
    switch (field.type()) {
      case GAUGE, GAUGE_BY_SECOND -> {
        if (value.kind() == FieldValue.Kind.BAD_NUMBER) {
          reject(RejectReason.BAD_NUMBER, field.name() + " is not finite or out of range.");
          return false;
        }
        if (value.kind() != FieldValue.Kind.NUMBER) {
          return wrongType(field);
        }
        number = value.number();
        if (number >= WRAPPED && series.measurement.isClientOps()) {
          reject(RejectReason.COUNTER_RESET, field.name() + " wrapped: a server restarted.");
          return false;
        }
      }
      case FLAG -> {
        if (value.kind() != FieldValue.Kind.BOOLEAN) {
          return wrongType(field);
        }
        number = value.number();
      }
      case STATE -> {
        number = value.kind() == FieldValue.Kind.TEXT ? rank(value.text(line)) : -1;
        if (number < 0) {
          return wrongType(field);
        }
      }
      case TEXT -> {
        if (value.kind() != FieldValue.Kind.TEXT) {
          return wrongType(field);
        }
        number = 0;
        text = value.text(line);
      }
      default -> throw new IllegalStateException("Field type " + field.type());
    }
    if (count == fields.length) {
      fields = Arrays.copyOf(fields, count * 2);
      values = Arrays.copyOf(values, count * 2);
    }
    fields[count] = index;
    values[count++] = number;
    return true;
  }

  private boolean wrongType(Measurement.Field field) {
    reject(RejectReason.WRONG_TYPE, field.name() + " is no " + field.type() + ".");
    return false;
  }

  private static int rank(String state) {
    return switch (state) {
      case "GOOD" -> 0;
      case "NEEDS_RESYNC" -> 1;
      case "BAD" -> 2;
      default -> -1;
    };
  }

  private Outcome time(byte[] line, int from, int to) {
    int at = from;
    while (at < to && line[at] == ' ') {
      at++;
    }
    boolean given = at < to;
    if ((given && at == from) || to - at > 19) {
      return reject(RejectReason.MALFORMED, "The time is no number of nanoseconds.");
    }
    long ns = 0;
    for (; at < to; at++) {
      int digit = line[at] - '0';
      if (digit < 0 || digit > 9) {
        return reject(RejectReason.MALFORMED, "The time is no number of nanoseconds.");
      }
      ns = ns * 10 + digit;
    }
    time = ns;
    if (series.reason == null && count == 0) {
      return Outcome.UNKNOWN;
    }
    if (!given) {
      return reject(RejectReason.MISSING_KEY, "The point has no time.");
    }
    if (ns < EARLIEST_NS) {
      return reject(RejectReason.MALFORMED, "The time is not in nanoseconds since 1970.");
    }
    if (series.reason != null) {
      return reject(series.reason, series.detail);
    }
    if (ns > latestNs) {
      return reject(RejectReason.FUTURE_TIMESTAMP, "The point is later than the run's as-of.");
    }
    return Outcome.ACCEPTED;
  }

  private Outcome reject(RejectReason why, String what) {
    reason = why;
    detail = what;
    return Outcome.REJECTED;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r';
  }

  private static boolean starts(byte[] line, int from, int to, byte[] with) {
    return to - from >= with.length
        && Arrays.equals(line, from, from + with.length, with, 0, with.length);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
