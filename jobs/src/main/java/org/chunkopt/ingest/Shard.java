package org.chunkopt.ingest;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.chunkopt.tables.RejectReason;

/**
 * The files of an inventory that are read together, by one task. No record, because Spark may send
 * it by Kryo, which cannot make records.
 */
final class Shard implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Format format;
  private final String stat;
  private final String entries;
  private final RejectReason reason;
  private final String detail;

  private Shard(Format format, String stat, String entries, RejectReason reason, String detail) {
    this.format = format;
    this.stat = stat;
    this.entries = entries;
    this.reason = reason;
    this.detail = detail;
  }

  enum Format {
    ENTRYINFO(".entryinfo"),
    NDJSON(".entries.ndjson"),
    INDEX(".index.ndjson"),
    REFUSED("");

    private final String suffix;

    Format(String suffix) {
      this.suffix = suffix;
    }

    /** The value of {@code ingest_ledger.format}. */
    String ledgerName() {
      return suffix.isEmpty() ? "unknown" : suffix.substring(1);
    }
  }

  static final String STAT_SUFFIX = ".stat0";

  private static final String GZIP_SUFFIX = ".gz";
  private static final List<String> SUFFIXES =
      List.of(STAT_SUFFIX, Format.ENTRYINFO.suffix, Format.NDJSON.suffix, Format.INDEX.suffix);

  /**
   * Pairs files of one directory by base name; what has no partner becomes a refused shard. A
   * listing of {@code beegfs index} needs none; without stat records, {@code .entries.ndjson} is
   * the entry info of its directories.
   */
  static List<Shard> pair(List<InputFile> files) {
    List<Shard> shards = new ArrayList<>();
    Map<String, Map<String, String>> bases = new TreeMap<>();
    for (InputFile file : files) {
      String name = withoutGzip(file.path());
      Optional<String> suffix = SUFFIXES.stream().filter(name::endsWith).findFirst();
      if (suffix.isEmpty()) {
        shards.add(
            refused(
                file.path(),
                RejectReason.UNKNOWN_FORMAT,
                "The name ends in none of " + String.join(", ", SUFFIXES) + "."));
        continue;
      }
      String base = name.substring(0, name.length() - suffix.get().length());
      String earlier =
          bases.computeIfAbsent(base, b -> new TreeMap<>()).putIfAbsent(suffix.get(), file.path());
      if (earlier != null) {
        shards.add(
            refused(
                file.path(),
                RejectReason.PAIR_MISMATCH,
                "The same shard is also in " + fileName(earlier) + "."));
      }
    }
    bases.forEach((base, members) -> shards.addAll(shards(base, members)));
    return shards;
  }

  private static List<Shard> shards(String base, Map<String, String> members) {
    String index = members.remove(Format.INDEX.suffix);
    List<Shard> shards = new ArrayList<>();
    if (index != null) {
      String directories =
          members.containsKey(STAT_SUFFIX) ? null : members.remove(Format.NDJSON.suffix);
      shards.add(
          new Shard(
              Format.INDEX,
              index,
              directories == null ? "" : directories,
              RejectReason.MALFORMED,
              ""));
    }
    if (!members.isEmpty()) {
      shards.addAll(paired(base, members));
    }
    return shards;
  }

  private static List<Shard> paired(String base, Map<String, String> members) {
    String stat = members.get(STAT_SUFFIX);
    String v7 = members.get(Format.ENTRYINFO.suffix);
    String v8 = members.get(Format.NDJSON.suffix);
    if (stat != null && v7 != null && v8 == null) {
      return List.of(new Shard(Format.ENTRYINFO, stat, v7, RejectReason.MALFORMED, ""));
    }
    if (stat != null && v8 != null && v7 == null) {
      return List.of(new Shard(Format.NDJSON, stat, v8, RejectReason.MALFORMED, ""));
    }
    String detail =
        stat == null
            ? "Its partner " + fileName(base) + STAT_SUFFIX + " is missing."
            : v7 == null
                ? "Its partner " + fileName(base) + Format.ENTRYINFO.suffix + " is missing."
                : "Both " + fileName(v7) + " and " + fileName(v8) + " claim this shard.";
    return members.values().stream()
        .map(file -> refused(file, RejectReason.PAIR_MISMATCH, detail))
        .toList();
  }

  private static Shard refused(String file, RejectReason reason, String detail) {
    return new Shard(Format.REFUSED, file, "", reason, detail);
  }

  private static String withoutGzip(String path) {
    return path.endsWith(GZIP_SUFFIX)
        ? path.substring(0, path.length() - GZIP_SUFFIX.length())
        : path;
  }

  static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  Format format() {
    return format;
  }

  /** The {@code .stat0} file, or the only file: a listing of the index, or refused. */
  String stat() {
    return stat;
  }

  /** The file with the entry info; empty where there is only one file, as most listings are. */
  String entries() {
    return entries;
  }

  /** Why a refused file is not read. */
  Problem refusal() {
    return new Problem(reason, detail);
  }
}
