package org.chunkopt.pull;

import java.util.SortedMap;

/** Writes points as lines of line protocol, escaped as InfluxDB escapes its own exports. */
final class Lines {
  private final StringBuilder text = new StringBuilder();
  private long count;

  /**
   * Adds a point.
   *
   * @param tags values by key; empty ones are none
   * @param fields values by key as {@link #text}, {@link #integer} or a number or boolean as it is
   *     printed; without any there is no point
   * @param ns time since 1970
   */
  void add(
      String measurement,
      SortedMap<String, String> tags,
      SortedMap<String, String> fields,
      long ns) {
    if (fields.isEmpty()) {
      return;
    }
    escape(measurement, ", ");
    tags.forEach(
        (key, value) -> {
          if (!value.isEmpty()) {
            text.append(',');
            escape(key, ",= ");
            text.append('=');
            escape(value, ",= ");
          }
        });
    char separator = ' ';
    for (var field : fields.entrySet()) {
      text.append(separator);
      escape(field.getKey(), ",= ");
      text.append('=').append(field.getValue());
      separator = ',';
    }
    text.append(' ').append(ns).append('\n');
    count++;
  }

  Feed.Page page(long next) {
    return new Feed.Page(text.toString(), count, next);
  }

  static String text(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  static String integer(String digits) {
    return digits + 'i';
  }

  static String unsigned(String digits) {
    return digits + 'u';
  }

  /** A backslash stays as it is: InfluxDB takes it for itself unless a separator follows. */
  private void escape(String name, String separators) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (separators.indexOf(c) >= 0) {
        text.append('\\');
      }
      text.append(c);
    }
  }
}
