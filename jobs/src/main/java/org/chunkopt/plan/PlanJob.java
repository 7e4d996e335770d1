package org.chunkopt.plan;

import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/** Turns recommendations into advice for directories and a list of rewrites. */
public final class PlanJob implements Stage {
  @Override
  public String name() {
    return "plan";
  }

  @Override
  public String description() {
    return "Turns recommendations into advice for directories and a list of rewrites.";
  }

  @Override
  public List<Table> writes() {
    return List.of(Tables.DIRECTORY_PLAN, Tables.FILE_PLAN);
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    throw new IllegalStateException("Not written yet.");
  }
}
