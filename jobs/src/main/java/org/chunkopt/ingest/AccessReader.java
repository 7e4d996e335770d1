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

  /** Lines that are looked at to recognise the format, where the first ones are damaged. */
  private static final int HEAD_LINES = 100;

  private final InputOpener opener;
  private final AccessSheets sheets;
  private final String mount;
  private final int maxLineBytes;
  private final WalkReads walk;

  /** What a file holds, by its ledger name. */
  enum Format {
    DARSHAN("darshan-parser"),
    EVENTS("file-events"),
    EMPTY("darshan-parser"),
    UNKNOWN("unknown");

    private final String ledgerName;

    Format(String ledgerName) {
      this.ledgerName = ledgerName;
    }
  }

  AccessReader(
      InputOpener opener, AccessSheets sheets, String mount, int maxLineBytes, WalkReads walk) {
    this.walk = walk;
    this.opener = opener;
    this.sheets = sheets;
    this.mount = mount;
    this.maxLineBytes = maxLineBytes;
  }

  @Override
  public Iterator<Row> call(String file) throws IOException {
    return rows(
        sheets,
        mount,
        file,
        walk,
        () -> ShardRows.closing(ByteRecords.lines(opener.open(file), maxLineBytes)));
  }

  /** The rows of one file, from wherever it is opened; it is opened more than once. */
  static Iterator<Row> rows(
      AccessSheets sheets, String mount, String file, WalkReads walk, EntryScan.Opening opening)
      throws IOException {
    EntryScan scan = EntryScan.of(opening);
    Format format = scan.unreadable() ? Format.UNKNOWN : format(opening);
    LedgerCount count = new LedgerCount(file, "access", format.ledgerName);
    Optional<Problem> problem = scan.unreadable() ? scan.problem() : unusable(format, opening);
    if (problem.isPresent()) {
      count.bytes = scan.bytes();
      count.rejectAll(scan.records());
      return List.of(
              Rejection.row(sheets.rejects(), file, 0, scan.head(), problem.get()),
              count.row(sheets.ledger()))
          .iterator();
    }
    if (format == Format.EVENTS) {
      return new EventRows(sheets, opening.open(), count, walk);
    }
    // A mount of "/" leaves the paths as they are.
    byte[] prefix = (mount.equals("/") ? "" : mount).getBytes(StandardCharsets.UTF_8);
    return new AccessRows(sheets, opening.open(), count, prefix);
  }

  private static Format format(EntryScan.Opening opening) throws IOException {
    boolean empty = true;
    try (ByteRecords lines = opening.open()) {
      for (int i = 0; i < HEAD_LINES && lines.next(); i++) {
        int first = lines.from() < lines.to() ? lines.buffer()[lines.from()] : '\n';
        if (first == '#') {
          return Format.DARSHAN;
        }
        if (first == '{') {
          return Format.EVENTS;
        }
        empty &= first == '\n' || first == '\r';
      }
    }
    return empty ? Format.EMPTY : Format.UNKNOWN;
  }

  private static Optional<Problem> unusable(Format format, EntryScan.Opening opening)
      throws IOException {
    if (format == Format.UNKNOWN) {
      return Optional.of(
          new Problem(
              RejectReason.UNKNOWN_FORMAT,
              "The file is no text of darshan-parser and no log of BeeGFS file events."));
    }
    if (format == Format.EVENTS) {
      try (ByteRecords lines = opening.open()) {
        if (!EventRows.isTimed(lines)) {
          return Optional.of(
              new Problem(
                  RejectReason.MISSING_KEY,
                  "No event has a time, so none belongs to a day. Let the command that collects"
                      + " events add \"Timestamp\" to each line."));
        }
      }
    }
    return Optional.empty();
  }
}
