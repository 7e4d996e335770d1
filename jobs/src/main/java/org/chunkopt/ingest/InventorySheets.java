package org.chunkopt.ingest;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/** The kinds of rows that an inventory yields. */
record InventorySheets(Sheet files, Sheet gaps, Sheet rejects, Sheet ledger)
    implements Serializable {
  /** {@code files}, and where the stat record stands. */
  static final Table FILES = withOffset(Tables.FILES);

  /** What the entries of a shard do not say of themselves. */
  static final Table GAPS =
      Table.of(
          "inventory_gaps",
          "one row per shard of an inventory",
          "source_file",
          """
          source_file STRING | the shard's file of stat records, or its listing of the index
          entries BIGINT     | entries taken
          owners BIGINT      | entries whose owner is not known by number
          patterns BIGINT    | directories whose chunk size is not known
          targets BIGINT     | files of which only the number of targets is known
          times BIGINT       | times outside the years 1 to 9999, which are null in the table
          restricted BIGINT  | files that are offloaded, locked, or have a copy on a remote target
          """);

  /** All of them, in the order of {@link Sheets}. */
  static Sheets sheets() {
    return new Sheets(FILES, GAPS, Tables.REJECTS, Tables.INGEST_LEDGER);
  }

  static InventorySheets of(Sheets sheets) {
    return new InventorySheets(
        sheets.sheet(FILES),
        sheets.sheet(GAPS),
        sheets.sheet(Tables.REJECTS),
        sheets.sheet(Tables.INGEST_LEDGER));
  }

  private static Table withOffset(Table files) {
    List<Table.Field> columns = new ArrayList<>(files.columns());
    columns.add(
        new Table.Field(
            "byte_offset", DataTypes.LongType, "where the stat record or the line begins"));
    return new Table("inventory_files", files.grain(), files.key(), columns);
  }
}
