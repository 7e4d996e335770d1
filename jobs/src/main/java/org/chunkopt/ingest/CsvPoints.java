package org.chunkopt.ingest;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.chunkopt.tables.RejectReason;

/**
 * Reads CSV of InfluxDB line by line: of the shell and the HTTP API of 1.x, and annotated CSV of
 * 2.x. Headers and annotations count as comments and may change at any line; what a table has for
 * the tags of a row becomes the series of line protocol, so that both name a series alike. The
 * values of 1.x have no type, so that of the field counts.
 */
final class CsvPoints implements PointParser {
  private static final byte[] NAME = Ascii.bytes("name");
  private static final byte[] TAGS = Ascii.bytes("tags");
  private static final byte[] TIME = Ascii.bytes("time");
  private static final byte[] ERROR = Ascii.bytes("error");
  private static final int MOST_ERROR_CHARS = 300;

  /** Who wrote the file. */
  private enum Dialect {
    INFLUXQL,
    FLUX
  }

  private final Dialect dialect;
  private final Point point;
  private final SeriesTable table;
  private final CsvCells cells = new CsvCells();
  private final CsvSeries key = new CsvSeries();
  private final FieldValue value = new FieldValue();
  private final List<List<String>> annotations = new ArrayList<>();
  private CsvHeader header;
  private byte[] lastName = {};
  private Measurement lastMeasurement;
  private Series series;

  private CsvPoints(Dialect dialect, Point point, Consumer<Series> beforeForgetting) {
    this.dialect = dialect;
    this.point = point;
    this.table = new SeriesTable(beforeForgetting);
  }

  /** CSV of 1.x: {@code influx -format csv}, or {@code /query} with {@code Accept: text/csv}. */
  static CsvPoints influxql(long latestNs, Consumer<Series> beforeForgetting) {
    return influxql(new Point(latestNs, latestNs), beforeForgetting);
  }

  static CsvPoints influxql(Point point, Consumer<Series> beforeForgetting) {
    return new CsvPoints(Dialect.INFLUXQL, point, beforeForgetting);
  }

  /** Annotated CSV of 2.x: {@code influx query --raw}, or {@code /api/v2/query}. */
  static CsvPoints flux(long latestNs, Consumer<Series> beforeForgetting) {
    return flux(new Point(latestNs, latestNs), beforeForgetting);
  }

  static CsvPoints flux(Point point, Consumer<Series> beforeForgetting) {
    return new CsvPoints(Dialect.FLUX, point, beforeForgetting);
  }

  @Override
  public Point point() {
    return point;
  }

  @Override
  public void forEachSeries(Consumer<Series> action) {
    table.forEach(action);
  }

  /** A cell may be cut off in a way that cannot be seen, so no row is taken. */
  @Override
  public Outcome parseUnterminated(byte[] line, int from, int to) {
    Outcome outcome = parse(line, from, to);
    return outcome == Outcome.COMMENT || outcome == Outcome.BLANK
        ? outcome
        : point.reject(RejectReason.TRUNCATED, "The file ends within this line.");
  }

  @Override
  public Outcome parse(byte[] line, int from, int to) {
    int end = to;
    while (end > from && (line[end - 1] == '\r' || line[end - 1] == ' ')) {
      end--;
    }
    if (end == from) {
      if (dialect == Dialect.FLUX) {
        header = null;
        annotations.clear();
      }
      return Outcome.BLANK;
    }
    if (!cells.split(line, from, end)) {
      return point.reject(RejectReason.MALFORMED, "The quotes of the row do not match.");
    }
    if (dialect == Dialect.FLUX && line[from] == '#') {
      if (header != null) {
        header = null;
        annotations.clear();
      }
      annotations.add(texts());
      return Outcome.COMMENT;
    }
    if (isHeader()) {
      return begin();
    }
    return header == null
        ? point.reject(RejectReason.MALFORMED, "The row stands before its header.")
        : row();
  }

  private boolean isHeader() {
    if (dialect == Dialect.FLUX) {
      return header == null;
    }
    return (cells.is(0, NAME) && (cells.is(1, TAGS) || cells.is(1, TIME)))
        || (cells.count() == 1 && cells.is(0, ERROR));
  }

  private Outcome begin() {
    header =
        dialect == Dialect.INFLUXQL
            ? CsvHeader.influxql(texts())
            : CsvHeader.flux(
                texts(), annotation("#group"), annotation("#datatype"), annotation("#default"));
    series = null;
    return Outcome.COMMENT;
  }

  private Outcome row() {
    if (cells.count() != header.columns()) {
      return point.reject(
          RejectReason.MALFORMED,
          "The row has " + cells.count() + " cells, its header " + header.columns() + ".");
    }
    if (header.isError()) {
      String message = cells.text(header.errorColumn());
      return point.reject(
          RejectReason.QUERY_ERROR,
          "InfluxDB reported: "
              + message.substring(0, Math.min(message.length(), MOST_ERROR_CHARS)));
    }
    if (!header.missing().isEmpty()) {
      return point.reject(
          RejectReason.MISSING_KEY, "The table has no column " + header.missing() + ".");
    }
    header.fill(cells);
    Measurement measurement = measurement();
    if (measurement == null) {
      return Outcome.UNKNOWN;
    }
    CsvHeader.Layout layout = header.layout(measurement);
    find(layout);
    point.begin(series);
    if (series.reason == RejectReason.MALFORMED) {
      return point.reject(series.reason, series.detail);
    }
    if (series.reason != null && header.field == CsvHeader.NONE && layout.fields().isEmpty()) {
      // No other plugin writes measurements of BeeGFS-mon: this is the result of another query.
      return series.measurement.hasNumericIds()
          ? point.reject(series.reason, series.detail)
          : Outcome.UNKNOWN;
    }
    if (series.measurement != null && !takeFields(layout)) {
      return Outcome.REJECTED;
    }
    return time();
  }

  private Measurement measurement() {
    int from = cells.from(header.measurement);
    int to = cells.to(header.measurement);
    if (!Arrays.equals(cells.bytes(), from, to, lastName, 0, lastName.length)) {
      lastName = cells.copy(header.measurement);
      lastMeasurement = Measurement.named(new String(lastName, StandardCharsets.UTF_8));
    }
    return lastMeasurement;
  }

  private void find(CsvHeader.Layout layout) {
    key.begin(lastName);
    if (header.tags != CsvHeader.NONE && !cells.isEmpty(header.tags)) {
      key.tags(cells.bytes(), cells.from(header.tags), cells.to(header.tags));
    } else {
      for (CsvHeader.Tag tag : layout.tags()) {
        if (!cells.isEmpty(tag.column())) {
          key.tag(tag.key(), cells.bytes(), cells.from(tag.column()), cells.to(tag.column()));
        }
      }
    }
    if (series == null || !series.equals(key.bytes(), 0, key.length())) {
      series = table.find(key.bytes(), 0, key.length());
    }
  }

  private boolean takeFields(CsvHeader.Layout layout) {
    if (header.field != CsvHeader.NONE) {
      int index =
          series.measurement.field(cells.bytes(), cells.from(header.field), cells.to(header.field));
      return index < 0 || take(header.value, index);
    }
    for (CsvHeader.FieldColumn field : layout.fields()) {
      if (!take(field.column(), field.field())) {
        return false;
      }
    }
    return true;
  }

  private boolean take(int column, int index) {
    if (cells.isEmpty(column)) {
      return true;
    }
    int from = cells.from(column);
    int to = cells.to(column);
    Measurement.Type type = series.fields[index].type();
    boolean textField = type == Measurement.Type.TEXT || type == Measurement.Type.STATE;
    CsvHeader.Type said = header.type(column);
    if (said == CsvHeader.Type.TEXT || (said == CsvHeader.Type.UNSAID && textField)) {
      value.plain(from, to);
    } else if (value.read(cells.bytes(), from, to) != to) {
      point.reject(RejectReason.MALFORMED, "A field's value is no number, boolean or text.");
      return false;
    }
    return point.take(index, value, cells.bytes());
  }

  private Outcome time() {
    if (cells.isEmpty(header.time)) {
      return point.end(Point.NO_TIME);
    }
    long ns = Timestamps.nanos(cells.bytes(), cells.from(header.time), cells.to(header.time));
    return ns == Ascii.NO_NUMBER
        ? point.reject(
            RejectReason.MALFORMED, "The time is neither RFC 3339 nor s, ms, us or ns since 1970.")
        : point.end(ns);
  }

  private List<String> texts() {
    List<String> texts = new ArrayList<>();
    for (int cell = 0; cell < cells.count(); cell++) {
      texts.add(cells.text(cell));
    }
    return texts;
  }

  /** The annotation's values; its own name takes the place of the first, which is no column. */
  private List<String> annotation(String name) {
    return annotations.stream()
        .filter(cellsOf -> cellsOf.get(0).equals(name))
        .findFirst()
        .map(
            cellsOf -> {
              List<String> values = new ArrayList<>(cellsOf);
              values.set(0, "");
              return values;
            })
        .orElse(List.of());
  }
}
