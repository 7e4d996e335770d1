package org.chunkopt.report;

import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.tables.Table;

/** Writes the summary and the report. */
public final class ReportJob implements Stage {
  @Override
  public String name() {
    return "report";
  }

  @Override
  public String description() {
    return "Writes the summary and the report.";
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
