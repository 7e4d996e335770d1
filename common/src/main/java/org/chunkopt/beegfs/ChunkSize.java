package org.chunkopt.beegfs;

import java.util.List;
import java.util.stream.LongStream;

/**
 * A stripe chunk size in bytes: a power of two from 64 KiB to 2 GiB, as BeeGFS 7 and 8 enforce it
 * (ModeSetPattern.cpp and SetDirPatternMsgEx.cpp of 7.4.7).
 */
public record ChunkSize(long bytes) implements Comparable<ChunkSize> {
  public static final long MIN_BYTES = 64L << 10;
  public static final long MAX_BYTES = 2L << 30;

  /** What BeeGFS gives a new file system: 512 KiB. */
  public static final ChunkSize DEFAULT = new ChunkSize(512L << 10);

  /** The eight sizes that are candidates for a recommendation: 64 KiB to 8 MiB. */
  public static final List<ChunkSize> CANDIDATES =
      LongStream.rangeClosed(6, 13).mapToObj(log2 -> new ChunkSize(1024L << log2)).toList();

  public ChunkSize {
    if (Long.bitCount(bytes) != 1) {
      throw new IllegalArgumentException("Chunk size " + bytes + " is not a power of two.");
    }
    if (bytes < MIN_BYTES || bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "Chunk size " + bytes + " is outside 64 KiB to 2 GiB, the range BeeGFS accepts.");
    }
  }

  /** Whether BeeGFS would accept this many bytes as a chunk size. */
  public static boolean isValid(long bytes) {
    return Long.bitCount(bytes) == 1 && bytes >= MIN_BYTES && bytes <= MAX_BYTES;
  }

  /**
   * Reads a size as BeeGFS prints it: {@code 512K} and {@code 1M} (7.x, binary units), {@code
   * 512Ki} and {@code 1Mi} (8.x), or plain bytes.
   */
  public static ChunkSize parse(String text) {
    String digits = text.endsWith("i") ? text.substring(0, text.length() - 1) : text;
    if (digits.isEmpty()) {
      throw new IllegalArgumentException("Chunk size is empty.");
    }
    int shift =
        switch (digits.charAt(digits.length() - 1)) {
          case 'K', 'k' -> 10;
          case 'M', 'm' -> 20;
          case 'G', 'g' -> 30;
          default -> 0;
        };
    String number = shift == 0 ? digits : digits.substring(0, digits.length() - 1);
    if (number.isEmpty()
        || number.length() > 10
        || !number.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException("Chunk size \"" + text + "\" is not a size.");
    }
    return new ChunkSize(Long.parseLong(number) << shift);
  }

  public int log2Kib() {
    return Long.numberOfTrailingZeros(bytes) - 10;
  }

  /**
   * The argument of {@code beegfs-ctl --setpattern --chunksize=}: binary {@code 512k}, {@code 1m}.
   */
  public String v7() {
    return scaled("k", "m", "g");
  }

  /** The argument of {@code beegfs entry set --chunk-size}: {@code 512Ki}, {@code 1Mi}. */
  public String v8() {
    return scaled("Ki", "Mi", "Gi");
  }

  /**
   * The command that sets this size for new files of listed directories, BeeGFS 7.
   *
   * @param list file with a path a line; a name of ours, since it is not quoted
   */
  public String setPatternV7(String list) {
    return "beegfs-ctl --setpattern --chunksize=" + v7() + " - < " + list;
  }

  /**
   * The same for BeeGFS 8.
   *
   * @param list file with a NUL after each path; a name of ours, since it is not quoted
   */
  public String setPatternV8(String list) {
    return "beegfs entry set --chunk-size " + v8() + " --stdin-delimiter \"\\x00\" - < " + list;
  }

  private String scaled(String kibi, String mebi, String gibi) {
    if (bytes >= 1L << 30) {
      return (bytes >> 30) + gibi;
    }
    return bytes >= 1L << 20 ? (bytes >> 20) + mebi : (bytes >> 10) + kibi;
  }

  @Override
  public int compareTo(ChunkSize other) {
    return Long.compare(bytes, other.bytes);
  }

  @Override
  public String toString() {
    return scaled("K", "M", "G");
  }
}
