package org.chunkopt.evidence;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import scala.collection.Seq;

/**
 * What the servers wrote per second between a file's creation base time and its mtime, and the two
 * bounds that this puts on the time its own write took.
 */
final class WriteWindow {
  private final long firstSecond;
  private final double[] bytes;

  /**
   * @param base first second of the window, Unix time
   * @param last last second
   */
  WriteWindow(long base, long last) {
    this.firstSecond = base;
    this.bytes = new double[Math.toIntExact(last - base + 1)];
  }

  /**
   * The bounds of a write, in busy seconds.
   *
   * @param fastest seconds of the shortest stretch that ends at mtime and holds the file's bytes
   * @param slowest all busy seconds of the window
   * @param dominance the file's bytes over all bytes of the window, 0..1
   */
  record Bounds(double fastest, double slowest, double dominance) {}

  /** Adds the 60 slots of one server and minute; a slot may be null where there was no sample. */
  void add(long minuteSecond, List<?> bytesBySecond) {
    for (int i = 0; i < bytesBySecond.size(); i++) {
      long at = minuteSecond + i - firstSecond;
      if (at >= 0 && at < bytes.length && bytesBySecond.get(i) instanceof Float written) {
        bytes[(int) at] += written;
      }
    }
  }

  /**
   * The bounds for a file of this size; empty where the window cannot be its write: fewer than two
   * busy seconds, or fewer bytes written than the file has.
   */
  Optional<Bounds> bounds(long sizeBytes) {
    int busy = 0;
    double total = 0;
    int fastest = 0;
    double fromEnd = 0;
    for (int i = bytes.length - 1; i >= 0; i--) {
      if (bytes[i] <= 0) {
        continue;
      }
      busy++;
      total += bytes[i];
      if (fromEnd < sizeBytes) {
        fromEnd += bytes[i];
        fastest = busy;
      }
    }
    if (busy < 2 || total < sizeBytes) {
      return Optional.empty();
    }
    return Optional.of(new Bounds(fastest, busy, sizeBytes / total));
  }

  /** The bounds of a row of {@code write_candidates.sql}. */
  static Optional<Bounds> boundsOf(Row candidate) {
    WriteWindow window =
        new WriteWindow(
            candidate.getLong(candidate.fieldIndex("base_s")),
            candidate.getLong(candidate.fieldIndex("mtime_s")));
    Seq<Row> series = candidate.getSeq(candidate.fieldIndex("series"));
    for (int i = 0; i < series.size(); i++) {
      Row minute = series.apply(i);
      if (!minute.isNullAt(1)) {
        window.add(minute.getLong(0), minute.getList(1));
      }
    }
    return window.bounds(candidate.getLong(candidate.fieldIndex("size_bytes")));
  }
}
