package org.chunkopt.ingest;

import java.util.Locale;

/**
 * Finds which constant of an enum a word in a byte range names, without making text of it. Case and
 * underscores do not count: {@code OPEN_READ}, {@code OpenRead} and {@code openRead} are one word.
 */
final class Words<E extends Enum<E>> {
  private static final int SLOTS = 256;

  private final Object[] constants = new Object[SLOTS];
  private final byte[][] words = new byte[SLOTS][];
  private final E other;

  /**
   * @param constants at most half as many as there are slots
   * @param other what any other word is
   */
  Words(E[] constants, E other) {
    this.other = other;
    for (E constant : constants) {
      byte[] word = Ascii.bytes(constant.name().toLowerCase(Locale.ROOT).replace("_", ""));
      int slot = slot(word, 0, word.length);
      while (words[slot] != null) {
        slot = (slot + 1) % SLOTS;
      }
      words[slot] = word;
      this.constants[slot] = constant;
    }
  }

  /** The constant that the range names. */
  @SuppressWarnings("unchecked")
  E find(byte[] bytes, int from, int to) {
    int slot = slot(bytes, from, to);
    while (words[slot] != null) {
      if (names(words[slot], bytes, from, to)) {
        return (E) constants[slot];
      }
      slot = (slot + 1) % SLOTS;
    }
    return other;
  }

  private static boolean names(byte[] word, byte[] bytes, int from, int to) {
    int at = 0;
    for (int i = from; i < to; i++) {
      if (bytes[i] != '_' && (at == word.length || lower(bytes[i]) != word[at++])) {
        return false;
      }
    }
    return at == word.length;
  }

  private static int slot(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      if (bytes[i] != '_') {
        hash = 31 * hash + lower(bytes[i]);
      }
    }
    return (hash ^ hash >>> 8 ^ hash >>> 16) & SLOTS - 1;
  }

  private static byte lower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
  }
}
