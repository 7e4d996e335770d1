package org.chunkopt.evidence;

import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/** Turns measured throughput into curves over the chunk sizes, and the curves into labels. */
public final class EvidenceJob implements Stage {
  @Override
  public String name() {
    return "evidence";
  }

  @Override
  public String description() {
    return "Turns measured throughput into curves over the chunk sizes, and the curves into labels.";
  }

  @Override
  public List<Table> writes() {
    return List.of(Tables.OBSERVATIONS, Tables.EVIDENCE, Tables.LABELS);
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    throw new IllegalStateException("Not written yet.");
  }
}
