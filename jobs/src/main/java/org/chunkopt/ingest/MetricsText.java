package org.chunkopt.ingest;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;

/** The text of a split: opened, unpacked, its format recognised from the head of the file. */
final class MetricsText implements Closeable {
  private static final int HEAD_BYTES = 1 << 16;

  private final FSDataInputStream file;
  private final byte[] head;
  private final LineReader lines;
  private final long end;

  private MetricsText(FSDataInputStream file, byte[] head, LineReader lines, long end) {
    this.file = file;
    this.head = head;
    this.lines = lines;
    this.end = end;
  }

  static MetricsText open(MetricsSplit split, Configuration hadoop, int maxLineBytes)
      throws IOException {
    Path path = new Path(split.path());
    FSDataInputStream file = path.getFileSystem(hadoop).open(path);
    try {
      byte[] head = file.readNBytes(HEAD_BYTES);
      if (head.length > 1 && head[0] == (byte) 0x1f && head[1] == (byte) 0x8b) {
        return gzipped(split, file, maxLineBytes);
      }
      // From the byte before the split to the first newline is a line of the split before.
      long from = Math.max(0, split.start() - 1);
      file.seek(from);
      LineReader lines = new LineReader(file, from, maxLineBytes);
      if (split.start() > 0) {
        lines.next();
      }
      return new MetricsText(file, head, lines, split.end());
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private static MetricsText gzipped(MetricsSplit split, FSDataInputStream file, int maxLineBytes)
      throws IOException {
    if (split.start() > 0) {
      return new MetricsText(file, new byte[0], null, 0);
    }
    file.seek(0);
    InputStream text = new GZIPInputStream(file, HEAD_BYTES);
    byte[] head = text.readNBytes(HEAD_BYTES);
    InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head), text);
    return new MetricsText(file, head, new LineReader(whole, 0, maxLineBytes), Long.MAX_VALUE);
  }

  /** The first bytes of the file's text. */
  byte[] head() {
    return head;
  }

  /** Whether another split reads the file. */
  boolean isElsewhere() {
    return lines == null;
  }

  LineReader lines() {
    return lines;
  }

  /** Reads the next line of the split; false where there is none. */
  boolean next() throws IOException {
    return lines.next() && lines.offset() < end;
  }

  /**
   * Whether the text is line protocol: of the lines in its head one can be read, or all are
   * comments.
   */
  boolean isLineProtocol() throws IOException {
    LineProtocol parser = new LineProtocol(Long.MAX_VALUE, series -> {});
    LineReader reader = new LineReader(new ByteArrayInputStream(head), 0, HEAD_BYTES);
    boolean onlyComments = true;
    while (reader.next()) {
      switch (parser.parse(reader.bytes(), reader.from(), reader.to())) {
        case ACCEPTED, UNKNOWN -> {
          return true;
        }
        case REJECTED -> {
          switch (parser.reason()) {
            case MALFORMED -> onlyComments = false;
            default -> {
              return true;
            }
          }
        }
        case COMMENT, BLANK -> {}
      }
    }
    return onlyComments;
  }

  /** The bytes that stand for the whole file in rejects. */
  byte[] sample() {
    return Arrays.copyOf(head, Math.min(head.length, 1024));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
