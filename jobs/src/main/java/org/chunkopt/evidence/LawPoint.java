package org.chunkopt.evidence;

import org.apache.spark.sql.Row;

/**
 * A measured mean that the law of a pool is fitted to.
 *
 * @param use how the files were used
 * @param arm position of the chunk size, 0 is 64 KiB
 * @param group what shares a load: a cell of a sweep, a cohort of the history
 * @param log2 mean log2 throughput, MiB/s
 * @param error its standard error, log2
 * @param levelError what the group as a whole may be off by, log2
 * @param swept whether it comes from a benchmark that set the chunk size itself
 */
record LawPoint(
    Use use, int arm, String group, double log2, double error, double levelError, boolean swept) {

  /** The point of a row of {@code law_points.sql}. */
  static LawPoint of(Row row) {
    return new LawPoint(
        Use.of(row),
        row.<Integer>getAs("position"),
        row.getAs("point_group"),
        row.<Double>getAs("mean_log2"),
        row.<Double>getAs("error"),
        row.<Double>getAs("level_error"),
        row.<Boolean>getAs("swept"));
  }
}
