package org.chunkopt.ingest;

import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.chunkopt.tables.Table;

/**
 * What one kind of input yields.
 *
 * @param tables its tables, each in the shape of its key
 * @param rejects rows of {@code rejects}
 * @param ledger rows of {@code ingest_ledger}: one per input file
 */
record Ingested(Map<Table, Dataset<Row>> tables, Dataset<Row> rejects, Dataset<Row> ledger) {
  Ingested {
    tables = Map.copyOf(tables);
  }
}
