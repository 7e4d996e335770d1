package org.chunkopt.ingest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.chunkopt.tables.RejectReason;

/** Reads one file of access logs, on an executor. */
final class AccessReader implements FlatMapFunction<String, Row> {
  private static final long serialVersionUID = 1L;

  private final InputOpener opener;
  private final AccessSheets sheets;
  private final String mount;
  private final int maxLineBytes;

  AccessReader(InputOpener opener, AccessSheets sheets, String mount, int maxLineBytes) {
    this.opener = opener;
    this.sheets = sheets;
    this.mount = mount;
    this.maxLineBytes = maxLineBytes;
  }

  @Override
  public Iterator<Row> call(String file) throws IOException {
    LedgerCount count = new LedgerCount(file, "access", "darshan-parser");
    EntryScan scan = EntryScan.of(() -> lines(file));
    Optional<Problem> problem = scan.problem().or(() -> foreign(scan));
    if (problem.isPresent()) {
      count.bytes = scan.bytes();
      count.rejectAll(scan.records());
      return List.of(
              Rejection.row(sheets.rejects(), file, 0, scan.head(), problem.get()),
              count.row(sheets.ledger()))
          .iterator();
    }
    // A mount of "/" leaves the paths as they are.
    byte[] prefix = (mount.equals("/") ? "" : mount).getBytes(StandardCharsets.UTF_8);
    return new AccessRows(sheets, ShardRows.closing(lines(file)), count, prefix);
  }

  private static Optional<Problem> foreign(EntryScan scan) {
    boolean comment = scan.records() == 0 || scan.head().length > 0 && scan.head()[0] == '#';
    return comment
        ? Optional.empty()
        : Optional.of(
            new Problem(RejectReason.UNKNOWN_FORMAT, "The file is no text of darshan-parser."));
  }

  private ByteRecords lines(String file) throws IOException {
    return ByteRecords.lines(opener.open(file), maxLineBytes);
  }
}
