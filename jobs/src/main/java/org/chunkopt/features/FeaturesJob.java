package org.chunkopt.features;

import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/** Computes the inputs of the network for every file. */
public final class FeaturesJob implements Stage {
  @Override
  public String name() {
    return "features";
  }

  @Override
  public String description() {
    return "Computes the inputs of the network for every file.";
  }

  @Override
  public List<Table> writes() {
    return List.of(Tables.FILE_FEATURES);
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    throw new IllegalStateException("Not written yet.");
  }
}
