package org.chunkopt.ingest;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.beegfs.FilePath;
import org.chunkopt.tables.RejectReason;

/**
 * Checks one measurement of a sweep, column by column: nothing is null that is not empty in the
 * file. The columns come as text, an absent or empty one as "".
 */
final class SweepRow {
  private static final int SHOWN_CHARACTERS = 80;

  static final List<String> REQUIRED =
      List.of(
          "path",
          "group",
          "file_size_bytes",
          "chunk_bytes",
          "num_targets",
          "throughput_mib_s",
          "source");

  static final List<String> OPTIONAL =
      List.of(
          "target_ids",
          "request_bytes",
          "read_share",
          "sequential_share",
          "processes",
          "shared",
          "observed_at");

  /** A value that its column does not allow. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final RejectReason reason;

    Refused(RejectReason reason, String detail) {
      super(detail);
      this.reason = reason;
    }

    Problem problem() {
      return new Problem(reason, getMessage());
    }
  }

  private final Function<String, byte[]> columns;

  /**
   * @param columns bytes of a column's text by its name
   */
  SweepRow(Function<String, byte[]> columns) {
    this.columns = columns;
  }

  /** The row of {@code sweeps}; paths below the mount point lose it. */
  Row row(Sheet sweeps, String mount, String sourceFile, long rowNo) throws Refused {
    return sweeps.row(
        path(mount),
        FilePath.display(required("group")),
        whole("file_size_bytes", 0, Long.MAX_VALUE),
        chunkBytes(),
        (int) whole("num_targets", 1, Integer.MAX_VALUE),
        targetIds(),
        text("request_bytes").isEmpty() ? null : whole("request_bytes", 1, Long.MAX_VALUE),
        share("read_share"),
        share("sequential_share"),
        text("processes").isEmpty() ? null : (int) whole("processes", 1, Integer.MAX_VALUE),
        shared(),
        throughput(),
        observedAt(),
        FilePath.display(required("source")),
        sourceFile,
        rowNo);
  }

  private String path(String mount) throws Refused {
    byte[] path = required("path");
    byte[] prefix = (mount.equals("/") ? "" : mount).getBytes(StandardCharsets.UTF_8);
    boolean below =
        path.length > prefix.length
            && path[prefix.length] == '/'
            && Ascii.startsWith(path, 0, path.length, prefix);
    int from = below ? prefix.length : 0;
    if (path[0] != '/') {
      throw new Refused(RejectReason.MALFORMED, "The path does not begin with a slash.");
    }
    return FilePath.display(java.util.Arrays.copyOfRange(path, from, path.length));
  }

  private long chunkBytes() throws Refused {
    long bytes = whole("chunk_bytes", Long.MIN_VALUE, Long.MAX_VALUE);
    if (!ChunkSize.isValid(bytes)) {
      throw new Refused(
          RejectReason.INVALID_CHUNK_SIZE,
          "Chunk size " + bytes + " is not a power of two from 64 KiB to 2 GiB.");
    }
    return bytes;
  }

  private Integer[] targetIds() throws Refused {
    String text = text("target_ids");
    if (text.isEmpty()) {
      return new Integer[0];
    }
    String[] ids = text.split(";", -1);
    Integer[] targets = new Integer[ids.length];
    for (int i = 0; i < ids.length; i++) {
      targets[i] = (int) whole("target_ids", ids[i].strip(), 0, 0xffff);
    }
    return targets;
  }

  private Boolean shared() throws Refused {
    String text = text("shared").toLowerCase(Locale.ROOT);
    return switch (text) {
      case "" -> null;
      case "true", "1" -> true;
      case "false", "0" -> false;
      default ->
          throw new Refused(
              RejectReason.WRONG_TYPE, "The shared \"" + text + "\" is neither true nor false.");
    };
  }

  private Double share(String column) throws Refused {
    if (text(column).isEmpty()) {
      return null;
    }
    double share = number(column);
    if (share < 0 || share > 1) {
      throw badNumber(column, "outside 0 to 1");
    }
    return share;
  }

  private double throughput() throws Refused {
    double throughput = number("throughput_mib_s");
    if (throughput <= 0) {
      throw badNumber("throughput_mib_s", "not above 0");
    }
    return throughput;
  }

  /** ISO 8601, in UTC where it has no offset, or a number since 1970. */
  private Long observedAt() throws Refused {
    String text = text("observed_at");
    if (text.isEmpty()) {
      return null;
    }
    boolean zoned = text.endsWith("Z") || text.lastIndexOf('+') > 0 || text.lastIndexOf('-') > 10;
    byte[] ascii =
        (text + (text.indexOf('-') > 0 && !zoned ? "Z" : "")).getBytes(StandardCharsets.UTF_8);
    long micros = EventTime.micros(ascii, 0, ascii.length);
    if (micros == Ascii.NO_NUMBER) {
      throw new Refused(
          RejectReason.MALFORMED,
          "The observed_at \"" + shown(text) + "\" is no time; for example 2026-11-23T00:00:00Z.");
    }
    return micros;
  }

  private long whole(String column, long min, long max) throws Refused {
    required(column);
    return whole(column, text(column), min, max);
  }

  private static long whole(String column, String text, long min, long max) throws Refused {
    try {
      // A column of whole numbers with gaps comes out of pandas as 16.0.
      long number = new BigDecimal(text).longValueExact();
      if (number >= min && number <= max) {
        return number;
      }
    } catch (ArithmeticException | NumberFormatException e) {
      // Said below, together with what is out of range.
    }
    throw new Refused(
        RejectReason.BAD_NUMBER,
        "The " + column + " \"" + shown(text) + "\" is no whole number in its range.");
  }

  private double number(String column) throws Refused {
    required(column);
    try {
      double number = Double.parseDouble(text(column));
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, together with what is not finite.
    }
    throw badNumber(column, "no finite number");
  }

  private Refused badNumber(String column, String what) {
    return new Refused(
        RejectReason.BAD_NUMBER,
        "The " + column + " \"" + shown(text(column)) + "\" is " + what + ".");
  }

  private byte[] required(String column) throws Refused {
    byte[] value = columns.apply(column);
    if (value.length == 0) {
      throw new Refused(RejectReason.MISSING_KEY, "The " + column + " is empty.");
    }
    return value;
  }

  private String text(String column) {
    return new String(columns.apply(column), StandardCharsets.UTF_8).strip();
  }

  /** The head of a value, for a message. */
  private static String shown(String value) {
    String text = value.substring(0, Math.min(value.length(), SHOWN_CHARACTERS));
    return FilePath.display(text.getBytes(StandardCharsets.UTF_8));
  }
}
