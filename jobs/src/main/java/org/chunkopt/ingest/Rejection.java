package org.chunkopt.ingest;

import java.util.Arrays;
import org.apache.spark.sql.Row;

/** Makes rows of {@code rejects}. */
final class Rejection {
  private Rejection() {}

  static Row row(Sheet rejects, String sourceFile, long offset, byte[] raw, Problem problem) {
    byte[] kept =
        raw.length <= ByteRecords.KEPT_BYTES ? raw : Arrays.copyOf(raw, ByteRecords.KEPT_BYTES);
    return rejects.row(sourceFile, offset, kept, problem.reason().name(), problem.detail());
  }
}
