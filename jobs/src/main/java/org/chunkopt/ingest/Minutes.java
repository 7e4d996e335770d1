package org.chunkopt.ingest;

import java.util.ArrayDeque;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import scala.collection.mutable.WrappedArray;

/** The sixty minutes of one field of one subject in one hour. */
final class Minutes {
  /**
   * A row of metrics by minute. Minutes count from 1970; times are nanoseconds; {@code increase} is
   * the sum of the positive steps within the minute; {@code file} is set in rows that count
   * duplicates.
   */
  static final StructType ROWS =
      StructType.fromDDL(
          """
          measurement STRING, subject STRING, part STRING, name STRING, field STRING,
          minute BIGINT, points INT, total DOUBLE, peak DOUBLE, increase DOUBLE,
          first_at BIGINT, first_value DOUBLE, last_at BIGINT, last_value DOUBLE,
          by_second ARRAY<FLOAT>, text STRING, file INT, duplicates BIGINT
          """);

  private static final int MINUTES = 60;
  private static final long MINUTE_NS = PointBlock.HOUR_NS / MINUTES;
  private static final long SECOND_NS = MINUTE_NS / 60;

  private final String measurement;
  private final String subject;
  private final String part;
  private final String field;
  private final long hour;
  private final Outages outages;
  private final boolean withSeconds;
  private final int[] points = new int[MINUTES];
  private final double[] total = new double[MINUTES];
  private final double[] peak = new double[MINUTES];
  private final double[] increase = new double[MINUTES];
  private final long[] firstAt = new long[MINUTES];
  private final double[] firstValue = new double[MINUTES];
  private final long[] lastAt = new long[MINUTES];
  private final double[] lastValue = new double[MINUTES];
  private final String[] name = new String[MINUTES];
  private final String[] text = new String[MINUTES];
  private final Float[][] seconds = new Float[MINUTES][];

  Minutes(
      String measurement, String subject, String part, String field, long hour, Outages outages) {
    this.measurement = measurement;
    this.subject = subject;
    this.part = part;
    this.field = field;
    this.hour = hour;
    Measurement known = Measurement.named(measurement);
    this.outages = known.isClientOps() ? outages : Outages.NONE;
    this.withSeconds =
        known.fields().stream()
            .anyMatch(f -> f.name().equals(field) && f.type() == Measurement.Type.GAUGE_BY_SECOND);
  }

  boolean isOf(Row block) {
    return hour == block.getLong(MinuteFold.HOUR)
        && field.equals(block.getString(MinuteFold.FIELD))
        && subject.equals(block.getString(MinuteFold.SUBJECT))
        && part.equals(block.getString(MinuteFold.PART))
        && measurement.equals(block.getString(MinuteFold.MEASUREMENT));
  }

  /**
   * Adds a point; points of one series come in the order of time. Negative values are the -1 that
   * BeeGFS writes where a target could not be asked, and say nothing.
   *
   * @param offset nanoseconds in the hour
   * @param latest name of the subject; that of the minute's last point counts
   */
  void add(long offset, double value, String latest, String words) {
    long at = hour * PointBlock.HOUR_NS + offset;
    if (value < 0 || outages.covers(measurement, at)) {
      return;
    }
    int minute = (int) (offset / MINUTE_NS);
    if (points[minute]++ == 0) {
      firstAt[minute] = at;
      firstValue[minute] = value;
      peak[minute] = value;
    } else if (value > lastValue[minute]) {
      increase[minute] += value - lastValue[minute];
    }
    total[minute] += value;
    peak[minute] = Math.max(peak[minute], value);
    lastAt[minute] = at;
    lastValue[minute] = value;
    name[minute] = latest;
    text[minute] = words;
    if (withSeconds) {
      addSecond(minute, (int) (offset % MINUTE_NS / SECOND_NS), (float) value);
    }
  }

  void rows(ArrayDeque<Row> into) {
    for (int minute = 0; minute < MINUTES; minute++) {
      if (points[minute] > 0) {
        into.add(
            RowFactory.create(
                measurement,
                subject,
                part,
                name[minute],
                field,
                hour * MINUTES + minute,
                points[minute],
                total[minute],
                peak[minute],
                increase[minute],
                firstAt[minute],
                firstValue[minute],
                lastAt[minute],
                lastValue[minute],
                withSeconds ? WrappedArray.make(seconds[minute]) : null,
                text[minute],
                null,
                null));
      }
    }
  }

  private void addSecond(int minute, int second, float value) {
    if (seconds[minute] == null) {
      seconds[minute] = new Float[60];
    }
    Float before = seconds[minute][second];
    seconds[minute][second] = before == null ? value : before + value;
  }
}
