package org.chunkopt.ingest;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Counts what became of the lines of one input file: a row of {@code ingest_ledger} to be. */
final class LedgerCount {
  private final String sourceFile;
  private final String kind;
  private final String format;
  long bytes;
  long lines;
  long accepted;
  long rejected;
  long comments;
  long blanks;
  long unknown;
  long duplicates;

  LedgerCount(String sourceFile, String kind, String format) {
    this.sourceFile = sourceFile;
    this.kind = kind;
    this.format = format;
  }

  String sourceFile() {
    return sourceFile;
  }

  /** The same file, of which nothing is counted yet but its bytes. */
  LedgerCount emptied() {
    LedgerCount emptied = new LedgerCount(sourceFile, kind, format);
    emptied.bytes = bytes;
    return emptied;
  }

  /** A file rejected whole counts as one line where no line of it could be read. */
  void rejectAll(long linesSeen) {
    lines = Math.max(1, linesSeen);
    rejected = lines;
  }

  Row row(Sheet ledger) {
    return ledger.row(values(duplicates));
  }

  /** A row of {@code ingest_ledger} itself. */
  Row row(long duplicates) {
    return RowFactory.create(values(duplicates));
  }

  private Object[] values(long duplicates) {
    return new Object[] {
      sourceFile,
      kind,
      format,
      bytes,
      lines,
      accepted,
      rejected,
      comments,
      blanks,
      unknown,
      duplicates
    };
  }
}
