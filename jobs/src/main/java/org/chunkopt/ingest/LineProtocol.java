package org.chunkopt.ingest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.chunkopt.tables.RejectReason;

/**
 * Reads lines of InfluxDB line protocol, as exports write them. One parser reads the lines of one
 * task in order; the results of a line stand in its fields until the next. Newlines within a quoted
 * value belong to the line, see {@link QuotedText}. Of a measurement that is not used only the
 * shape of the line is looked at.
 *
 * <p>Adjacent lines of an export share their series and mostly their field, so the series is
 * compared with that of the line before, and nothing is allocated for such a line.
 */
final class LineProtocol implements PointParser {
  private static final byte[] DDL = ascii("# DDL");
  private static final byte[] DML = ascii("# DML");
  private static final byte[] CREATE = ascii("CREATE ");

  private final SeriesTable table;
  private final FieldValue value = new FieldValue();
  private final Point point;
  private Series series;
  private boolean inDdl;

  /** The field read before: mostly that of the next line, too. */
  private int lastField = -1;

  /**
   * A parser.
   *
   * @param latestNs points later than this are rejected
   * @param beforeForgetting what to do with a series before the parser forgets it
   */
  LineProtocol(long latestNs, Consumer<Series> beforeForgetting) {
    this(new Point(latestNs, latestNs), beforeForgetting);
  }

  /** A parser that fills a point. */
  LineProtocol(Point point, Consumer<Series> beforeForgetting) {
    this.point = point;
    this.table = new SeriesTable(beforeForgetting);
  }

  @Override
  public Point point() {
    return point;
  }

  @Override
  public void forEachSeries(Consumer<Series> action) {
    table.forEach(action);
  }

  @Override
  public Outcome parseUnterminated(byte[] line, int from, int to) {
    Outcome outcome = parse(line, from, to);
    boolean cutTime = outcome == Outcome.UNKNOWN && point.time() < Point.EARLIEST_NS;
    if (cutTime || outcome == Outcome.REJECTED) {
      return point.reject(RejectReason.TRUNCATED, "The file ends within this line.");
    }
    return outcome;
  }

  @Override
  public Outcome parse(byte[] line, int from, int to) {
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
    if (series == null || !series.begins(line, begin, end)) {
      series = table.find(line, begin, Series.separator(line, begin, end, ' '));
    }
    point.begin(series);
    if (series.reason == RejectReason.MALFORMED) {
      return point.reject(series.reason, series.detail);
    }
    if (series.measurement != null) {
      return fields(line, begin + series.length(), end);
    }
    int fieldsEnd = QuotedText.fieldsEnd(line, begin + series.length() + 1, end);
    return fieldsEnd < 0
        ? point.reject(RejectReason.MALFORMED, "The line is no list of fields with a time.")
        : time(line, fieldsEnd, end);
  }

  private Outcome fields(byte[] line, int from, int to) {
    int at = from;
    do {
      at++;
      int field = lastField;
      int equals = series.keyEnd(field, line, at, to);
      if (equals < 0) {
        equals = Series.separator(line, at, to, '=');
        if (equals <= at || equals >= to) {
          return point.reject(RejectReason.MALFORMED, "A field has no key or no value.");
        }
        field = series.measurement.field(line, at, equals);
        lastField = field;
      }
      at = value.read(line, equals + 1, to);
      if (at < 0) {
        return point.reject(
            RejectReason.MALFORMED, "A field's value is no number, boolean or text.");
      }
      if (field >= 0 && !point.take(field, value, line)) {
        return Outcome.REJECTED;
      }
    } while (at < to && line[at] == ',');
    return time(line, at, to);
  }

  private Outcome time(byte[] line, int from, int to) {
    int at = from;
    while (at < to && line[at] == ' ') {
      at++;
    }
    boolean given = at < to;
    if ((given && at == from) || to - at > 19) {
      return point.reject(RejectReason.MALFORMED, "The time is no number of nanoseconds.");
    }
    long ns = 0;
    for (; at < to; at++) {
      int digit = line[at] - '0';
      if (digit < 0 || digit > 9) {
        return point.reject(RejectReason.MALFORMED, "The time is no number of nanoseconds.");
      }
      ns = ns * 10 + digit;
    }
    return point.end(given ? ns : Point.NO_TIME);
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
