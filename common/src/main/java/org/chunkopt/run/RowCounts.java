package org.chunkopt.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.TableDirectory;

/** Rows of written tables, from the footers of their Parquet files: no row is read. */
public final class RowCounts {
  private RowCounts() {}

  /** Rows by table name; tables that were not written are left out. */
  public static Map<String, Long> of(Configuration hadoop, TableDirectory tables, List<Table> all) {
    Map<String, Long> rows = new LinkedHashMap<>();
    for (Table table : all) {
      Path path = new Path(tables.path(table));
      try {
        FileSystem fileSystem = path.getFileSystem(hadoop);
        if (fileSystem.exists(path)) {
          FileStatus[] parts =
              fileSystem.listStatus(path, part -> part.getName().endsWith(".parquet"));
          rows.put(
              table.name(), Arrays.stream(parts).parallel().mapToLong(p -> rows(hadoop, p)).sum());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return rows;
  }

  private static long rows(Configuration hadoop, FileStatus part) {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromStatus(part, hadoop))) {
      return reader.getRecordCount();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
