package org.chunkopt.ingest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.tables.RejectReason;

/**
 * What BeeGFS says about one entry, in the terms that both major versions share. Filled by {@link
 * EntryInfoV7}, {@link EntryInfoV8} and {@link IndexLine}.
 */
final class EntryInfo {
  /** Stands for a number that the entry info does not have. */
  static final long NONE = -1;

  private static final int MAX_QUOTED = 300;

  // What BeeGFS 8 leaves of an offloaded file: the text that names its remote copy.
  private static final int STUB_BYTES = 31;
  private static final long MICROS = 1_000_000L;

  String entryId;
  EntryType type;
  String pattern;
  String storagePool;
  boolean offloaded;
  boolean locked;
  boolean remote;
  long metaNode;
  long chunkBytes;
  long desiredTargets;
  long actualTargets;
  private int[] targets = new int[8];
  private int targetCount;
  private int[] groups = {};
  private int groupCount;

  EntryInfo() {
    clear();
  }

  void clear() {
    entryId = "";
    type = EntryType.UNKNOWN;
    pattern = null;
    storagePool = null;
    offloaded = false;
    locked = false;
    remote = false;
    metaNode = NONE;
    chunkBytes = NONE;
    desiredTargets = NONE;
    actualTargets = NONE;
    targetCount = 0;
    groupCount = 0;
  }

  void addTarget(int target) {
    if (targetCount == targets.length) {
      targets = Arrays.copyOf(targets, 2 * targetCount);
    }
    targets[targetCount++] = target;
  }

  void addGroup(int group) {
    if (groupCount == groups.length) {
      groups = Arrays.copyOf(groups, groupCount + 4);
    }
    groups[groupCount++] = group;
  }

  /** Storage targets in stripe order, boxed for a row. */
  Integer[] targets() {
    return boxed(targets, targetCount);
  }

  /** Storage buddy groups in stripe order, boxed for a row. */
  Integer[] groups() {
    return boxed(groups, groupCount);
  }

  boolean listsTargets() {
    return targetCount + groupCount > 0;
  }

  /**
   * Why a file teaches nothing and is never planned, as in {@code files.restriction}; null where
   * nothing is known to restrict it. A remote file of the size of a stub is offloaded, whatever its
   * state says.
   */
  String restriction(long sizeBytes) {
    if (offloaded || remote && sizeBytes == STUB_BYTES) {
      return "offloaded";
    }
    return locked ? "locked" : remote ? "remote" : null;
  }

  /** The time in the EntryID in microseconds since 1970, or {@link #NONE} for the root. */
  long idBaseMicros() {
    int first = entryId.indexOf('-');
    int second = entryId.indexOf('-', first + 1);
    if (first < 0 || second < 0) {
      return NONE;
    }
    long seconds = 0;
    for (int i = first + 1; i < second; i++) {
      int digit = Character.digit(entryId.charAt(i), 16);
      if (digit < 0 || i - first > 9) {
        return NONE;
      }
      seconds = 16 * seconds + digit;
    }
    return second == first + 1 ? NONE : seconds * MICROS;
  }

  /**
   * Checks that the info is whole.
   *
   * @param statType what the stat record says the entry is; a file must have chunk size and targets
   */
  Optional<Problem> check(EntryType statType) {
    if (entryId.isEmpty()) {
      return problem(RejectReason.MISSING_KEY, "The entry info has no EntryID.");
    }
    if (type != EntryType.UNKNOWN && type != statType) {
      return problem(
          RejectReason.PAIR_MISMATCH,
          "The stat record is a "
              + statType.tableName()
              + ", the entry info a "
              + type.tableName()
              + ".");
    }
    if (chunkBytes != NONE && !ChunkSize.isValid(chunkBytes)) {
      return problem(
          RejectReason.INVALID_CHUNK_SIZE,
          "Chunk size " + chunkBytes + " is not a power of two from 64 KiB to 2 GiB.");
    }
    int listed = targetCount + groupCount;
    if (listed > 0 && actualTargets != NONE && listed != actualTargets) {
      return problem(
          RejectReason.MALFORMED,
          "The entry info lists " + listed + " targets of " + actualTargets + ".");
    }
    if (statType == EntryType.FILE) {
      if (chunkBytes == NONE) {
        return problem(RejectReason.MISSING_KEY, "The entry info has no chunk size.");
      }
      if (actualTargets < 1) {
        return problem(RejectReason.MISSING_KEY, "The entry info has no number of targets.");
      }
    }
    return Optional.empty();
  }

  /** Text of an input as it may stand in a message: other characters become question marks. */
  static String printable(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Ascii.text(bytes, 0, Math.min(bytes.length, MAX_QUOTED));
  }

  private static Optional<Problem> problem(RejectReason reason, String detail) {
    return Optional.of(new Problem(reason, detail));
  }

  private static Integer[] boxed(int[] numbers, int count) {
    Integer[] boxed = new Integer[count];
    for (int i = 0; i < count; i++) {
      boxed[i] = numbers[i];
    }
    return boxed;
  }
}
