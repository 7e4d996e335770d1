package org.chunkopt.run;

import java.util.List;
import org.chunkopt.tables.Table;

/** The columns of published tables in words, as Markdown. */
public final class TablesDocument {
  private TablesDocument() {}

  /** A section per table with its grain, key and columns. */
  public static String of(List<Table> tables) {
    StringBuilder text =
        new StringBuilder(
            """
            # Tables of this run

            Each table is a directory of Parquet files. Times are UTC with microseconds; a suffix is the unit.
            """);
    for (Table table : tables) {
      text.append("\n## ").append(table.name()).append("\n\nGrain: ").append(table.grain());
      text.append(". Key: ").append(String.join(", ", table.key())).append(".\n\n");
      text.append("| column | type | meaning |\n|---|---|---|\n");
      for (Table.Field column : table.columns()) {
        text.append("| ").append(column.name());
        text.append(" | ").append(column.type().sql());
        text.append(" | ").append(column.meaning().replace("|", "\\|")).append(" |\n");
      }
    }
    return text.toString();
  }
}
