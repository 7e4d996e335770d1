package org.chunkopt.ingest;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a line of {@code beegfs index} holds, under the names that {@code ls} and {@code stat} use.
 */
enum IndexKey {
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
  // Some releases print uid and user, the name: the name must not take the number's place.
  UID("uid"),
  USER("user"),
  GID("gid"),
  GROUP("group"),
  ENTRY_ID("entry_id"),
  OWNER_ID("owner_id"),
  PATTERN("stripe_pattern", "stripe_pattern_type"),
  CHUNK("stripe_chunk", "stripe_chunk_size"),
  TARGETS("stripe_targets", "stripe_num_targets");

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
