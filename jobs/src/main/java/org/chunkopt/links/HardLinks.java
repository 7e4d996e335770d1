package org.chunkopt.links;

import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.chunkopt.sql.SqlFile;

/** A file with more than one hard link has a row for each of its paths, and its bytes only once. */
public final class HardLinks {
  private HardLinks() {}

  /**
   * The paths whose bytes are counted already: of each regular file all paths but the first.
   *
   * @param files the table {@code files}
   * @return {@code path_bytes}; few, as few files have more than one link
   */
  public static Dataset<Row> furtherPaths(Dataset<Row> files) {
    return SqlFile.named("links/further_paths").run(Map.of("files", files), Map.of());
  }
}
