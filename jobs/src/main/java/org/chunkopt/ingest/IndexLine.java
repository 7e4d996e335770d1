package org.chunkopt.ingest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.tables.RejectReason;

/**
 * One line of {@code beegfs index ls -lR --beegfs}, {@code beegfs index stat --beegfs} or {@code
 * beegfs index query} of BeeGFS 8 with {@code --output ndjson}: stat and entry info of an entry in
 * one object. The first two name some keys differently, a query numbers them; unknown keys are
 * passed over, and of a key given twice the last counts. The tool prints every value as a string;
 * numbers are taken as well.
 */
final class IndexLine implements EntryStat {
  private static final int MAX_TARGETS = 0xffff;
  private static final int BLOCK_BYTES = 512;
  private static final String MIRRORED = "Buddy Mirror";
  private static final char REPLACEMENT = '\ufffd';

  private final JsonLine json = new JsonLine();
  private final byte[] mount;
  private final Map<String, IndexKey> names;
  private final Map<IndexKey, String> values = new EnumMap<>(IndexKey.class);
  private final Set<IndexKey> empty = EnumSet.noneOf(IndexKey.class);
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
   * @param names of keys, as {@link IndexKey#names} gives them
   */
  IndexLine(String mount, Map<String, IndexKey> names) {
    this.names = names;
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
    empty.clear();
    info.clear();
    return json.parse(bytes, from, to, this::take)
        .or(this::missing)
        .or(this::readPath)
        .or(this::readStat)
        .or(this::readInfo);
  }

  private void take(String name, String value) {
    IndexKey key = names.get(name);
    if (key == null) {
      return;
    }
    if (value.isEmpty()) {
      empty.add(key);
    } else {
      values.put(key, value);
    }
  }

  private Optional<Problem> missing() {
    if (!values.containsKey(IndexKey.PATH)
        && !values.containsKey(IndexKey.PATH_HEX)
        && !values.containsKey(IndexKey.NAME)) {
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
    byte[] named;
    if (values.containsKey(IndexKey.PATH_HEX)) {
      try {
        named = HexFormat.of().parseHex(values.get(IndexKey.PATH_HEX));
      } catch (IllegalArgumentException e) {
        return invalid(IndexKey.PATH_HEX);
      }
    } else {
      String text = values.getOrDefault(IndexKey.PATH, values.get(IndexKey.NAME));
      if (!values.containsKey(IndexKey.PATH) && text.charAt(0) != '/') {
        return problem(
            RejectReason.MISSING_KEY, "The name has no directory. List with -R, which has path.");
      }
      if (text.indexOf(REPLACEMENT) >= 0) {
        return problem(
            RejectReason.LOSSY_NAME,
            "The path has bytes that are not UTF-8, and the tool lost them.");
      }
      named = text.getBytes(StandardCharsets.UTF_8);
    }
    if (Ascii.indexOf((byte) 0, named, 0, named.length) < named.length) {
      return malformed("The path holds a NUL.");
    }
    byte[] bytes = absolute(named);
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

  /** From the root of the file system: the root may be a dot, or not be written at all. */
  private static byte[] absolute(byte[] path) {
    if (path[0] == '/') {
      return path;
    }
    boolean dotted = path[0] == '.' && (path.length == 1 || path[1] == '/');
    int from = dotted ? Math.min(2, path.length) : 0;
    byte[] absolute = new byte[1 + path.length - from];
    absolute[0] = '/';
    System.arraycopy(path, from, absolute, 1, path.length - from);
    return absolute;
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

  /**
   * The number, also of {@code 1000/alice}; none where the tool has turned it into a name of its
   * host.
   */
  private long owner(IndexKey number, IndexKey name) {
    byte[] text =
        (values.containsKey(number) ? values.get(number) : values.get(name))
            .getBytes(StandardCharsets.UTF_8);
    return Math.max(
        Ascii.decimal(text, 0, Ascii.indexOf((byte) '/', text, 0, text.length)), EntryInfo.NONE);
  }

  /** What BeeGFS itself knows; the index has it for files, for other entries it may be empty. */
  private Optional<Problem> readInfo() {
    info.type = type;
    info.entryId = values.getOrDefault(IndexKey.ENTRY_ID, "");
    info.pattern = pattern(values.get(IndexKey.PATTERN));
    long owner = number(values.getOrDefault(IndexKey.OWNER_ID, ""));
    info.metaNode = owner > 0 && owner <= Integer.MAX_VALUE ? owner : EntryInfo.NONE;
    info.storagePool = type == EntryType.DIRECTORY ? values.get(IndexKey.POOL) : null;
    info.remote = number(values.getOrDefault(IndexKey.REMOTES, "0")) > 0;
    // FileState of beegfs-go: five bits of access, three of the state of the data.
    long state = number(values.getOrDefault(IndexKey.STATE, "0"));
    info.locked = state > 0 && (state & 0x1f) != 0;
    info.offloaded = state > 0 && state >> 5 != 0;
    if (info.entryId.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
      return malformed("The entry_id " + quoted(info.entryId) + " is not valid.");
    }
    return type == EntryType.FILE ? readStripe() : readDefaults();
  }

  private Optional<Problem> readStripe() {
    boolean listed = values.containsKey(IndexKey.TARGET_LIST);
    IndexKey targets =
        listed || empty.contains(IndexKey.TARGET_LIST) ? IndexKey.TARGET_LIST : IndexKey.TARGETS;
    for (IndexKey key : List.of(IndexKey.ENTRY_ID, IndexKey.CHUNK, targets)) {
      if (empty.contains(key)) {
        return problem(
            RejectReason.NO_ENTRY_INFO,
            "The "
                + key.spoken()
                + " is empty: the file was locked, or did not answer, when the index was made.");
      }
      if (!values.containsKey(key)) {
        return missing(key);
      }
    }
    long desired = number(values.getOrDefault(IndexKey.DESIRED, ""));
    info.desiredTargets = desired > 0 && desired <= MAX_TARGETS ? desired : EntryInfo.NONE;
    Optional<Problem> chunk = readChunk();
    if (chunk.isPresent()) {
      return chunk;
    }
    if (listed) {
      return readTargets(values.get(IndexKey.TARGET_LIST));
    }
    info.actualTargets = number(values.get(IndexKey.TARGETS));
    return info.actualTargets < 1 || info.actualTargets > MAX_TARGETS
        ? invalid(IndexKey.TARGETS)
        : Optional.empty();
  }

  /** Targets in stripe order, or buddy groups of a file that is mirrored. */
  private Optional<Problem> readTargets(String list) {
    boolean mirrored = MIRRORED.equals(info.pattern);
    String[] ids = list.split(",");
    for (String text : ids) {
      long id = number(text.strip());
      if (id < 1 || id > MAX_TARGETS) {
        return invalid(IndexKey.TARGET_LIST);
      }
      if (mirrored) {
        info.addGroup((int) id);
      } else {
        info.addTarget((int) id);
      }
    }
    info.actualTargets = ids.length;
    return Optional.empty();
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
          case "3" -> MIRRORED;
          default -> EntryInfo.printable(text);
        };
  }

  /** A whole number below 2^63, or {@link Ascii#NO_NUMBER}. */
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
