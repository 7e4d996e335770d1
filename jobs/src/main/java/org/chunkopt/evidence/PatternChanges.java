package org.chunkopt.evidence;

import java.time.Instant;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.run.PreviousRun;
import org.chunkopt.run.Run;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Tables;

/** Where a chunk size became another one, seen in two runs or in one inventory. */
final class PatternChanges {
  /** A night of many rewrites is sampled by hash. */
  private static final int MAX_FILES = 100_000;

  /** Five older and five newer files are parted by chance in less than one of 100 directories. */
  private static final int MIN_FILES = 5;

  private PatternChanges() {}

  /** The table {@code pattern_changes} of a run. */
  static Dataset<Row> of(SparkSession spark, Run run) {
    Instant asOf = run.asOf(spark);
    return Tables.PATTERN_CHANGES.select(
        SqlFile.named("evidence/pattern_changes")
            .run(
                Map.of(
                    "files", run.tables().read(spark, Tables.FILES),
                    "before", run.carried(spark, Tables.FILES),
                    "carried", run.carried(spark, Tables.PATTERN_CHANGES)),
                Map.of(
                    "run_date",
                    run.date().toString(),
                    "previous_date",
                    run.previous().map(PreviousRun::date).orElse(run.date()).toString(),
                    "as_of",
                    asOf,
                    "carry_days",
                    run.settings().run().carryDays(),
                    "max_files",
                    MAX_FILES,
                    "min_files",
                    MIN_FILES)));
  }
}
