package org.chunkopt.score;

import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/** Recommends a chunk size for every file. */
public final class ScoreJob implements Stage {
  @Override
  public String name() {
    return "score";
  }

  @Override
  public String description() {
    return "Recommends a chunk size for every file.";
  }

  @Override
  public List<Table> writes() {
    return List.of(Tables.RECOMMENDATIONS);
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    throw new IllegalStateException("Not written yet.");
  }
}
