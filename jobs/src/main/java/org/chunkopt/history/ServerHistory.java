package org.chunkopt.history;

import java.time.Duration;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.chunkopt.sql.SqlFile;

/**
 * The baseline of every server before the end of each minute: computed once, so that scoring rows
 * (as-of) and training rows (before the access) both join it on server and minute.
 */
public final class ServerHistory {
  private ServerHistory() {}

  /**
   * Rolls {@code node_minutes} up.
   *
   * @param history whole minutes that the baseline looks back
   * @return {@code node_kind, node_num_id, window_end} and the means, see {@code
   *     server_history.sql}
   */
  public static Dataset<Row> of(Dataset<Row> nodeMinutes, Duration history) {
    return SqlFile.named("features/server_history")
        .run(Map.of("node_minutes", nodeMinutes), Map.of("window_s", history.toSeconds()));
  }
}
