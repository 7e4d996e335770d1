package org.chunkopt.ingest;

import java.util.function.Consumer;

/**
 * Reads the lines of one export in order. What a line says stands in {@link #point} until the next.
 */
interface PointParser {
  /** What a line is. */
  enum Outcome {
    ACCEPTED,
    UNKNOWN,
    COMMENT,
    BLANK,
    REJECTED
  }

  /** Reads the line {@code line[from, to)}, without its newline. */
  Outcome parse(byte[] line, int from, int to);

  /** Reads the last line of a file that ends without a newline: it may be cut off. */
  Outcome parseUnterminated(byte[] line, int from, int to);

  /** The point of the last accepted line, or why the last rejected one is no point. */
  Point point();

  void forEachSeries(Consumer<Series> action);
}
