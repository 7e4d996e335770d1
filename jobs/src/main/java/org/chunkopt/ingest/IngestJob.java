package org.chunkopt.ingest;

import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/** Reads exports, inventories and access logs into tables. */
public final class IngestJob implements Stage {
  @Override
  public String name() {
    return "ingest";
  }

  @Override
  public String description() {
    return "Reads exports, inventories and access logs into tables.";
  }

  @Override
  public List<Table> writes() {
    return List.of(
        Tables.NODE_MINUTES,
        Tables.TARGET_MINUTES,
        Tables.CLIENT_MINUTES,
        Tables.FILES,
        Tables.ACCESS,
        Tables.SWEEPS,
        Tables.REJECTS,
        Tables.INGEST_LEDGER);
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    throw new IllegalStateException("Not written yet.");
  }
}
