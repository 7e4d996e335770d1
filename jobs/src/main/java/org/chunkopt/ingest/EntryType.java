package org.chunkopt.ingest;

import java.util.Locale;

/** What a directory entry is, in the spellings that inventories use. */
enum EntryType {
  // BeeGFS 7: StorageDefinitions.h; BeeGFS 8: the numbers of DirEntryType.
  FILE('f', "file", 2),
  DIRECTORY('d', "directory", 1),
  SYMLINK('l', "symlink", 3),
  PIPE('p', "pipe", 6),
  SOCKET('s', "unix domain socket", 7),
  BLOCK_DEVICE('b', "block device node", 4),
  CHARACTER_DEVICE('c', "character device node", 5),
  UNKNOWN('?', "", 0);

  private final char letter;
  private final byte[] v7;
  private final String v7Text;
  private final int v8;
  private final String tableName = name().toLowerCase(Locale.ROOT).replace('_', '-');

  EntryType(char letter, String v7, int v8) {
    this.letter = letter;
    this.v7 = Ascii.bytes(v7);
    this.v7Text = v7;
    this.v8 = v8;
  }

  /** By the letter of {@code find -printf %y}. */
  static EntryType ofLetter(byte letter) {
    for (EntryType type : KNOWN) {
      if (type.letter == letter) {
        return type;
      }
    }
    return UNKNOWN;
  }

  /** By the text behind {@code Entry type:}. */
  static EntryType ofV7(byte[] bytes, int from, int to) {
    for (EntryType type : KNOWN) {
      if (to - from == type.v7.length && Ascii.startsWith(bytes, from, to, type.v7)) {
        return type;
      }
    }
    return UNKNOWN;
  }

  /** By the number that BeeGFS 8 prints, or by a word. */
  static EntryType ofV8(String text) {
    String word = text.toLowerCase(Locale.ROOT).replace('_', ' ');
    for (EntryType type : KNOWN) {
      if (word.equals(String.valueOf(type.v8))
          || word.equals(type.v7Text)
          || word.equals(type.tableName)) {
        return type;
      }
    }
    return switch (word) {
      case "regular", "regular file" -> FILE;
      case "symbolic link" -> SYMLINK;
      case "fifo" -> PIPE;
      case "unix socket" -> SOCKET;
      case "block device", "blockdev" -> BLOCK_DEVICE;
      case "character device", "chardev" -> CHARACTER_DEVICE;
      default -> UNKNOWN;
    };
  }

  /** By what {@code beegfs index} prints: the letter of find, or words; or as {@link #ofV8}. */
  static EntryType ofIndex(String text) {
    EntryType byLetter =
        text.length() == 1 && text.charAt(0) < 0x80 ? ofLetter((byte) text.charAt(0)) : UNKNOWN;
    return byLetter == UNKNOWN ? ofV8(text) : byLetter;
  }

  /** The value of {@code files.entry_type}. */
  String tableName() {
    return tableName;
  }

  private static final EntryType[] KNOWN = {
    FILE, DIRECTORY, SYMLINK, PIPE, SOCKET, BLOCK_DEVICE, CHARACTER_DEVICE
  };
}
