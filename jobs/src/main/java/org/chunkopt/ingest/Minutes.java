package org.chunkopt.ingest;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** The sixty minutes of one field of one subject in one hour; used again for the next hour. */
final class Minutes {
  /**
   * A row of one field and minute. Minutes count from 1970; times are nanoseconds; {@code increase}
   * is the sum of the positive steps within the minute.
   */
  static final StructType ROWS =
      StructType.fromDDL(
          """
          measurement STRING, subject STRING, part STRING, field STRING, minute BIGINT, points INT,
          total DOUBLE, increase DOUBLE, first_at BIGINT, first_value DOUBLE, last_at BIGINT,
          last_value DOUBLE
          """);

  static final int MINUTES = 60;
  private static final long MINUTE_NS = PointBlock.HOUR_NS / MINUTES;
  private static final int SECONDS = 60;
  private static final long SECOND_NS = MINUTE_NS / SECONDS;

  private final String measurement;
  private final String field;
  private final Measurement.Type type;
  private final boolean totalsAlone;
  private final Outages outages;
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

  /** NaN where a second has no point. */
  private final float[][] seconds = new float[MINUTES][];

  private long hour;

  Minutes(Measurement measurement, Measurement.Field field, Outages outages) {
    this.measurement = measurement.name();
    this.field = field.name();
    this.type = field.type();
    this.totalsAlone = measurement.isClientOps();
    this.outages = totalsAlone ? outages : Outages.NONE;
  }

  /** Starts an hour, counted from 1970, without points. */
  void begin(long ofHour) {
    hour = ofHour;
    Arrays.fill(points, 0);
    Arrays.fill(seconds, null);
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
      total[minute] = 0;
      increase[minute] = 0;
    } else if (value > lastValue[minute]) {
      increase[minute] += value - lastValue[minute];
    }
    total[minute] += value;
    peak[minute] = Math.max(peak[minute], value);
    lastAt[minute] = at;
    lastValue[minute] = value;
    name[minute] = latest;
    text[minute] = words;
    if (type == Measurement.Type.GAUGE_BY_SECOND) {
      addSecond(minute, (int) (offset % MINUTE_NS / SECOND_NS), (float) value);
    }
  }

  /** Points of a minute. */
  int points(int minute) {
    return points[minute];
  }

  /** Time of the last point of a minute that has one. */
  long lastAt(int minute) {
    return lastAt[minute];
  }

  /** Name that the subject had at the last point of a minute that has one. */
  String name(int minute) {
    return name[minute];
  }

  /** Writes a minute that has points into the columns of {@link MinuteFamily}, from {@code at}. */
  void columns(int minute, Object[] row, int at) {
    switch (type) {
      case TEXT -> {
        row[at] = text[minute];
        row[at + 1] = lastAt[minute];
      }
      case STATE -> row[at] = peak[minute];
      default -> {
        row[at] = total[minute];
        if (!totalsAlone) {
          row[at + 1] = points[minute];
        }
        if (type == Measurement.Type.GAUGE_BY_SECOND) {
          row[at + 2] = bySecond(seconds[minute]);
        }
      }
    }
  }

  /** Adds a row of {@link #ROWS} for each minute that has points. */
  void rows(String subject, String part, ArrayDeque<Row> into) {
    for (int minute = 0; minute < MINUTES; minute++) {
      if (points[minute] > 0) {
        into.add(
            RowFactory.create(
                measurement,
                subject,
                part,
                field,
                hour * MINUTES + minute,
                points[minute],
                total[minute],
                increase[minute],
                firstAt[minute],
                firstValue[minute],
                lastAt[minute],
                lastValue[minute]));
      }
    }
  }

  private void addSecond(int minute, int second, float value) {
    if (seconds[minute] == null) {
      seconds[minute] = new float[SECONDS];
      Arrays.fill(seconds[minute], Float.NaN);
    }
    float before = seconds[minute][second];
    seconds[minute][second] = Float.isNaN(before) ? value : before + value;
  }

  /** Plain numbers where every second has a point: there are millions of them. */
  private static Object bySecond(float[] sums) {
    Float[] withGaps = new Float[SECONDS];
    boolean gaps = false;
    for (float sum : sums) {
      gaps |= Float.isNaN(sum);
    }
    if (!gaps) {
      return sums;
    }
    for (int second = 0; second < SECONDS; second++) {
      withGaps[second] = Float.isNaN(sums[second]) ? null : (Float) sums[second];
    }
    return withGaps;
  }
}
