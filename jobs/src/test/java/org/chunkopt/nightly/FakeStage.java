package org.chunkopt.nightly;

import java.util.List;
import java.util.function.BiFunction;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.tables.Table;

/** A stage whose work a test gives. */
public record FakeStage(
    String name, List<Table> writes, BiFunction<SparkSession, Run, List<String>> work)
    implements Stage {
  @Override
  public String description() {
    return "Does the work of " + name + ".";
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    return work.apply(spark, run);
  }
}
