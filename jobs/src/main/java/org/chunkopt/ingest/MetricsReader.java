package org.chunkopt.ingest;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.chunkopt.tables.RejectReason;

/**
 * Reads the splits of one task. Each row is one of these: a block of points, a reject, the ledger
 * of a split, or {@link MetricsShuffle#CONTEXT}.
 */
final class MetricsReader implements Iterator<Row> {
  /** Positions of the first three in a row; the others are null. */
  static final int BLOCK = 0;

  static final int REJECT = 1;
  static final int LEDGER = 2;

  static final StructType BLOCKS =
      StructType.fromDDL(
          """
          measurement STRING, subject STRING, part STRING, name STRING, series STRING, field STRING,
          hour BIGINT, file INT, byte_offset BIGINT, points BINARY, text STRING, last_at BIGINT,
          segment BIGINT, lines INT, first_at BIGINT
          """);
  static final StructType REJECTS =
      StructType.fromDDL("file INT, byte_offset BIGINT, raw BINARY, reason STRING, detail STRING");
  static final StructType LEDGERS =
      StructType.fromDDL(
          """
          file INT, format STRING, bytes BIGINT, lines BIGINT, accepted BIGINT, rejected BIGINT,
          comments BIGINT, blanks BIGINT, unknown BIGINT, detail STRING
          """);

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
  static final String UNREADABLE = "unreadable";
  private static final String UNRECOGNISED = "unknown";
  private static final int LINES_A_STEP = 4096;
  private static final int MOST_OPEN_BLOCKS = 1 << 16;
  private static final int MOST_OPEN_POINTS = 1 << 21;

  private final Iterator<MetricsSplit> splits;
  private final Configuration hadoop;
  private final int maxLineBytes;
  private final long latestNs;
  private final long serverLatestNs;
  private final ArrayDeque<Row> ready = new ArrayDeque<>();
  private MetricsSplit split;
  private MetricsText text;
  private PointParser parser;
  private MetricsFormat format;
  private long[] outcomes;
  private long bytes;

  /** Where the database and policy of the present lines were named, or the split began. */
  private long segment;

  private long hour;
  private int openBlocks;
  private int openPoints;

  /**
   * A reader.
   *
   * @param latestNs points later than this are rejected
   */
  MetricsReader(
      Iterator<MetricsSplit> splits, Configuration hadoop, int maxLineBytes, long latestNs) {
    this(splits, hadoop, maxLineBytes, latestNs, latestNs);
  }

  /**
   * A reader.
   *
   * @param serverLatestNs the same for points that BeeGFS servers stamp by their own clocks
   */
  MetricsReader(
      Iterator<MetricsSplit> splits,
      Configuration hadoop,
      int maxLineBytes,
      long latestNs,
      long serverLatestNs) {
    this.splits = splits;
    this.hadoop = hadoop;
    this.maxLineBytes = maxLineBytes;
    this.latestNs = latestNs;
    this.serverLatestNs = serverLatestNs;
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && (text != null || splits.hasNext())) {
      try {
        if (text == null) {
          open(splits.next());
        } else {
          step();
        }
      } catch (ZipException
          | EOFException
          | FileNotFoundException
          | AccessControlException
          | ChecksumException e) {
        ready.clear();
        ready.add(ledger(UNREADABLE, bytes, 1, 0, 1, 0, 0, 0, "The file: " + e.getMessage()));
        close();
      } catch (IOException e) {
        throw new UncheckedIOException("Reading " + split.path() + " failed.", e);
      }
    }
    return !ready.isEmpty();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private void open(MetricsSplit next) throws IOException {
    split = next;
    bytes = 0;
    segment = split.start();
    outcomes = new long[PointParser.Outcome.values().length];
    text = MetricsText.open(split, hadoop, maxLineBytes);
    if (text.isElsewhere()) {
      close();
    } else if (text.format().isEmpty()) {
      if (split.start() == 0) {
        ready.add(
            reject(
                0,
                text.sample(),
                RejectReason.UNKNOWN_FORMAT,
                "The file is neither line protocol nor CSV of InfluxDB. Export it with"
                    + " influx_inspect, influxd inspect or influx query --raw."));
        ready.add(ledger(UNRECOGNISED, split.end(), 1, 0, 1, 0, 0, 0, null));
      }
      close();
    } else {
      format = text.format().get();
      parser = format.parser(latestNs, serverLatestNs, this::emit);
    }
  }

  private void step() throws IOException {
    LineReader lines = text.lines();
    for (int i = 0; i < LINES_A_STEP; i++) {
      if (!text.next()) {
        finish();
        return;
      }
      bytes += lines.length();
      outcomes[read(lines).ordinal()]++;
      // Lines of a text are of no point of their own.
      outcomes[PointParser.Outcome.UNKNOWN.ordinal()] += lines.furtherLines();
    }
  }

  private PointParser.Outcome read(LineReader lines) {
    if (lines.isTooLong()) {
      rejectLine(lines, RejectReason.LINE_TOO_LONG, "Raise ingest.max-line-bytes to take it.");
      return PointParser.Outcome.REJECTED;
    }
    if (lines.isTextCut()) {
      rejectLine(lines, RejectReason.TRUNCATED, "The file ends within a text.");
      return PointParser.Outcome.REJECTED;
    }
    int from = lines.from();
    if (lines.offset() == 0 && Ascii.startsWith(lines.bytes(), from, lines.to(), BYTE_ORDER_MARK)) {
      from += BYTE_ORDER_MARK.length;
    }
    PointParser.Outcome outcome =
        lines.isTerminated()
            ? parser.parse(lines.bytes(), from, lines.to())
            : parser.parseUnterminated(lines.bytes(), from, lines.to());
    if (outcome == PointParser.Outcome.ACCEPTED) {
      keep(lines.offset());
    } else if (outcome == PointParser.Outcome.COMMENT && format == MetricsFormat.LINE_PROTOCOL) {
      comment(lines, from);
    } else if (outcome == PointParser.Outcome.REJECTED) {
      rejectLine(lines, parser.point().reason(), parser.point().detail());
    }
    return outcome;
  }

  /** Comments that name a database or policy: those after it are points of these. */
  private void comment(LineReader lines, int from) {
    String comment = new String(lines.bytes(), from, lines.to() - from, StandardCharsets.UTF_8);
    if (CopyChoice.isContext(comment)) {
      parser.forEachSeries(this::emit);
      segment = lines.offset();
      ready.add(
          MetricsShuffle.row(
              MetricsShuffle.CONTEXT, RowFactory.create(split.file(), segment, comment.strip())));
    }
  }

  private void keep(long offset) {
    Point point = parser.point();
    Series series = point.series();
    // Most points are of the hour of the point before, and a division takes long.
    if (point.time() - hour * PointBlock.HOUR_NS >= PointBlock.HOUR_NS
        || point.time() < hour * PointBlock.HOUR_NS) {
      hour = point.time() / PointBlock.HOUR_NS;
    }
    for (int i = 0; i < point.count(); i++) {
      int field = point.field(i);
      PointBlock block = series.open[field];
      String value = point.text(i);
      if (block == null || !block.takes(hour, value)) {
        if (block != null) {
          emit(series, field);
        }
        if (openBlocks > MOST_OPEN_BLOCKS || openPoints > MOST_OPEN_POINTS) {
          parser.forEachSeries(this::emit);
        }
        block = new PointBlock(hour, offset, value);
        series.open[field] = block;
        openBlocks++;
      }
      block.add(point.time(), point.value(i), i == 0);
      openPoints++;
    }
  }

  private void emit(Series series) {
    for (int field = 0; field < series.open.length; field++) {
      if (series.open[field] != null) {
        emit(series, field);
      }
    }
  }

  private void emit(Series series, int field) {
    PointBlock block = series.open[field];
    series.open[field] = null;
    openBlocks--;
    openPoints -= block.size();
    Row row =
        RowFactory.create(
            series.measurement.name(),
            series.subject,
            series.part,
            series.name,
            series.identity,
            series.fields[field].name(),
            block.hour,
            split.file(),
            block.offset,
            block.packed(),
            block.text,
            block.last(),
            segment,
            block.lines(),
            block.first());
    ready.add(RowFactory.create(row, null, null));
  }

  private void finish() {
    parser.forEachSeries(this::emit);
    long lines = Arrays.stream(outcomes).sum();
    ready.add(
        ledger(
            format.ledgerName(),
            bytes,
            lines,
            outcomes[PointParser.Outcome.ACCEPTED.ordinal()],
            outcomes[PointParser.Outcome.REJECTED.ordinal()],
            outcomes[PointParser.Outcome.COMMENT.ordinal()],
            outcomes[PointParser.Outcome.BLANK.ordinal()],
            outcomes[PointParser.Outcome.UNKNOWN.ordinal()],
            null));
    close();
  }

  /** What is still open belongs to a file that is dropped, or has been emitted. */
  private void close() {
    parser = null;
    openBlocks = 0;
    openPoints = 0;
    try {
      if (text != null) {
        text.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Closing " + split.path() + " failed.", e);
    } finally {
      text = null;
    }
  }

  private void rejectLine(LineReader lines, RejectReason reason, String detail) {
    int to = Math.min(lines.to(), lines.from() + LineReader.RAW_BYTES);
    byte[] raw = Arrays.copyOfRange(lines.bytes(), lines.from(), to);
    ready.add(reject(lines.offset(), raw, reason, detail));
  }

  private Row reject(long offset, byte[] raw, RejectReason reason, String detail) {
    return RowFactory.create(
        null, RowFactory.create(split.file(), offset, raw, reason.name(), detail), null);
  }

  private Row ledger(Object... values) {
    Object[] row = new Object[values.length + 1];
    row[0] = split.file();
    for (int i = 0; i < values.length; i++) {
      row[i + 1] = values[i] instanceof Integer number ? (Object) number.longValue() : values[i];
    }
    return RowFactory.create(null, null, RowFactory.create(row));
  }
}
