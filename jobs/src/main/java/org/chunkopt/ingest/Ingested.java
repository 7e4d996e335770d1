package org.chunkopt.ingest;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.chunkopt.tables.Table;

/**
 * What one kind of input yields.
 *
 * @param tables its tables, each in the shape of its key
 * @param rejects rows of {@code rejects}
 * @param ledger rows of {@code ingest_ledger}: one per input file
 * @param forget what to do when all is written: gives cached data back
 * @param remarks gives sentences for the admin; they may take a moment to be known
 */
record Ingested(
    Map<Table, Dataset<Row>> tables,
    Dataset<Row> rejects,
    Dataset<Row> ledger,
    List<Runnable> forget,
    Supplier<List<String>> remarks) {
  Ingested {
    tables = Map.copyOf(tables);
    forget = List.copyOf(forget);
  }

  /** What an input yields whose warnings are known. */
  Ingested(
      Map<Table, Dataset<Row>> tables,
      Dataset<Row> rejects,
      Dataset<Row> ledger,
      List<Runnable> forget,
      List<String> warnings) {
    this(tables, rejects, ledger, forget, () -> warnings);
  }

  /** What an input yields that has nothing to warn of. */
  Ingested(
      Map<Table, Dataset<Row>> tables,
      Dataset<Row> rejects,
      Dataset<Row> ledger,
      List<Runnable> forget) {
    this(tables, rejects, ledger, forget, List.of());
  }

  /** What an input yields that caches nothing. */
  Ingested(Map<Table, Dataset<Row>> tables, Dataset<Row> rejects, Dataset<Row> ledger) {
    this(tables, rejects, ledger, List.of());
  }

  /** Sentences for the admin. */
  List<String> warnings() {
    return remarks.get();
  }
}
