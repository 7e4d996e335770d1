package org.chunkopt.run;

import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.tables.Table;

/** One stage of the night: reads tables or inputs, writes tables of the same run. */
public interface Stage {
  /** The command that runs it alone. */
  String name();

  /** One sentence for the Spark UI and the log, in the admin's words. */
  String description();

  /** Tables it writes. */
  List<Table> writes();

  /**
   * What it reads beside the settings and the tables of this and the previous run: a text that is
   * another one where any of that is.
   *
   * @throws org.chunkopt.UserError where an input is not there
   */
  default String inputs(SparkSession spark, Run run) {
    return "";
  }

  /**
   * Runs it.
   *
   * @return warnings, each a sentence for the admin; with any, the run is published with exit code
   *     2
   */
  List<String> run(SparkSession spark, Run run);
}
