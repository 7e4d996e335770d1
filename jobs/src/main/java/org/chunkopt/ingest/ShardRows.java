package org.chunkopt.ingest;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;

/** Reads one shard of an inventory, on an executor. */
final class ShardRows implements FlatMapFunction<Shard, Row> {
  private static final long serialVersionUID = 1L;

  private final InputOpener opener;
  private final InventorySheets sheets;
  private final int maxRecordBytes;
  private final String mount;
  private final ArrayList<String> indexColumns;

  ShardRows(
      InputOpener opener,
      InventorySheets sheets,
      int maxRecordBytes,
      String mount,
      List<String> indexColumns) {
    this.indexColumns = new ArrayList<>(indexColumns);
    this.opener = opener;
    this.sheets = sheets;
    this.maxRecordBytes = maxRecordBytes;
    this.mount = mount;
  }

  @Override
  public Iterator<Row> call(Shard shard) throws IOException {
    return new ShardReader(
            sheets, file -> closing(opener.open(file)), maxRecordBytes, mount, indexColumns)
        .rows(shard);
  }

  /** Closes the stream when the task ends, however it ends. */
  static <T extends Closeable> T closing(T opened) {
    TaskContext.get()
        .addTaskCompletionListener(
            context -> {
              try {
                opened.close();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    return opened;
  }
}
