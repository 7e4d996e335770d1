package org.chunkopt.ingest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.tables.RejectReason;

/**
 * One line of {@code beegfs index ls -lR --beegfs} or {@code beegfs index stat --beegfs} of BeeGFS
 * 8 with {@code --output ndjson}: stat and entry info of an entry in one object. The two commands
 * name some keys differently; unknown keys are passed over, and of a key given twice the last
 * counts. The tool prints every value as a string; numbers are taken as well.
 */
final class IndexLine implements EntryStat {
  private static final int MAX_TARGETS = 0xffff;
  private static final int BLOCK_BYTES = 512;
  private static final char REPLACEMENT = '\ufffd';

  private final JsonLine json = new JsonLine();
  private final byte[] mount;
  private final Map<IndexKey, String> values = new EnumMap<>(IndexKey.class);
  private final EntryInfo info = new EntryInfo();
  private final long[] times = new long[3];
  private EntryType type = EntryType.UNKNOWN;
  private byte[] path = {};
  private long inode;
  private long size;
  private long blocks;
  private long links;
  private long uid;
  private long gid;

  /**
   * A parser for many lines.
   *
   * @param mount where the file system is mounted; cut off paths that begin with it
   */
  IndexLine(String mount) {
    // A mount of "/" leaves the paths as they are.
    this.mount = (mount.equals("/") ? "" : mount).getBytes(StandardCharsets.UTF_8);
  }

  /** The entry info of the last line parsed, overwritten by the next. */
  EntryInfo info() {
    return info;
  }

  /** Reads the line, and says what is wrong with it if anything is. */
  Optional<Problem> parse(byte[] bytes, int from, int to) {
    values.clear();
    info.clear();
    return json.parse(bytes, from, to, this::take)
        .or(this::missing)
        .or(this::readPath)
        .or(this::readStat)
        .or(this::readInfo);
  }

  private void take(String name, String value) {
    IndexKey key = IndexKey.named(name);
    if (key != null && !value.isEmpty()) {
      values.put(key, value);
    }
  }

  private Optional<Problem> missing() {
    if (!values.containsKey(IndexKey.PATH) && !values.containsKey(IndexKey.NAME)) {
      return missing(IndexKey.PATH);
    }
    for (IndexKey key : IndexKey.REQUIRED) {
      if (!values.containsKey(key)) {
        return missing(key);
      }
    }
    if (!values.containsKey(IndexKey.UID) && !values.containsKey(IndexKey.USER)) {
      return missing(IndexKey.USER);
    }
    if (!values.containsKey(IndexKey.GID) && !values.containsKey(IndexKey.GROUP)) {
      return missing(IndexKey.GROUP);
    }
    return Optional.empty();
  }

  private static Optional<Problem> missing(IndexKey key) {
    return problem(
        RejectReason.MISSING_KEY,
        "The key " + key.spoken() + " is missing. List all keys with --columns.");
  }

  /** Absolute with or without the mount point, or relative to the root of the file system. */
  private Optional<Problem> readPath() {
    String text = values.get(IndexKey.PATH);
    if (text == null) {
      text = values.get(IndexKey.NAME);
      if (text.charAt(0) != '/') {
        return problem(
            RejectReason.MISSING_KEY, "The name has no directory. List with -R, which has path.");
      }
    }
    if (text.indexOf(REPLACEMENT) >= 0) {
      return problem(
          RejectReason.LOSSY_NAME,
          "The path has bytes that are not UTF-8, and the tool lost them.");
    }
    if (text.indexOf('\0') >= 0) {
      return malformed("The path holds a NUL.");
    }
    if (text.equals(".")) {
      text = "/";
    } else if (text.startsWith("./")) {
      text = text.substring(1);
    } else if (text.charAt(0) != '/') {
      text = "/" + text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    boolean mounted =
        Ascii.startsWith(bytes, 0, bytes.length, mount)
            && (bytes.length == mount.length || bytes[mount.length] == '/');
    if (mounted && bytes.length == mount.length) {
      path = new byte[] {'/'};
    } else {
      path = mounted ? Arrays.copyOfRange(bytes, mount.length, bytes.length) : bytes;
    }
    return Optional.empty();
  }

  private Optional<Problem> readStat() {
    type = EntryType.ofIndex(values.get(IndexKey.TYPE));
    if (type == EntryType.UNKNOWN) {
      return problem(
          RejectReason.WRONG_TYPE,
          "The type " + quoted(values.get(IndexKey.TYPE)) + " is not known.");
    }
    byte[] digits = values.get(IndexKey.INODE).getBytes(StandardCharsets.UTF_8);
    if (!Ascii.isUnsigned(digits, 0, digits.length)) {
      return invalid(IndexKey.INODE);
    }
    inode = Ascii.unsigned(digits, 0, digits.length);
    size = number(values.get(IndexKey.SIZE));
    blocks = number(values.get(IndexKey.BLOCKS));
    links = number(values.get(IndexKey.LINKS));
    if (size < 0) {
      return invalid(IndexKey.SIZE);
    }
    if (blocks < 0 || blocks > Long.MAX_VALUE / BLOCK_BYTES) {
      return invalid(IndexKey.BLOCKS);
    }
    if (links < 0) {
      return invalid(IndexKey.LINKS);
    }
    List<IndexKey> keys = List.of(IndexKey.ATIME, IndexKey.MTIME, IndexKey.CTIME);
    for (int i = 0; i < times.length; i++) {
      times[i] = IndexTime.micros(values.get(keys.get(i)));
      if (times[i] == Ascii.NO_NUMBER) {
        return malformed(
            "The "
                + keys.get(i).spoken()
                + " "
                + quoted(values.get(keys.get(i)))
                + " is no time in full. List with --full-time.");
      }
    }
    uid = owner(IndexKey.UID, IndexKey.USER);
    gid = owner(IndexKey.GID, IndexKey.GROUP);
    return Optional.empty();
  }

  /** The number, or none where the tool has turned it into a name of its host. */
  private long owner(IndexKey number, IndexKey name) {
    String text = values.containsKey(number) ? values.get(number) : values.get(name);
    return Math.max(number(text), EntryInfo.NONE);
  }

  /** What BeeGFS itself knows; the index has it for files, for other entries it may be empty. */
  private Optional<Problem> readInfo() {
    info.type = type;
    info.entryId = values.getOrDefault(IndexKey.ENTRY_ID, "");
    info.pattern = pattern(values.get(IndexKey.PATTERN));
    long owner = number(values.getOrDefault(IndexKey.OWNER_ID, ""));
    info.metaNode = owner > 0 && owner <= Integer.MAX_VALUE ? owner : EntryInfo.NONE;
    if (info.entryId.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
      return malformed("The entry_id " + quoted(info.entryId) + " is not valid.");
    }
    return type == EntryType.FILE ? readStripe() : readDefaults();
  }

  private Optional<Problem> readStripe() {
    for (IndexKey key : List.of(IndexKey.ENTRY_ID, IndexKey.CHUNK, IndexKey.TARGETS)) {
      if (!values.containsKey(key)) {
        return missing(key);
      }
    }
    Optional<Problem> chunk = readChunk();
    if (chunk.isPresent()) {
      return chunk;
    }
    info.actualTargets = number(values.get(IndexKey.TARGETS));
    return info.actualTargets < 1 || info.actualTargets > MAX_TARGETS
        ? invalid(IndexKey.TARGETS)
        : Optional.empty();
  }

  /** Of a directory: what new files get. The tool prints nothing or 0 where it does not know. */
  private Optional<Problem> readDefaults() {
    String chunk = values.getOrDefault(IndexKey.CHUNK, "0");
    if (type != EntryType.DIRECTORY || chunk.equals("0")) {
      return Optional.empty();
    }
    long targets = number(values.getOrDefault(IndexKey.TARGETS, ""));
    info.desiredTargets = targets > 0 && targets <= MAX_TARGETS ? targets : EntryInfo.NONE;
    return readChunk();
  }

  private Optional<Problem> readChunk() {
    try {
      info.chunkBytes = ChunkSize.parse(values.get(IndexKey.CHUNK)).bytes();
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return problem(RejectReason.INVALID_CHUNK_SIZE, EntryInfo.printable(e.getMessage()));
    }
  }

  /** StripePattern.h of BeeGFS numbers the patterns. */
  private static String pattern(String text) {
    return text == null
        ? null
        : switch (text) {
          case "0" -> null;
          case "1" -> "RAID0";
          case "2" -> "RAID10";
          case "3" -> "Buddy Mirror";
          default -> EntryInfo.printable(text);
        };
  }

  /** A whole number of at most 18 digits, or {@link Ascii#NO_NUMBER}. */
  private static long number(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Ascii.decimal(bytes, 0, bytes.length);
  }

  private Optional<Problem> invalid(IndexKey key) {
    return malformed("The " + key.spoken() + " " + quoted(values.get(key)) + " is not valid.");
  }

  private static String quoted(String text) {
    return '"' + EntryInfo.printable(text) + '"';
  }

  private static Optional<Problem> malformed(String detail) {
    return problem(RejectReason.MALFORMED, detail);
  }

  private static Optional<Problem> problem(RejectReason reason, String detail) {
    return Optional.of(new Problem(reason, detail));
  }

  @Override
  public EntryType type() {
    return type;
  }

  @Override
  public byte[] path() {
    return path;
  }

  @Override
  public long inode() {
    return inode;
  }

  @Override
  public long sizeBytes() {
    return size;
  }

  @Override
  public long allocatedBytes() {
    return blocks * BLOCK_BYTES;
  }

  @Override
  public long atime() {
    return times[0];
  }

  @Override
  public long mtime() {
    return times[1];
  }

  @Override
  public long ctime() {
    return times[2];
  }

  @Override
  public long uid() {
    return uid;
  }

  @Override
  public long gid() {
    return gid;
  }

  @Override
  public int links() {
    return (int) Math.min(links, Integer.MAX_VALUE);
  }
}
