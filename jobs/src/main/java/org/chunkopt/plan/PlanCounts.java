package org.chunkopt.plan;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.chunkopt.sql.SqlFile;

/** How many entries of a plan are selected for which chunk size, or left out for which reason. */
record PlanCounts(List<Listed> listed, List<LeftOut> leftOut) {
  /** Entries of one list. */
  record Listed(long chunkBytes, long entries, long bytes) {}

  /** Entries that are not selected, by reason. */
  record LeftOut(String reason, long entries) {}

  /** Counts a plan with the columns selected, recommended_chunk_bytes, reason and bytes. */
  static PlanCounts of(Dataset<Row> plan) {
    List<Row> rows =
        SqlFile.named("plan/plan_counts").run(Map.of("plan", plan), Map.of()).collectAsList();
    return new PlanCounts(
        rows.stream()
            .filter(row -> row.getBoolean(0))
            .map(row -> new Listed(row.getLong(1), row.getLong(3), row.getLong(4)))
            .toList(),
        rows.stream()
            .filter(row -> !row.getBoolean(0))
            .map(row -> new LeftOut(row.getString(2), row.getLong(3)))
            .toList());
  }

  long selected() {
    return listed.stream().mapToLong(Listed::entries).sum();
  }

  long selectedBytes() {
    // Sparse files may claim more bytes in all than a long holds.
    double bytes = listed.stream().mapToDouble(Listed::bytes).sum();
    return bytes < 1L << 53 ? listed.stream().mapToLong(Listed::bytes).sum() : (long) bytes;
  }

  long candidates() {
    return selected() + leftOut.stream().mapToLong(LeftOut::entries).sum();
  }
}
