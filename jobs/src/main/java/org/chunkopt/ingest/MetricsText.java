package org.chunkopt.ingest;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The text of a split: opened, unpacked, its format recognised from the head of the file. */
final class MetricsText implements Closeable {
  private static final int HEAD_BYTES = 1 << 16;

  private final FSDataInputStream file;
  private final byte[] head;
  private final LineReader lines;
  private final long end;
  private final Optional<MetricsFormat> format;

  private MetricsText(
      FSDataInputStream file,
      byte[] head,
      Optional<MetricsFormat> format,
      LineReader lines,
      long end) {
    this.file = file;
    this.head = head;
    this.format = format;
    this.lines = lines;
    this.end = end;
  }

  static MetricsText open(MetricsSplit split, Configuration hadoop, int maxLineBytes)
      throws IOException {
    Path path = new Path(split.path());
    FileSystem fileSystem = path.getFileSystem(hadoop);
    InputFiles.requirePlain(fileSystem, path);
    FSDataInputStream file = fileSystem.open(path);
    try {
      byte[] head = file.readNBytes(HEAD_BYTES);
      if (head.length == 0) {
        InputOpener.requireNoGzip(file, split.path());
      }
      if (head.length > 1 && head[0] == (byte) 0x1f && head[1] == (byte) 0x8b) {
        return gzipped(split, file, maxLineBytes);
      }
      Optional<MetricsFormat> format = MetricsFormat.of(head);
      boolean whole = format.isPresent() && !format.get().isSplittable();
      if (whole && split.start() > 0) {
        return elsewhere(file);
      }
      long from = split.start() == 0 ? 0 : RecordStart.find(file, split.start(), maxLineBytes);
      file.seek(from);
      LineReader lines = new LineReader(file, from, maxLineBytes);
      return new MetricsText(file, head, format, lines, whole ? Long.MAX_VALUE : split.end());
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private static MetricsText gzipped(MetricsSplit split, FSDataInputStream file, int maxLineBytes)
      throws IOException {
    if (split.start() > 0) {
      return elsewhere(file);
    }
    file.seek(0);
    InputStream text = new GZIPInputStream(file, HEAD_BYTES);
    byte[] head = text.readNBytes(HEAD_BYTES);
    InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head), text);
    LineReader lines = new LineReader(whole, 0, maxLineBytes);
    return new MetricsText(file, head, MetricsFormat.of(head), lines, Long.MAX_VALUE);
  }

  private static MetricsText elsewhere(FSDataInputStream file) {
    return new MetricsText(file, new byte[0], Optional.empty(), null, 0);
  }

  /** Whether another split reads the file. */
  boolean isElsewhere() {
    return lines == null;
  }

  LineReader lines() {
    return lines;
  }

  /** Reads the next record of the split, which may be several lines; false where there is none. */
  boolean next() throws IOException {
    if (!lines.next() || lines.offset() >= end) {
      return false;
    }
    QuotedText.join(lines, format.orElseThrow());
    return true;
  }

  /** The format; empty where it is none that is known. */
  Optional<MetricsFormat> format() {
    return format;
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
