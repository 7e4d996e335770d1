package org.chunkopt.simulate;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * One file as {@code influx_inspect export} writes it: a field a line, ordered by series, field and
 * time.
 */
final class Export implements Points, Closeable {
  /** In place of a value: no point. */
  static final long ABSENT = -1;

  /** In place of a value: an unsigned counter that went below zero. */
  static final long WRAPPED = Long.MAX_VALUE;

  private static final byte[] WRAPPED_TEXT = bytes("1.8446744073709552e+19");

  private final ByteText out;

  /** Opens {@code metrics/NAME.lp} for the metrics of a span. */
  Export(Drop drop, String name, Site.Span span) throws IOException {
    this(drop.create("metrics/" + name + ".lp"), span);
  }

  Export(ByteText out, Site.Span span) throws IOException {
    this.out = out;
    out.text("# INFLUXDB EXPORT: ").text(Instant.ofEpochSecond(span.from()).toString());
    out.text(" - ").text(Instant.ofEpochSecond(span.to()).toString());
    out.text("\n# DDL\nCREATE DATABASE beegfs_mon WITH NAME auto\n# DML\n");
    out.text("# CONTEXT-DATABASE:beegfs_mon\n# CONTEXT-RETENTION-POLICY:auto\n");
    out.text("# writing tsm data\n");
  }

  @Override
  public void floats(String series, String field, long[] nanos, long[] values, int count)
      throws IOException {
    byte[] start = start(series, field);
    for (int i = 0; i < count; i++) {
      long value = values[i];
      if (value == ABSENT) {
        continue;
      }
      out.bytes(start);
      if (value == WRAPPED) {
        out.bytes(WRAPPED_TEXT);
      } else {
        out.goFloat(value);
      }
      out.put(' ').whole(nanos[i]).put('\n');
    }
  }

  @Override
  public void fractions(String series, String field, long[] nanos, long[] millionths, int count)
      throws IOException {
    byte[] start = start(series, field);
    for (int i = 0; i < count; i++) {
      if (millionths[i] != ABSENT) {
        out.bytes(start).millionths(millionths[i]).put(' ').whole(nanos[i]).put('\n');
      }
    }
  }

  @Override
  public void integers(String series, String field, long[] nanos, long[] values, int count)
      throws IOException {
    byte[] start = start(series, field);
    for (int i = 0; i < count; i++) {
      if (values[i] != ABSENT) {
        out.bytes(start).whole(values[i]).text("i ").whole(nanos[i]).put('\n');
      }
    }
  }

  @Override
  public void constant(
      String series, String field, String text, long[] nanos, long[] present, int count)
      throws IOException {
    byte[] start = start(series, field);
    byte[] value = bytes(text + " ");
    for (int i = 0; i < count; i++) {
      if (present[i] != ABSENT) {
        out.bytes(start).bytes(value).whole(nanos[i]).put('\n');
      }
    }
  }

  @Override
  public void responding(String series, long[] nanos, long[] values, int count) throws IOException {
    byte[] start = start(series, "isResponding");
    for (int i = 0; i < count; i++) {
      out.bytes(start).text(values[i] == ABSENT ? "false " : "true ").whole(nanos[i]).put('\n');
    }
  }

  @Override
  public void close() throws IOException {
    out.text("# writing wal data\n");
    out.close();
  }

  private static byte[] start(String series, String field) {
    return bytes(series + " " + field + "=");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
