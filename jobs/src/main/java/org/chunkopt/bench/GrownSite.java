package org.chunkopt.bench;

import static org.apache.spark.sql.functions.broadcast;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;

/**
 * A namespace of any size with the look of a real one: copies of the tables that have a row per
 * file, each below a directory of its own, with EntryIDs and inodes of their own.
 */
final class GrownSite {
  private static final long ROWS_OF_A_FILE = 2_000_000;
  private static final List<Table> BY_FILE =
      List.of(Tables.FILES, Tables.ACCESS, Tables.FILE_EVENTS);

  private GrownSite() {}

  /**
   * Writes the grown tables into the directory.
   *
   * @param copies of the source's namespace, at least 1
   */
  static void write(SparkSession spark, TableDirectory source, TableDirectory to, long copies) {
    for (Table table : BY_FILE) {
      Dataset<Row> rows = source.read(spark, table);
      int partitions = (int) Math.max(1, Math.min(copies, rows.count() * copies / ROWS_OF_A_FILE));
      Dataset<Row> copy =
          spark
              .range(0, copies, 1, partitions)
              .selectExpr("id AS copy", "printf('/copy%08d', id) AS top");
      String[] columns = table.columnNames().stream().map(GrownSite::copied).toArray(String[]::new);
      to.write(table, copy.crossJoin(broadcast(rows)).selectExpr(columns));
    }
  }

  private static String copied(String column) {
    String value =
        switch (column) {
          case "path" -> "concat(top, path)";
          case "path_bytes" -> "concat(encode(top, 'UTF-8'), path_bytes)";
          case "parent_path" ->
              "concat(top, CASE WHEN parent_path = '/' THEN '' ELSE parent_path END)";
          case "parent_path_bytes" ->
              "concat(encode(top, 'UTF-8'),"
                  + " CASE WHEN parent_path = '/' THEN X'' ELSE parent_path_bytes END)";
          case "entry_id" -> "concat(entry_id, '-', hex(copy))";
          case "inode" -> "xxhash64(inode, copy)";
          default -> column;
        };
    return value + " AS " + column;
  }
}
