package org.chunkopt.ingest;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Writes lines of an export of one field each as annotated CSV, a table for each series. */
final class AnnotatedText {
  private AnnotatedText() {}

  static String of(String lines) {
    StringBuilder text = new StringBuilder();
    String series = "";
    int table = 0;
    for (String line : lines.lines().toList()) {
      if (line.startsWith("#") || line.startsWith("CREATE")) {
        continue;
      }
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      String prefix = line.substring(0, Series.separator(bytes, 0, bytes.length, ' '));
      String field = line.substring(prefix.length() + 1, line.lastIndexOf(' '));
      String key = field.substring(0, field.indexOf('='));
      String value = field.substring(key.length() + 1);
      boolean quoted = value.startsWith("\"");
      Map<String, String> tags = tags(prefix);
      if (!series.equals(prefix + " " + key)) {
        text.append(table++ == 0 ? "" : "\r\n").append(header(tags, type(value)));
        series = prefix + " " + key;
      }
      long ns = Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
      text.append(",,").append(table - 1).append(',').append(Instant.ofEpochSecond(0, ns));
      text.append(',').append(quoted ? value.substring(1, value.length() - 1) : value);
      text.append(',').append(key);
      tags.values().forEach(tag -> text.append(',').append(cell(tag)));
      text.append("\r\n");
    }
    return text.toString();
  }

  private static String header(Map<String, String> tags, String type) {
    String more = ",true".repeat(tags.size());
    return "#group,false,false,false,false,true"
        + more
        + "\r\n#datatype,string,long,dateTime:RFC3339,"
        + type
        + ",string"
        + ",string".repeat(tags.size())
        + "\r\n#default,_result,,,,"
        + ",".repeat(tags.size())
        + "\r\n,result,table,_time,_value,_field,"
        + String.join(",", tags.keySet())
        + "\r\n";
  }

  private static String type(String value) {
    return value.startsWith("\"")
        ? "string"
        : value.equals("true") || value.equals("false") ? "boolean" : "double";
  }

  /** The measurement and the tags, not escaped, as columns of the table. */
  private static Map<String, String> tags(String prefix) {
    Map<String, String> tags = new LinkedHashMap<>();
    String[] parts = prefix.split("(?<!\\\\),");
    tags.put("_measurement", parts[0]);
    Map<String, String> sorted = new TreeMap<>();
    for (int i = 1; i < parts.length; i++) {
      String[] tag = parts[i].split("(?<!\\\\)=", 2);
      sorted.put(tag[0], tag[1].replaceAll("\\\\([,= ])", "$1"));
    }
    tags.putAll(sorted);
    return tags;
  }

  private static String cell(String text) {
    return text.matches("[^,\" ]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
