package org.chunkopt.ingest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.chunkopt.UserError;

/**
 * What a line of {@code beegfs index} holds, under the names that {@code ls} and {@code stat} use.
 */
enum IndexKey {
  PATH("path"),
  /** The path's bytes, two hexadecimal digits each: what JSON cannot hold is in it as well. */
  PATH_HEX("path_hex"),
  NAME("name"),
  TYPE("type"),
  SIZE("size"),
  BLOCKS("blocks"),
  INODE("inode"),
  LINKS("nlink", "links"),
  ATIME("atime"),
  MTIME("mtime"),
  CTIME("ctime"),
  // Some releases print uid and user, the name: the name must not take the number's place.
  UID("uid"),
  USER("user"),
  GID("gid"),
  GROUP("group"),
  ENTRY_ID("entry_id"),
  OWNER_ID("owner_id"),
  PATTERN("stripe_pattern", "stripe_pattern_type"),
  CHUNK("stripe_chunk", "stripe_chunk_size"),
  TARGETS("stripe_targets", "stripe_num_targets"),
  /** What only the views of a query have. */
  DESIRED("stripe_default_num_targets"),
  POOL("storage_pool_id"),
  REMOTES("num_rst_ids"),
  STATE("file_data_state"),
  TARGET_LIST("target_or_group");

  /** What every line needs, whatever the entry is. */
  static final List<IndexKey> REQUIRED =
      List.of(TYPE, SIZE, BLOCKS, INODE, LINKS, ATIME, MTIME, CTIME);

  private static final Map<String, IndexKey> BY_NAME = byName();

  private final List<String> names;

  IndexKey(String... names) {
    this.names = List.of(names);
  }

  /** The key of that name, or null for one that is not needed. */
  static IndexKey named(String name) {
    return BY_NAME.get(name);
  }

  /**
   * All names, and those that {@code index query} gives its columns: {@code col1}, {@code col2} and
   * so on.
   *
   * @param columns names of the columns in order; a dash for one that is not used
   * @throws UserError where a name is none
   */
  static Map<String, IndexKey> names(List<String> columns) {
    Map<String, IndexKey> names = new HashMap<>(BY_NAME);
    for (int i = 0; i < columns.size(); i++) {
      IndexKey key = named(columns.get(i));
      if (key != null) {
        names.put("col" + (i + 1), key);
      } else if (!columns.get(i).equals("-")) {
        throw UserError.usage(
            "chunkopt.inputs.index-columns has "
                + columns.get(i)
                + ". Take a dash for a column that is not used, or one of "
                + BY_NAME.keySet().stream().sorted().collect(Collectors.joining(", "))
                + ".");
      }
    }
    return names;
  }

  /** Its names as a message calls them. */
  String spoken() {
    return String.join(" or ", names);
  }

  private static Map<String, IndexKey> byName() {
    Map<String, IndexKey> keys = new HashMap<>();
    for (IndexKey key : values()) {
      key.names.forEach(name -> keys.put(name, key));
    }
    return Map.copyOf(keys);
  }
}
