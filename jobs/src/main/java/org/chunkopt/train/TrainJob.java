package org.chunkopt.train;

import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.tables.Table;

/** Trains the network by parameter averaging. */
public final class TrainJob implements Stage {
  @Override
  public String name() {
    return "train";
  }

  @Override
  public String description() {
    return "Trains the network by parameter averaging.";
  }

  @Override
  public List<Table> writes() {
    return List.of();
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    throw new IllegalStateException("Not written yet.");
  }
}
