package org.chunkopt.ingest;

import java.io.IOException;

/**
 * Joins the lines of a record. A quoted value may hold newlines (InfluxDB stores them, and exports
 * write them as they are), so the record ends at the first newline outside of quotes.
 *
 * <p>A quote that damage has left open would take all that follows for a text. So lines are joined
 * only where the result has the shape of a record; else the first line stands alone.
 */
final class QuotedText {
  /** In place of a position: the line ends within a quoted value. */
  static final int OPEN = -1;

  /** In place of a position: this is no list of fields. */
  static final int BAD = -2;

  private static final byte[] CREATE = Ascii.bytes("CREATE ");

  private QuotedText() {}

  /** Joins the line that was just read with those that belong to it. */
  static void join(LineReader lines, MetricsFormat format) throws IOException {
    if (lines.isTooLong() || !hasQuote(lines)) {
      return;
    }
    if (format != MetricsFormat.LINE_PROTOCOL) {
      if (CsvCells.isOpen(lines.bytes(), lines.from(), lines.to())) {
        lines.extend(true);
        if (lines.furtherLines() > 0
            && !new CsvCells().split(lines.bytes(), lines.from(), contentEnd(lines))) {
          lines.retract();
        }
      }
    } else if (!isWhole(lines) && lines.furtherLines() > 0) {
      lines.retract();
    }
  }

  /**
   * Joins the line with those that belong to it, whatever comes of it.
   *
   * @return whether it has the shape of a record of line protocol, of a comment or a blank line
   */
  static boolean isWhole(LineReader lines) throws IOException {
    int end = shape(lines);
    while (end == OPEN && lines.extend(false)) {
      end = shape(lines);
    }
    return end >= 0;
  }

  private static int shape(LineReader lines) {
    byte[] line = lines.bytes();
    int at = lines.from();
    int to = contentEnd(lines);
    while (at < to && (line[at] == ' ' || line[at] == '\t')) {
      at++;
    }
    if (at == to || line[at] == '#' || Ascii.startsWith(line, at, to, CREATE)) {
      return to;
    }
    int fields = Series.separator(line, at, to, ' ');
    return fields == at ? BAD : shapeOfFields(line, fields + 1, to);
  }

  /** Where the fields and the time of a record end, which is at {@code to}, or OPEN or BAD. */
  private static int shapeOfFields(byte[] line, int from, int to) {
    int end = fieldsEnd(line, from, to);
    return end < 0 ? end : shapeOfTime(line, end, to);
  }

  private static int shapeOfTime(byte[] line, int from, int to) {
    int at = from;
    while (at < to && (line[at] == ' ' || line[at] == '-')) {
      at++;
    }
    while (at < to && line[at] >= '0' && line[at] <= '9') {
      at++;
    }
    return at == to ? to : BAD;
  }

  /**
   * Where the rest of a record ends whose quoted value has just ended at {@code from}: at {@code
   * to}, or OPEN or BAD.
   */
  static int shapeAfterValue(byte[] line, int from, int to) {
    if (from < to && line[from] != ',' && line[from] != ' ') {
      return BAD;
    }
    return from < to && line[from] == ','
        ? shapeOfFields(line, from + 1, to)
        : shapeOfTime(line, from, to);
  }

  /**
   * Passes over {@code key=value,...}; values are not read.
   *
   * @return where the fields end: at a space or {@code to}; else OPEN or BAD
   */
  static int fieldsEnd(byte[] line, int from, int to) {
    int at = from;
    while (true) {
      int equals = Series.separator(line, at, to, '=');
      if (equals == at || equals + 1 >= to) {
        return BAD;
      }
      at = valueEnd(line, equals + 1, to);
      if (at < 0 || at == to || line[at] == ' ') {
        return at;
      }
      at++;
    }
  }

  private static int valueEnd(byte[] line, int from, int to) {
    int at = from;
    if (line[at] != '"') {
      while (at < to && line[at] != ',' && line[at] != ' ') {
        if (line[at++] == '"') {
          return BAD;
        }
      }
      return at == from ? BAD : at;
    }
    for (at++; at < to && line[at] != '"'; at++) {
      if (line[at] == '\\') {
        at++;
      }
    }
    if (at >= to) {
      return OPEN;
    }
    at++;
    return at == to || line[at] == ',' || line[at] == ' ' ? at : BAD;
  }

  private static boolean hasQuote(LineReader lines) {
    return Ascii.indexOf((byte) '"', lines.bytes(), lines.from(), lines.to()) < lines.to();
  }

  /** Without the spaces and the carriage return at the end. */
  static int contentEnd(LineReader lines) {
    int end = lines.to();
    while (end > lines.from() && isBlank(lines.bytes()[end - 1])) {
      end--;
    }
    return end;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r';
  }
}
