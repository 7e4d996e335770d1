package org.chunkopt.ingest;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/** The kinds of rows that access logs yield. */
record AccessSheets(Sheet access, Sheet events, Sheet losses, Sheet rejects, Sheet ledger)
    implements Serializable {
  /** Events of one file and day, as one task has counted them; a task may count a day in parts. */
  static final Table COUNTED =
      Table.of(
          "counted_events",
          "one row per file, day and part of an event log",
          "entry_id, day, first_event, last_event",
          """
          entry_id STRING          | BeeGFS EntryID
          path STRING              | path of its last event, escaped
          path_bytes BINARY        | exact bytes of the path
          day INT                  | days since 1970, UTC
          open_reads BIGINT        | opened read-only
          open_writes BIGINT       | opened write-only
          open_read_writes BIGINT  | opened for both
          closes_after_write BIGINT | last closes of a writer
          events BIGINT            | events of any type
          first_event TIMESTAMP    | time of the first event
          last_event TIMESTAMP     | time of the last event
          """);

  /** What an input file says it does not hold. */
  static final Table LOSSES =
      Table.of(
          "access_losses",
          "one row per access log",
          "source_file",
          """
          source_file STRING       | access log
          events BIGINT            | events in it
          dropped BIGINT           | events that the metadata server dropped while the log was written
          missed BIGINT            | events that it missed in that time
          incomplete_logs BIGINT   | Darshan logs whose POSIX module ran out of memory
          inside BIGINT            | POSIX records of files below the mount point
          outside BIGINT           | POSIX records of other files
          """);

  /** {@code access}, and when the log ends that run_start begins. */
  static final Table LOGGED = withLogEnd(Tables.ACCESS);

  /** All of them, in the order of {@link Sheets}. */
  static Sheets sheets() {
    return new Sheets(LOGGED, COUNTED, LOSSES, Tables.REJECTS, Tables.INGEST_LEDGER);
  }

  static AccessSheets of(Sheets sheets) {
    return new AccessSheets(
        sheets.sheet(LOGGED),
        sheets.sheet(COUNTED),
        sheets.sheet(LOSSES),
        sheets.sheet(Tables.REJECTS),
        sheets.sheet(Tables.INGEST_LEDGER));
  }

  private static Table withLogEnd(Table access) {
    List<Table.Field> columns = new ArrayList<>(access.columns());
    columns.add(new Table.Field("log_end", DataTypes.TimestampType, "end of the log, nullable"));
    return new Table("logged", access.grain(), access.key(), columns);
  }
}
