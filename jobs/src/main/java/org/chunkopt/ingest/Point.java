package org.chunkopt.ingest;

import java.util.Arrays;
import org.chunkopt.ingest.PointParser.Outcome;
import org.chunkopt.tables.RejectReason;

/** The used fields of one point, checked as they are taken; filled anew for every line. */
final class Point {
  /** In place of a time: the point has none. */
  static final long NO_TIME = Long.MIN_VALUE;

  /** 2001, before BeeGFS: a time of now in microseconds, or without its last digit, is earlier. */
  static final long EARLIEST_NS = 1_000_000_000_000_000_000L;

  /** A client counter of 2^63 or more has wrapped below zero. */
  private static final double WRAPPED = 0x1p63;

  /** A percentage a little outside of 0..100 is one within: Telegraf subtracts two readings. */
  private static final double LEAST_PERCENT = -1;

  private static final double MOST_PERCENT = 105;

  private final long latestNs;
  private final long serverLatestNs;
  private Series series;
  private long time;
  private int count;
  private int[] fields = new int[16];
  private double[] values = new double[16];
  private String text;
  private RejectReason reason;
  private String detail;

  /**
   * A point.
   *
   * @param latestNs points later than this are rejected
   * @param serverLatestNs the same for points that BeeGFS servers stamp by their own clocks
   */
  Point(long latestNs, long serverLatestNs) {
    this.latestNs = latestNs;
    this.serverLatestNs = serverLatestNs;
  }

  Series series() {
    return series;
  }

  /** Nanoseconds since 1970. */
  long time() {
    return time;
  }

  /** Used fields. */
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

  /** The value of a text field, null where it is a number. */
  String text(int i) {
    return series.fields[fields[i]].type() == Measurement.Type.TEXT ? text : null;
  }

  RejectReason reason() {
    return reason;
  }

  String detail() {
    return detail;
  }

  /** Begins a point of a series. */
  void begin(Series of) {
    series = of;
    time = 0;
    count = 0;
  }

  /**
   * Takes a field.
   *
   * @param index its index in the measurement
   * @param value what was read from {@code line}
   * @return false where it is rejected
   */
  boolean take(int index, FieldValue value, byte[] line) {
    Measurement.Field field = series.fields[index];
    double number;
    switch (field.type()) {
      case GAUGE, GAUGE_BY_SECOND, PERCENT -> {
        if (value.kind() == FieldValue.Kind.BAD_NUMBER) {
          reject(RejectReason.BAD_NUMBER, field.name() + " is not finite or out of range.");
          return false;
        }
        if (value.kind() != FieldValue.Kind.NUMBER) {
          return wrongType(field);
        }
        number = value.number();
        if (field.type() == Measurement.Type.PERCENT) {
          if (number < LEAST_PERCENT || number > MOST_PERCENT) {
            reject(RejectReason.BAD_NUMBER, field.name() + " is no percentage.");
            return false;
          }
          number = Math.max(0, Math.min(100, number));
        }
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

  /**
   * Ends the point.
   *
   * @param ns nanoseconds since 1970, or {@link #NO_TIME}
   */
  Outcome end(long ns) {
    time = ns;
    if (count == 0) {
      return Outcome.UNKNOWN;
    }
    if (ns == NO_TIME) {
      return reject(RejectReason.MISSING_KEY, "The point has no time.");
    }
    if (ns < EARLIEST_NS) {
      return reject(RejectReason.MALFORMED, "The time is not in nanoseconds since 1970.");
    }
    if (series.reason != null) {
      return reject(series.reason, series.detail);
    }
    if (ns > (series.measurement.isStampedByServer() ? serverLatestNs : latestNs)) {
      return reject(
          RejectReason.FUTURE_TIMESTAMP,
          "The point is later than the run's as-of, or else than the newest poll of the servers.");
    }
    return Outcome.ACCEPTED;
  }

  Outcome reject(RejectReason why, String what) {
    reason = why;
    detail = what;
    return Outcome.REJECTED;
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
}
