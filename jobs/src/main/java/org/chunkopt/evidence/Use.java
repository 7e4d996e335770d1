package org.chunkopt.evidence;

import java.io.Serializable;
import org.apache.spark.sql.Row;

/**
 * How a file is used: what its throughput depends on beside the chunk size.
 *
 * @param sizeBytes size of the file
 * @param requestBytes bytes of one request of one process
 * @param processes processes that access the file at once
 * @param targets storage targets it is striped over
 * @param shared whether the processes share the one file
 * @param sequential whether a process goes through the file in order
 * @param write whether it writes
 */
record Use(
    double sizeBytes,
    double requestBytes,
    double processes,
    int targets,
    boolean shared,
    boolean sequential,
    boolean write)
    implements Serializable {

  /** The use of a row with these columns, as {@code cohort_uses.sql} and its like return it. */
  static Use of(Row row) {
    return new Use(
        Math.pow(2, row.<Double>getAs("size_log2")),
        Math.pow(2, row.<Double>getAs("request_log2")),
        Math.pow(2, row.<Double>getAs("processes_log2")),
        row.<Integer>getAs("targets"),
        row.<Boolean>getAs("shared"),
        row.<Boolean>getAs("sequential"),
        row.<Boolean>getAs("writing"));
  }
}
