package org.chunkopt.ingest;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.tables.RejectReason;

/**
 * One line of {@code beegfs entry info --output ndjson} of BeeGFS 8 (info.go and json.go of the
 * command line tool, 8.0 to 8.4). Keys differ between releases and some change their type, so
 * unknown keys are passed over and only those that are needed are required; of a key given twice
 * the last counts. An inode that is locked has {@code (unavailable: ...)} in the columns that it
 * could not answer for.
 */
final class EntryInfoV8 {
  private static final int MAX_ID = 0xffff;
  private static final char REPLACEMENT = '\ufffd';
  private static final String UNAVAILABLE = "(unavailable";

  private final JsonLine json = new JsonLine();
  private EntryInfo info = new EntryInfo();
  private String path = "";
  private String stripe = "";
  private String targets = "";
  private String mirrors = "";
  private String type = "";

  /** The entry of the last line parsed; it is not used again. */
  EntryInfo info() {
    return info;
  }

  /** The path's bytes in UTF-8, as far as the tool kept them. */
  byte[] path() {
    return path.getBytes(StandardCharsets.UTF_8);
  }

  /** Reads the line, and says what is wrong with it if anything is. */
  Optional<Problem> parse(byte[] bytes, int from, int to) {
    info = new EntryInfo();
    path = "";
    stripe = "";
    targets = "";
    mirrors = "";
    type = "";
    return json.parse(bytes, from, to, this::take).or(this::check);
  }

  private void take(String key, String value) {
    switch (key) {
      case "path" -> path = value;
      case "entry_id" -> info.entryId = value;
      case "type" -> type = value;
      case "stripe_pattern" -> stripe = value;
      case "storage_targets" -> targets = value;
      case "storage_mirrors" -> mirrors = value;
      case "meta_node" -> info.metaNode = number(value);
      case "storage_pool" -> info.storagePool = value.isEmpty() || isRemark(value) ? null : value;
      case "remote_targets" -> info.remote = !value.isEmpty() && !isRemark(value);
      case "access" -> info.locked |= !isPlain(value);
      case "state", "data_state" -> {
        info.locked |= value.startsWith(UNAVAILABLE);
        info.offloaded |= !isPlain(value) && !value.startsWith(UNAVAILABLE);
      }
      default -> {
        // Columns of other releases.
      }
    }
  }

  private Optional<Problem> check() {
    String missing =
        path.isEmpty()
            ? "path"
            : info.entryId.isEmpty()
                ? "entry_id"
                : type.isEmpty()
                    ? "type"
                    : stripe.isEmpty()
                        ? "stripe_pattern"
                        : targets.isEmpty() ? "storage_targets" : "";
    if (!missing.isEmpty()) {
      return problem(RejectReason.MISSING_KEY, "The key " + missing + " is missing.");
    }
    if (path.charAt(0) != '/') {
      return problem(RejectReason.MALFORMED, "The path does not begin with a slash.");
    }
    if (stripe.startsWith(UNAVAILABLE)
        || targets.startsWith(UNAVAILABLE)
        || info.entryId.startsWith(UNAVAILABLE)) {
      return problem(
          RejectReason.NO_ENTRY_INFO,
          "The entry info was unavailable: " + EntryInfo.printable(stripe) + ".");
    }
    info.type = EntryType.ofV8(type);
    if (info.type == EntryType.UNKNOWN) {
      return problem(
          RejectReason.WRONG_TYPE, "The type \"" + EntryInfo.printable(type) + "\" is not known.");
    }
    return pattern().or(this::lists).or(this::lossy);
  }

  /** Last, so that a stat record which has the very bytes finds everything else read. */
  private Optional<Problem> lossy() {
    return path.indexOf(REPLACEMENT) < 0
        ? Optional.empty()
        : problem(
            RejectReason.LOSSY_NAME,
            "The path has bytes that are not UTF-8, and the tool lost them.");
  }

  private static boolean isRemark(String value) {
    return value.startsWith("(");
  }

  /** Whether a state or access is the ordinary one, as a number or as a word of any release. */
  private static boolean isPlain(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "", "0", "unlocked", "available", "none", "(none)", "(n/a)" -> true;
      default -> false;
    };
  }

  /** {@code RAID0 (4x512Ki)}: type, desired targets, chunk size; plain bytes with --raw. */
  private Optional<Problem> pattern() {
    int open = stripe.lastIndexOf(" (");
    int times = stripe.indexOf('x', open + 1);
    if (open < 0 || times < 0 || !stripe.endsWith(")")) {
      // Entries without a pattern, such as symlinks of some releases; check(EntryType) decides.
      return info.type == EntryType.FILE || info.type == EntryType.DIRECTORY
          ? problem(
              RejectReason.MALFORMED,
              "The stripe pattern \"" + EntryInfo.printable(stripe) + "\" is not known.")
          : Optional.empty();
    }
    info.pattern = stripe.substring(0, open);
    info.desiredTargets = number(stripe.substring(open + 2, times));
    String size = stripe.substring(times + 1, stripe.length() - 1);
    try {
      info.chunkBytes = ChunkSize.parse(size).bytes();
    } catch (IllegalArgumentException e) {
      return problem(RejectReason.INVALID_CHUNK_SIZE, EntryInfo.printable(e.getMessage()));
    }
    return info.desiredTargets == EntryInfo.NONE || info.desiredTargets > MAX_ID
        ? problem(
            RejectReason.MALFORMED,
            "The stripe pattern \"" + EntryInfo.printable(stripe) + "\" is not known.")
        : Optional.empty();
  }

  /** {@code s:101,s:102}, or a remark in parentheses. */
  private Optional<Problem> lists() {
    int listed = 0;
    if (!isRemark(targets)) {
      for (String target : targets.split(",")) {
        long id = number(target);
        if (id < 0 || id > MAX_ID) {
          return problem(
              RejectReason.MALFORMED,
              "The target \"" + EntryInfo.printable(target) + "\" is no target id.");
        }
        info.addTarget((int) id);
        listed++;
      }
    }
    if (!mirrors.isEmpty() && !isRemark(mirrors)) {
      for (String group : mirrors.split(",")) {
        long id = number(group);
        if (id < 0 || id > MAX_ID) {
          return problem(
              RejectReason.MALFORMED,
              "The group \"" + EntryInfo.printable(group) + "\" is no group id.");
        }
        info.addGroup((int) id);
        listed++;
      }
    }
    info.actualTargets = listed == 0 ? EntryInfo.NONE : listed;
    return Optional.empty();
  }

  /** The number of {@code s:101}, {@code m:1} or {@code 4}, or {@link EntryInfo#NONE}. */
  private static long number(String text) {
    String digits = text.substring(text.indexOf(':') + 1).strip();
    long value = Ascii.decimal(digits.getBytes(StandardCharsets.UTF_8), 0, digits.length());
    return value == Ascii.NO_NUMBER || value > Integer.MAX_VALUE ? EntryInfo.NONE : value;
  }

  private static Optional<Problem> problem(RejectReason reason, String detail) {
    return Optional.of(new Problem(reason, detail));
  }
}
