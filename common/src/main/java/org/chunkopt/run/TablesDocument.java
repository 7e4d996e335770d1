package org.chunkopt.run;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chunkopt.tables.Table;

/** The columns of published tables in words, as Markdown. */
public final class TablesDocument {
  /** Units by pattern of the name, the first that fits. */
  private static final List<Map.Entry<String, String>> UNITS =
      List.of(
          Map.entry(".*_bytes_per_s", "B/s"),
          Map.entry(".*_mib_s", "MiB/s"),
          Map.entry(".*_s_per_day", "s/day"),
          Map.entry(".*_per_s", "1/s"),
          Map.entry(".*_bytes_by_second", "B"),
          Map.entry("(.*_)?bytes(_read|_written)?|byte_offset", "B"),
          Map.entry(".*_ms", "ms"),
          Map.entry(".*_s|.*_seconds", "s"),
          Map.entry(".*_(fraction|share)|propensity", "0..1"),
          Map.entry(".*_(flag|missing)", "0 or 1"),
          Map.entry(".*_log2_kib", "log2 KiB"),
          Map.entry("log2_throughput|from_throughput_log2", "log2 MiB/s"),
          Map.entry("(file_size|access_run|.*_bytes)_log2", "log2 B"),
          Map.entry("access_frequency_log2", "log2 1/day"),
          Map.entry(".*_log2|gain_se", "log2"),
          Map.entry("expected_gain|gain_p\\d+|io_efficiency|network_saturation", "ratio"));

  private TablesDocument() {}

  /** A section per table with its grain, key and columns. */
  public static String of(List<Table> tables) {
    StringBuilder text =
        new StringBuilder(
            """
            # Tables of this run

            Each table is a directory of Parquet files. Times are UTC with microseconds.
            """);
    for (Table table : tables) {
      text.append("\n## ").append(table.name()).append("\n\nGrain: ").append(table.grain());
      text.append(". Key: ").append(String.join(", ", table.key())).append(".\n\n");
      text.append("| column | type | unit | meaning |\n|---|---|---|---|\n");
      for (Table.Field column : table.columns()) {
        text.append("| ").append(column.name());
        text.append(" | ").append(column.type().sql());
        text.append(" | ").append(unit(column));
        text.append(" | ").append(column.meaning().replace("|", "\\|")).append(" |\n");
      }
    }
    return text.toString();
  }

  /** The unit that a column's name and type say; empty for counts, codes and text. */
  static String unit(Table.Field column) {
    String type = column.type().simpleString();
    if (type.equals("timestamp")) {
      return "UTC";
    }
    if (Set.of("binary", "string", "boolean", "date").contains(type)) {
      return "";
    }
    String name = column.name();
    return UNITS.stream()
        .filter(unit -> name.matches(unit.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("");
  }
}
