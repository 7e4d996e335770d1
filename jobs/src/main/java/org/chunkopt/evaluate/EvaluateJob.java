package org.chunkopt.evaluate;

import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/** Judges the policies on directories nothing was learnt from, and picks the champion. */
public final class EvaluateJob implements Stage {
  @Override
  public String name() {
    return "evaluate";
  }

  @Override
  public String description() {
    return "Judges the policies on directories nothing was learnt from, and picks the champion.";
  }

  @Override
  public List<Table> writes() {
    return List.of(Tables.EVALUATION);
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    throw new IllegalStateException("Not written yet.");
  }
}
