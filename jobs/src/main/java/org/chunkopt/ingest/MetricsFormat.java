package org.chunkopt.ingest;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/** The formats of metrics, recognised from the head of a file. */
enum MetricsFormat {
  /** {@code influx_inspect export}, {@code influxd inspect export-lp}. */
  LINE_PROTOCOL("line-protocol"),
  /** CSV of InfluxDB 1.x. */
  INFLUXQL_CSV("influxql-csv"),
  /** Annotated CSV of InfluxDB 2.x. */
  ANNOTATED_CSV("annotated-csv");

  private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

  private final String ledgerName;

  MetricsFormat(String ledgerName) {
    this.ledgerName = ledgerName;
  }

  /** The value of {@code ingest_ledger.format}. */
  String ledgerName() {
    return ledgerName;
  }

  /** Whether a line can be read without those before it. */
  boolean isSplittable() {
    return this == LINE_PROTOCOL;
  }

  /**
   * A parser of the format.
   *
   * @param latestNs points later than this are rejected
   * @param serverLatestNs the same for points that BeeGFS servers stamp by their own clocks
   * @param beforeForgetting what to do with a series before the parser forgets it
   */
  PointParser parser(long latestNs, long serverLatestNs, Consumer<Series> beforeForgetting) {
    Point point = new Point(latestNs, serverLatestNs);
    return switch (this) {
      case LINE_PROTOCOL -> new LineProtocol(point, beforeForgetting);
      case INFLUXQL_CSV -> CsvPoints.influxql(point, beforeForgetting);
      case ANNOTATED_CSV -> CsvPoints.flux(point, beforeForgetting);
    };
  }

  /** The format of a file that begins with these bytes; an empty file is line protocol. */
  static Optional<MetricsFormat> of(byte[] head) {
    String first = new String(head, StandardCharsets.ISO_8859_1).stripLeading();
    if (first.startsWith(BYTE_ORDER_MARK)) {
      first = first.substring(BYTE_ORDER_MARK.length());
    }
    if (first.startsWith("#group,")
        || first.startsWith("#datatype,")
        || first.startsWith("#default,")
        || first.startsWith(",result,table,")
        || first.startsWith(",error,")) {
      return Optional.of(ANNOTATED_CSV);
    }
    if (first.startsWith("name,tags,")
        || first.startsWith("name,time,")
        || first.startsWith("error\n")) {
      return Optional.of(INFLUXQL_CSV);
    }
    return isLineProtocol(head) ? Optional.of(LINE_PROTOCOL) : Optional.empty();
  }

  /** Whether of the lines in the head one can be read, or all are comments. */
  private static boolean isLineProtocol(byte[] head) {
    LineProtocol parser = new LineProtocol(Long.MAX_VALUE, series -> {});
    LineReader reader = new LineReader(new ByteArrayInputStream(head), 0, head.length);
    boolean onlyComments = true;
    try {
      while (reader.next()) {
        switch (parser.parse(reader.bytes(), reader.from(), reader.to())) {
          case ACCEPTED, UNKNOWN -> {
            return true;
          }
          case REJECTED -> {
            switch (parser.point().reason()) {
              case MALFORMED -> onlyComments = false;
              default -> {
                return true;
              }
            }
          }
          case COMMENT, BLANK -> {}
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Bytes in memory cannot fail to be read.", e);
    }
    return onlyComments;
  }
}
