package org.chunkopt.ingest;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * Finds the first record of a split of line protocol. A newline before it may stand in a quoted
 * text, which only what precedes it tells. So the records of some megabytes before the split are
 * followed twice: as if those began outside of a text, and as if within one. The wrong assumption
 * soon meets a record of no shape, because quotes within a text are escaped. Where both hold, as
 * lines that were logged with that intent can make it, the search begins further back.
 */
final class RecordStart {
  /** Twice the longest text of InfluxDB with its escapes. */
  private static final long LOOK_BACK_BYTES = 2L * LineReader.MOST_TEXT_BYTES;

  private final FSDataInputStream file;
  private final long start;
  private final int maxLineBytes;

  private RecordStart(FSDataInputStream file, long start, int maxLineBytes) {
    this.file = file;
    this.start = start;
    this.maxLineBytes = maxLineBytes;
  }

  /** Offset of the first record that begins at {@code start} or after it, or of the file's end. */
  static long find(FSDataInputStream file, long start, int maxLineBytes) throws IOException {
    return find(file, start, maxLineBytes, LOOK_BACK_BYTES);
  }

  static long find(FSDataInputStream file, long start, int maxLineBytes, long lookBackBytes)
      throws IOException {
    RecordStart search = new RecordStart(file, start, maxLineBytes);
    for (long back = lookBackBytes; back < start; back *= 4) {
      Walk outside = search.outside(start - back);
      long within = search.within(start - back);
      if (within < 0 || within == outside.to()) {
        return outside.to();
      }
      if (outside.metDamage()) {
        return within;
      }
    }
    return search.outside(0).to();
  }

  /**
   * Where following the records led.
   *
   * @param to first record of the split
   * @param metDamage whether a line before had no shape
   */
  private record Walk(long to, boolean metDamage) {}

  /** As if the first newline from here ended a record. */
  private Walk outside(long from) throws IOException {
    LineReader lines = lines(from);
    if (from > 0) {
      lines.next();
    }
    return follow(lines);
  }

  /** As if the first newline from here stood in a text; -1 where that cannot be. */
  private long within(long from) throws IOException {
    LineReader lines = lines(from);
    lines.next();
    if (lines.isTooLong()) {
      return -1;
    }
    int end = QuotedText.OPEN;
    while (end == QuotedText.OPEN) {
      if (!lines.extend(false)) {
        return -1;
      }
      end =
          QuotedText.shapeAfterValue(lines.bytes(), lines.textEnd(), QuotedText.contentEnd(lines));
    }
    if (end < 0) {
      return -1;
    }
    Walk walk = follow(lines);
    return walk.metDamage() ? -1 : walk.to();
  }

  private LineReader lines(long from) throws IOException {
    long before = Math.max(0, from - 1);
    file.seek(before);
    return new LineReader(file, before, maxLineBytes);
  }

  private Walk follow(LineReader lines) throws IOException {
    boolean metDamage = false;
    while (lines.next()) {
      if (lines.offset() >= start) {
        return new Walk(lines.offset(), metDamage);
      }
      if (lines.isTooLong() || !QuotedText.isWhole(lines)) {
        metDamage = true;
        lines.retract();
      }
    }
    return new Walk(lines.offset(), metDamage);
  }
}
