package org.chunkopt.ingest;

import static org.chunkopt.ingest.Ascii.startsWith;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.chunkopt.tables.RejectReason;

/**
 * One block of {@code beegfs-ctl --getentryinfo} output of BeeGFS 7.1 to 7.4, with or without
 * {@code --verbose} and {@code --nomappings} (ModeGetEntryInfo.cpp of 7.4.7). Lines it does not
 * know are passed over: the versions differ in them. One instance is used for many blocks.
 */
final class EntryInfoV7 {
  private static final byte[] ENTRY_TYPE = Ascii.bytes("Entry type: ");
  private static final byte[] ENTRY_ID = Ascii.bytes("EntryID: ");
  private static final byte[] META_NODE = Ascii.bytes("Metadata node: ");
  private static final byte[] CURRENT_PRIMARY = Ascii.bytes("Current primary metadata node: ");
  private static final byte[] TYPE = Ascii.bytes("+ Type: ");
  private static final byte[] CHUNK_SIZE = Ascii.bytes("+ Chunksize: ");
  private static final byte[] NUMBER = Ascii.bytes("+ Number of storage targets: desired: ");
  private static final byte[] ACTUAL = Ascii.bytes("; actual: ");
  private static final byte[] POOL = Ascii.bytes("+ Storage Pool: ");
  private static final byte[] TARGETS = Ascii.bytes("+ Storage targets:");
  private static final byte[] GROUPS = Ascii.bytes("+ Storage mirror buddy groups:");
  private static final byte[] DETAIL_NODE = Ascii.bytes("+ Metadata node: ");
  private static final byte[] ID = Ascii.bytes("[ID: ");

  private static final byte[] DETAIL_PRIMARY = Ascii.bytes("+ Current primary metadata node: ");
  private static final int MAX_ID = 0xffff;

  /** The list that {@code + 101} lines belong to. */
  private enum Listing {
    NONE,
    TARGETS,
    GROUPS
  }

  private final EntryInfo info = new EntryInfo();
  private byte[] lastPattern = {};
  private String lastPatternText = "";
  private Listing listing;
  private long detailNode;
  private String fault;

  /** The entry of the last block parsed, overwritten by the next. */
  EntryInfo info() {
    return info;
  }

  /** Reads the block, and says what is wrong with it if anything is. */
  Optional<Problem> parse(byte[] bytes, int from, int to) {
    info.clear();
    listing = Listing.NONE;
    detailNode = EntryInfo.NONE;
    fault = null;
    int at = from;
    while (at < to) {
      int end = Ascii.indexOf((byte) '\n', bytes, at, to);
      line(bytes, at, end);
      at = end + 1;
    }
    if (info.metaNode == EntryInfo.NONE) {
      info.metaNode = detailNode;
    }
    return fault == null
        ? Optional.empty()
        : Optional.of(new Problem(RejectReason.MALFORMED, fault));
  }

  private void line(byte[] bytes, int lineFrom, int lineTo) {
    int from = lineFrom;
    int to = lineTo;
    while (from < to && bytes[from] == ' ') {
      from++;
    }
    while (to > from && bytes[to - 1] == ' ') {
      to--;
    }
    if (to - from < 3) {
      return;
    }
    if (bytes[from] == '+') {
      byte letter = bytes[from + 2];
      if (letter >= '0' && letter <= '9') {
        listed(bytes, from + 2, to);
      } else {
        plusLine(bytes, from, to);
      }
    } else if (startsWith(bytes, from, to, ENTRY_ID)) {
      info.entryId = entryId(bytes, from + ENTRY_ID.length, to);
    } else if (startsWith(bytes, from, to, ENTRY_TYPE)) {
      info.type = EntryType.ofV7(bytes, from + ENTRY_TYPE.length, to);
    } else if (startsWith(bytes, from, to, META_NODE)
        || startsWith(bytes, from, to, CURRENT_PRIMARY)) {
      info.metaNode = nodeId(bytes, from, to);
    }
  }

  private void plusLine(byte[] bytes, int from, int to) {
    listing = Listing.NONE;
    if (startsWith(bytes, from, to, TYPE)) {
      info.pattern = pattern(bytes, from + TYPE.length, to);
    } else if (startsWith(bytes, from, to, CHUNK_SIZE)) {
      chunkSize(bytes, from + CHUNK_SIZE.length, to);
    } else if (startsWith(bytes, from, to, NUMBER)) {
      numberOfTargets(bytes, from + NUMBER.length, to);
    } else if (startsWith(bytes, from, to, TARGETS)) {
      listing = Listing.TARGETS;
    } else if (startsWith(bytes, from, to, GROUPS)) {
      listing = Listing.GROUPS;
    } else if (startsWith(bytes, from, to, POOL)) {
      info.storagePool =
          new String(bytes, from + POOL.length, to - from - POOL.length, StandardCharsets.UTF_8);
    } else if (startsWith(bytes, from, to, DETAIL_NODE)
        || startsWith(bytes, from, to, DETAIL_PRIMARY)) {
      // Verbose, 7.4: first the dentry's node, then that of an inode of its own, the owner.
      detailNode = nodeId(bytes, from, to);
    }
  }

  private void listed(byte[] bytes, int from, int to) {
    long number = Ascii.leadingDecimal(bytes, from, to);
    if (number == Ascii.NO_NUMBER || number > MAX_ID) {
      fault = "The target \"" + Ascii.text(bytes, from, to) + "\" is no target id.";
    } else if (listing == Listing.TARGETS) {
      info.addTarget((int) number);
    } else if (listing == Listing.GROUPS) {
      info.addGroup((int) number);
    }
  }

  private void numberOfTargets(byte[] bytes, int from, int to) {
    info.desiredTargets = targets(bytes, from, to);
    int semicolon = Ascii.indexOf((byte) ';', bytes, from, to);
    if (startsWith(bytes, semicolon, to, ACTUAL)) {
      // RAID10 has "2+2": targets, then mirrors.
      info.actualTargets = targets(bytes, semicolon + ACTUAL.length, to);
    }
    if (info.desiredTargets == Ascii.NO_NUMBER || info.actualTargets == Ascii.NO_NUMBER) {
      fault = "The number of targets \"" + Ascii.text(bytes, from, to) + "\" is not valid.";
    }
  }

  private static long targets(byte[] bytes, int from, int to) {
    long number = Ascii.leadingDecimal(bytes, from, to);
    return number > MAX_ID ? Ascii.NO_NUMBER : number;
  }

  /** Largest binary unit that divides exactly, or plain bytes (UnitTk.cpp); "Ki" with --retro. */
  private void chunkSize(byte[] bytes, int from, int to) {
    int end = to - from > 2 && bytes[to - 1] == 'i' ? to - 1 : to;
    int shift =
        end == from
            ? 0
            : switch (bytes[end - 1]) {
              case 'K' -> 10;
              case 'M' -> 20;
              case 'G' -> 30;
              case 'T' -> 40;
              case 'P' -> 50;
              case 'E' -> 60;
              default -> 0;
            };
    long number = Ascii.decimal(bytes, from, shift == 0 ? end : end - 1);
    if (number == Ascii.NO_NUMBER) {
      fault = "The chunk size \"" + Ascii.text(bytes, from, to) + "\" is no size.";
    } else {
      // What does not fit is too large anyway, and must not come round to a size that is valid.
      info.chunkBytes = number > Long.MAX_VALUE >> shift ? Long.MAX_VALUE : number << shift;
    }
  }

  private String entryId(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] <= ' ' || bytes[i] == 0x7f) {
        fault = "The EntryID \"" + Ascii.text(bytes, from, to) + "\" is not valid.";
        return "";
      }
    }
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** The number in {@code NAME [ID: 1]}; names may hold anything, so it is sought from the end. */
  private static long nodeId(byte[] bytes, int from, int to) {
    int at = to - ID.length;
    while (at > from && !startsWith(bytes, at, to, ID)) {
      at--;
    }
    if (at <= from) {
      return EntryInfo.NONE;
    }
    long id = Ascii.leadingDecimal(bytes, at + ID.length, to);
    return id == Ascii.NO_NUMBER || id > Integer.MAX_VALUE ? EntryInfo.NONE : id;
  }

  /** The pattern's name; blocks in a row share it, so the text is made once. */
  private String pattern(byte[] bytes, int from, int to) {
    if (to - from != lastPattern.length || !startsWith(bytes, from, to, lastPattern)) {
      lastPattern = Arrays.copyOfRange(bytes, from, to);
      lastPatternText = Ascii.text(bytes, from, to);
    }
    return lastPatternText;
  }
}
