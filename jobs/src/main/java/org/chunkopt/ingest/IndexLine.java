package org.chunkopt.ingest;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
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
  private static final long MICROS = 1_000_000L;
  private static final char REPLACEMENT = '\ufffd';
  private static final Pattern SPOKEN_TIME =
      Pattern.compile("(\\d{4}-\\d\\d-\\d\\d) (\\d\\d:\\d\\d:\\d\\d) ([+-]\\d{4})( .*)?");
  private static final DateTimeFormatter OFFSET_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxx", Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private enum Key {
    PATH("path"),
    NAME("name"),
    TYPE("type"),
    SIZE("size"),
    BLOCKS("blocks"),
    INODE("inode"),
    LINKS("nlink", "links"),
    ATIME("atime"),
    MTIME("mtime"),
    CTIME("ctime"),
    // A release prints uid and user, the name: the number must not be overwritten by it.
    UID("uid"),
    USER("user"),
    GID("gid"),
    GROUP("group"),
    ENTRY_ID("entry_id"),
    OWNER_ID("owner_id"),
    PATTERN("stripe_pattern", "stripe_pattern_type"),
    CHUNK("stripe_chunk", "stripe_chunk_size"),
    TARGETS("stripe_targets", "stripe_num_targets");

    private final List<String> names;

    Key(String... names) {
      this.names = List.of(names);
    }
  }

  private static final Map<String, Key> KEYS = keys();

  private final JsonLine json = new JsonLine();
  private final byte[] mount;
  private final Map<Key, String> values = new EnumMap<>(Key.class);
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
    Key key = KEYS.get(name);
    if (key != null && !value.isEmpty()) {
      values.put(key, value);
    }
  }

  private Optional<Problem> missing() {
    if (!values.containsKey(Key.PATH) && !values.containsKey(Key.NAME)) {
      return missing(Key.PATH);
    }
    for (Key key :
        List.of(
            Key.TYPE,
            Key.SIZE,
            Key.BLOCKS,
            Key.INODE,
            Key.LINKS,
            Key.ATIME,
            Key.MTIME,
            Key.CTIME)) {
      if (!values.containsKey(key)) {
        return missing(key);
      }
    }
    if (!values.containsKey(Key.UID) && !values.containsKey(Key.USER)) {
      return missing(Key.USER);
    }
    if (!values.containsKey(Key.GID) && !values.containsKey(Key.GROUP)) {
      return missing(Key.GROUP);
    }
    return Optional.empty();
  }

  private static Optional<Problem> missing(Key key) {
    return problem(
        RejectReason.MISSING_KEY,
        "The key " + String.join(" or ", key.names) + " is missing. List all keys with --columns.");
  }

  /** Absolute with or without the mount point, or relative to the root of the file system. */
  private Optional<Problem> readPath() {
    String text = values.get(Key.PATH);
    if (text == null) {
      text = values.get(Key.NAME);
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
      path = mounted ? java.util.Arrays.copyOfRange(bytes, mount.length, bytes.length) : bytes;
    }
    return Optional.empty();
  }

  private Optional<Problem> readStat() {
    type = EntryType.ofIndex(values.get(Key.TYPE));
    if (type == EntryType.UNKNOWN) {
      return problem(
          RejectReason.WRONG_TYPE, "The type " + quoted(values.get(Key.TYPE)) + " is not known.");
    }
    byte[] digits = values.get(Key.INODE).getBytes(StandardCharsets.UTF_8);
    if (!Ascii.isUnsigned(digits, 0, digits.length)) {
      return invalid(Key.INODE);
    }
    inode = Ascii.unsigned(digits, 0, digits.length);
    size = number(values.get(Key.SIZE));
    blocks = number(values.get(Key.BLOCKS));
    links = number(values.get(Key.LINKS));
    if (size < 0) {
      return invalid(Key.SIZE);
    }
    if (blocks < 0 || blocks > Long.MAX_VALUE / BLOCK_BYTES) {
      return invalid(Key.BLOCKS);
    }
    if (links < 0) {
      return invalid(Key.LINKS);
    }
    List<Key> keys = List.of(Key.ATIME, Key.MTIME, Key.CTIME);
    for (int i = 0; i < times.length; i++) {
      times[i] = micros(values.get(keys.get(i)));
      if (times[i] == Ascii.NO_NUMBER) {
        return malformed(
            "The "
                + keys.get(i).names.get(0)
                + " "
                + quoted(values.get(keys.get(i)))
                + " is no time in full. List with --full-time.");
      }
    }
    uid = owner(Key.UID, Key.USER);
    gid = owner(Key.GID, Key.GROUP);
    return Optional.empty();
  }

  /** The number, or none where the tool has turned it into a name of its host. */
  private long owner(Key number, Key name) {
    String text = values.containsKey(number) ? values.get(number) : values.get(name);
    return Math.max(number(text), EntryInfo.NONE);
  }

  /** What BeeGFS itself knows; the index has it for files, for other entries it may be empty. */
  private Optional<Problem> readInfo() {
    info.type = type;
    info.entryId = values.getOrDefault(Key.ENTRY_ID, "");
    info.pattern = pattern(values.get(Key.PATTERN));
    long owner = number(values.getOrDefault(Key.OWNER_ID, ""));
    info.metaNode = owner > 0 && owner <= Integer.MAX_VALUE ? owner : EntryInfo.NONE;
    if (info.entryId.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
      return malformed("The entry_id " + quoted(info.entryId) + " is not valid.");
    }
    return type == EntryType.FILE ? readStripe() : readDefaults();
  }

  private Optional<Problem> readStripe() {
    for (Key key : List.of(Key.ENTRY_ID, Key.CHUNK, Key.TARGETS)) {
      if (!values.containsKey(key)) {
        return missing(key);
      }
    }
    Optional<Problem> chunk = readChunk();
    if (chunk.isPresent()) {
      return chunk;
    }
    info.actualTargets = number(values.get(Key.TARGETS));
    return info.actualTargets < 1 || info.actualTargets > MAX_TARGETS
        ? invalid(Key.TARGETS)
        : Optional.empty();
  }

  /** Of a directory: what new files get. The tool prints nothing or 0 where it does not know. */
  private Optional<Problem> readDefaults() {
    String chunk = values.getOrDefault(Key.CHUNK, "0");
    if (type != EntryType.DIRECTORY || chunk.equals("0")) {
      return Optional.empty();
    }
    long targets = number(values.getOrDefault(Key.TARGETS, ""));
    info.desiredTargets = targets > 0 && targets <= MAX_TARGETS ? targets : EntryInfo.NONE;
    return readChunk();
  }

  private Optional<Problem> readChunk() {
    try {
      info.chunkBytes = ChunkSize.parse(values.get(Key.CHUNK)).bytes();
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

  /**
   * Seconds since 1970 with or without decimals, RFC 3339, or {@code 2026-11-23 17:06:16 +0000 UTC}
   * as {@code --full-time} prints it; {@link Ascii#NO_NUMBER} where it is none of them.
   */
  private static long micros(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    long seconds = Ascii.micros(bytes, 0, bytes.length);
    if (seconds != Ascii.NO_NUMBER) {
      return seconds;
    }
    try {
      var spoken = SPOKEN_TIME.matcher(text);
      OffsetDateTime time =
          spoken.matches()
              ? OffsetDateTime.parse(
                  spoken.group(1) + "T" + spoken.group(2) + spoken.group(3), OFFSET_TIME)
              : OffsetDateTime.parse(text);
      return Math.addExact(Math.multiplyExact(time.toEpochSecond(), MICROS), time.getNano() / 1000);
    } catch (DateTimeException | ArithmeticException e) {
      return Ascii.NO_NUMBER;
    }
  }

  /** A whole number of at most 18 digits, or {@link Ascii#NO_NUMBER}. */
  private static long number(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Ascii.decimal(bytes, 0, bytes.length);
  }

  private Optional<Problem> invalid(Key key) {
    return malformed(
        "The " + String.join(" or ", key.names) + " " + quoted(values.get(key)) + " is not valid.");
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

  private static Map<String, Key> keys() {
    Map<String, Key> keys = new java.util.HashMap<>();
    for (Key key : Key.values()) {
      key.names.forEach(name -> keys.put(name, key));
    }
    return Map.copyOf(keys);
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
