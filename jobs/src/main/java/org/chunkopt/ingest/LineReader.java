package org.chunkopt.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Lines of a stream as ranges of one reused buffer, with their offsets. A line may be extended by
 * those after it, where a quoted text holds newlines.
 */
final class LineReader {
  /** What is kept of a line that is rejected. */
  static final int RAW_BYTES = 1 << 16;

  /** InfluxDB stores texts of up to a megabyte (MaxFieldValueLength); escapes may double them. */
  static final int MOST_TEXT_BYTES = (2 << 20) + (1 << 17);

  private static final int BUFFER_BYTES = 1 << 18;

  private final InputStream in;
  private final int maxLineBytes;
  private byte[] buffer = new byte[BUFFER_BYTES];
  private int next;
  private int limit;
  private long bufferOffset;
  private byte[] line;
  private int from;
  private int to;
  private long offset;
  private long length;
  private boolean terminated;
  private boolean tooLong;
  private int firstLength;
  private int furtherLines;
  private int textEnd;
  private boolean cutText;

  /**
   * A reader.
   *
   * @param offset offset of the stream's first byte in its file
   * @param maxLineBytes longer lines are cut to {@link #RAW_BYTES} and marked
   */
  LineReader(InputStream in, long offset, int maxLineBytes) {
    this.in = in;
    this.bufferOffset = offset;
    this.maxLineBytes = maxLineBytes;
  }

  /** Reads the next line; false at the end of the stream. */
  boolean next() throws IOException {
    tooLong = false;
    length = 0;
    furtherLines = 0;
    offset = bufferOffset + next;
    int scan = next;
    while (true) {
      scan = Ascii.indexOf((byte) '\n', buffer, scan, limit);
      if (scan < limit) {
        return found(scan, scan + 1, true);
      }
      if (scan - next > maxLineBytes) {
        keepHead(scan);
        scan = 0;
      }
      int shift = next;
      if (!fill()) {
        return (limit > next || tooLong) && found(limit, limit, false);
      }
      scan -= shift;
    }
  }

  /** The buffer that holds the line, until the next line. */
  byte[] bytes() {
    return line;
  }

  int from() {
    return from;
  }

  /** Where the line ends, without its newline. */
  int to() {
    return to;
  }

  /** Offset of the line's first byte. */
  long offset() {
    return offset;
  }

  /** Bytes of the whole line with its newline. */
  long length() {
    return length;
  }

  boolean isTerminated() {
    return terminated;
  }

  boolean isTooLong() {
    return tooLong;
  }

  /** Newlines within the line: so many lines it was extended by. */
  int furtherLines() {
    return furtherLines;
  }

  /** Behind the quote that ended the text of the last extension. */
  int textEnd() {
    return from + textEnd;
  }

  /** Whether the file was found to end within a text, and not with a newline. */
  boolean isTextCut() {
    return cutText;
  }

  /**
   * Extends the line, which ends within a quoted text: to the first newline behind the text. Where
   * there is no such within {@link #MOST_TEXT_BYTES}, the line is as it was read.
   *
   * @param csv a quote in the text is doubled, and further texts may follow; else a backslash
   *     escapes it, and the line ends at the first newline
   */
  boolean extend(boolean csv) throws IOException {
    if (!terminated) {
      return false;
    }
    boolean inText = true;
    boolean escaped = false;
    boolean ended = false;
    int at = next - from;
    int newlines = furtherLines;
    next = from;
    while (inText ? at <= MOST_TEXT_BYTES : !ended) {
      if (next + at == limit && !fill()) {
        cutText |= inText && buffer[limit - 1] != '\n';
        break;
      }
      byte b = buffer[next + at++];
      if (b == '"' && !escaped && (inText || csv)) {
        inText = !inText;
        textEnd = at;
      }
      ended = b == '\n' && !inText;
      newlines += b == '\n' && inText ? 1 : 0;
      escaped = !csv && !escaped && b == '\\';
    }
    from = next;
    if (inText) {
      retract();
      return false;
    }
    cut(at, ended, newlines + 1);
    return true;
  }

  /** Takes back what the line was extended by. */
  void retract() {
    if (furtherLines > 0 || next == from) {
      cut(firstLength, true, 0);
    }
  }

  private void cut(int bytes, boolean withNewline, int newlines) {
    line = buffer;
    to = from + bytes - (withNewline ? 1 : 0);
    next = from + bytes;
    length = bytes;
    terminated = withNewline;
    furtherLines = newlines;
  }

  private boolean found(int end, int following, boolean withNewline) {
    tooLong |= end - next > maxLineBytes;
    length += following - next;
    firstLength = following - next;
    if (tooLong && length > following - next) {
      from = 0;
      to = line.length;
    } else {
      line = buffer;
      from = next;
      to = tooLong ? Math.min(end, next + RAW_BYTES) : end;
    }
    terminated = withNewline;
    next = following;
    return true;
  }

  /** Keeps the head of a line that is too long, and forgets the rest that has been read. */
  private void keepHead(int end) {
    if (!tooLong) {
      line = Arrays.copyOfRange(buffer, next, Math.min(end, next + RAW_BYTES));
      tooLong = true;
    }
    length += end - next;
    bufferOffset += limit;
    next = 0;
    limit = 0;
  }

  private boolean fill() throws IOException {
    if (next > 0) {
      System.arraycopy(buffer, next, buffer, 0, limit - next);
      bufferOffset += next;
      limit -= next;
      next = 0;
    }
    if (limit == buffer.length) {
      buffer = Arrays.copyOf(buffer, buffer.length * 2);
    }
    int read = in.read(buffer, limit, buffer.length - limit);
    if (read > 0) {
      limit += read;
    }
    return read >= 0;
  }
}
