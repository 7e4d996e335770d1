package org.chunkopt.ingest;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;
import org.chunkopt.tables.RejectReason;

/**
 * The three kinds of rows that sweeps yield.
 *
 * @param mount mount point that paths may begin with
 */
record SweepSheets(Sheet sweeps, Sheet rejects, Sheet ledger, String mount)
    implements Serializable {
  static final String KIND = "observations";

  private static final byte[] NOTHING = {};

  /** The rows of a file that cannot be read to its end, whatever was read of it. */
  List<Row> unreadable(LedgerCount seen, Exception cause) {
    LedgerCount count = seen.emptied();
    count.rejectAll(seen.lines);
    Problem problem =
        new Problem(
            RejectReason.UNREADABLE_FILE,
            "The file cannot be read to its end: " + cause.getMessage() + ".");
    return List.of(
        Rejection.row(rejects, count.sourceFile(), 0, NOTHING, problem), count.row(ledger));
  }
}
