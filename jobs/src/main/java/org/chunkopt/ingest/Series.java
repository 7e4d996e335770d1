package org.chunkopt.ingest;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.chunkopt.tables.RejectReason;

/**
 * A measurement with its tags: the part of a line before the fields, read once for the many lines
 * that share it.
 */
final class Series {
  private final byte[] prefix;

  /**
   * What makes two points with one time the same point: in InfluxDB the measurement and all tags.
   * Points of BeeGFS servers and targets are known by their numbers already. Their name is a tag as
   * well, and may change: BeeGFS-mon then writes up to a minute anew, under the new name.
   */
  final String identity;

  final Measurement measurement;
  final String subject;
  final String part;
  final String name;

  /** Why no line of the series can be taken; null where they can. */
  final RejectReason reason;

  final String detail;

  /** The fields of the measurement, by their index. */
  final Measurement.Field[] fields;

  /** The open block of each field, by the field's index in the measurement. */
  final PointBlock[] open;

  private Series(byte[] prefix, Measurement measurement, RejectReason reason, String detail) {
    this(prefix, measurement, null, null, null, reason, detail);
  }

  private Series(
      byte[] prefix,
      Measurement measurement,
      String subject,
      String part,
      String name,
      RejectReason reason,
      String detail) {
    this.prefix = prefix;
    this.identity = measurement == null || measurement.hasNumericIds() ? "" : text(prefix);
    this.measurement = measurement;
    this.subject = subject;
    this.part = part;
    this.name = name;
    this.reason = reason;
    this.detail = detail;
    this.fields =
        measurement == null
            ? new Measurement.Field[0]
            : measurement.fields().toArray(Measurement.Field[]::new);
    this.open = new PointBlock[fields.length];
  }

  /** Reads {@code measurement,tag=value,...}; {@code line} is copied. */
  static Series read(byte[] line, int from, int to) {
    byte[] prefix = Arrays.copyOfRange(line, from, to);
    int end = separator(prefix, 0, to - from, ',');
    String name = text(prefix, 0, end);
    if (name.isEmpty()) {
      return new Series(prefix, null, RejectReason.MALFORMED, "The measurement is empty.");
    }
    Measurement measurement = Measurement.named(name);
    if (measurement == null) {
      return new Series(prefix, null, null, null);
    }
    Map<String, String> tags = new HashMap<>();
    for (int at = end + 1; end < prefix.length; at = end + 1) {
      end = separator(prefix, at, prefix.length, ',');
      int equals = separator(prefix, at, end, '=');
      if (equals == at || equals + 1 >= end) {
        return new Series(prefix, null, RejectReason.MALFORMED, "A tag has no key or no value.");
      }
      tags.put(text(prefix, at, equals), text(prefix, equals + 1, end));
    }
    return of(prefix, measurement, tags);
  }

  private static Series of(byte[] prefix, Measurement measurement, Map<String, String> tags) {
    if (!measurement.uses(tags)) {
      return new Series(prefix, null, null, null);
    }
    String subject = tags.get(measurement.subjectTag());
    String part =
        switch (measurement.partTag()) {
          case Measurement.WHOLE -> "";
          case Measurement.SERIES -> text(prefix);
          default -> tags.get(measurement.partTag());
        };
    if (subject == null || part == null) {
      String tag = subject == null ? measurement.subjectTag() : measurement.partTag();
      return new Series(
          prefix,
          measurement,
          RejectReason.MISSING_KEY,
          measurement.name() + " has no tag " + tag + ".");
    }
    if (measurement.hasNumericIds() && !(isId(subject) && (part.isEmpty() || isId(part)))) {
      return new Series(
          prefix,
          measurement,
          RejectReason.MISSING_KEY,
          "The numeric id of " + measurement.name() + " is no number.");
    }
    return new Series(
        prefix, measurement, subject, part, tags.get(measurement.nameTag()), null, null);
  }

  /** Whether the line begins with this series and a space that ends it. */
  boolean begins(byte[] line, int from, int to) {
    int end = from + prefix.length;
    return end < to
        && line[end] == ' '
        && line[end - 1] != '\\'
        && Arrays.equals(prefix, 0, prefix.length, line, from, end);
  }

  boolean equals(byte[] line, int from, int to) {
    return Arrays.equals(prefix, 0, prefix.length, line, from, to);
  }

  /**
   * Where the key of a field ends that begins at {@code at}: at its equals sign.
   *
   * @param field index of a field, which may be of another measurement
   * @return -1 where another key stands there
   */
  int keyEnd(int field, byte[] line, int at, int to) {
    if (field < 0 || field >= fields.length) {
      return -1;
    }
    byte[] key = fields[field].key();
    int end = at + key.length;
    return end < to && line[end] == '=' && Arrays.equals(key, 0, key.length, line, at, end)
        ? end
        : -1;
  }

  byte[] prefix() {
    return prefix;
  }

  int length() {
    return prefix.length;
  }

  /** The measurement and tags as they stand in the export. */
  String key() {
    return text(prefix);
  }

  /** BeeGFS ids are 16 or 32 bit. */
  private static boolean isId(String text) {
    return !text.isEmpty()
        && text.length() <= 9
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** As InfluxDB does: a separator is escaped where the byte before it is a backslash. */
  static int separator(byte[] line, int from, int to, char separator) {
    for (int at = from; at < to; at++) {
      if (line[at] == separator && (at == from || line[at - 1] != '\\')) {
        return at;
      }
    }
    return to;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String text(byte[] line, int from, int to) {
    byte[] plain = new byte[to - from];
    int length = 0;
    for (int at = from; at < to; at++) {
      boolean escape =
          line[at] == '\\'
              && at + 1 < to
              && (line[at + 1] == ',' || line[at + 1] == '=' || line[at + 1] == ' ');
      if (!escape) {
        plain[length++] = line[at];
      }
    }
    return new String(plain, 0, length, StandardCharsets.UTF_8);
  }
}
