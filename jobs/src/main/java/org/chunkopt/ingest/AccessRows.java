package org.chunkopt.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.chunkopt.beegfs.FilePath;
import org.chunkopt.tables.RejectReason;

/**
 * The rows of one file of {@code darshan-parser} text, which may hold several logs. The files of
 * one log are held in memory, the logs pass through.
 */
final class AccessRows implements Iterator<Row> {
  private static final byte[] POSIX = Ascii.bytes("POSIX\t");
  private static final byte[] TOTAL = Ascii.bytes("total_");
  private static final byte[] TRACE = Ascii.bytes(" X_");
  private static final byte[] SHARED = Ascii.bytes("POSIX\t-1\t");

  private static final int SHOWN_BYTES = 80;

  private final AccessSheets sheets;
  private final ByteRecords lines;
  private final LedgerCount count;
  private final byte[] mount;
  private final Map<ByteBuffer, FileAccess> files = new LinkedHashMap<>();
  private final Deque<Row> ready = new ArrayDeque<>();
  private int logs;
  private DarshanJob job;
  private int incompleteLogs;
  private long recordsInside;
  private long recordsOutside;
  // Of the record being read: its lines up to the counter, and from the tab before the name.
  private byte[] key = {};
  private byte[] file = {};
  private long recordLines;
  private boolean ours;
  private boolean damaged;
  // Whether another line came since the record's last: one of its own that is no longer readable.
  private boolean interrupted;
  private DarshanRecord record = new DarshanRecord();
  private ByteBuffer path = ByteBuffer.allocate(0);
  private boolean ended;

  AccessRows(AccessSheets sheets, ByteRecords lines, LedgerCount count, byte[] mount) {
    this.sheets = sheets;
    this.lines = lines;
    this.count = count;
    this.mount = mount;
    this.job = nextJob();
  }

  @Override
  public boolean hasNext() {
    try {
      while (ready.isEmpty() && !ended) {
        if (lines.next()) {
          line(lines.buffer(), lines.from(), lines.to());
        } else {
          endLog();
          ended = true;
          count.bytes = lines.bytes();
          ready.add(
              sheets
                  .losses()
                  .row(
                      count.sourceFile(),
                      0L,
                      0L,
                      0L,
                      (long) incompleteLogs,
                      recordsInside,
                      recordsOutside));
          ready.add(count.row(sheets.ledger()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return !ready.isEmpty();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private void line(byte[] bytes, int from, int end) {
    int to = end > from && bytes[end - 1] == '\r' ? end - 1 : end;
    count.lines++;
    if (from == to) {
      count.blanks++;
      interrupted = true;
    } else if (bytes[from] == '#') {
      count.comments++;
      interrupted = true;
      comment(bytes, from, to);
    } else if (Ascii.startsWith(bytes, from, to, POSIX)) {
      PairRows.tooLong(lines).or(() -> posix(bytes, from, to)).ifPresent(this::reject);
    } else if (isOfNoUse(bytes, from, to)) {
      count.unknown++;
      interrupted = true;
    } else {
      reject(new Problem(RejectReason.MALFORMED, "The line is no record of a module."));
    }
  }

  private void comment(byte[] bytes, int from, int to) {
    if (DarshanJob.begins(bytes, from, to)) {
      endLog();
    } else if (DarshanJob.saysIncomplete(bytes, from, to)) {
      incompleteLogs++;
    }
    job.header(bytes, from, to);
  }

  /**
   * Records of other modules and the list of files have tabs; sums ({@code --total}) and traces
   * ({@code darshan-dxt-parser}) have marks of their own.
   */
  private static boolean isOfNoUse(byte[] bytes, int from, int to) {
    return Ascii.indexOf((byte) '\t', bytes, from, to) < to
        || Ascii.startsWith(bytes, from, to, TOTAL)
        || Ascii.startsWith(bytes, from, to, TRACE);
  }

  private Optional<Problem> posix(byte[] bytes, int from, int to) {
    if (key.length == 0 || !Ascii.startsWith(bytes, from, to, key)) {
      Optional<Problem> problem = begin(bytes, from, to);
      if (problem.isPresent()) {
        return problem;
      }
    } else {
      damaged |= interrupted;
    }
    interrupted = false;
    int counter = from + key.length;
    int name = Ascii.indexOf((byte) '\t', bytes, counter, to);
    int value = Ascii.indexOf((byte) '\t', bytes, Math.min(to, name + 1), to);
    if (!Arrays.equals(bytes, Math.min(value, to), to, file, 0, file.length)) {
      damaged = true;
      return Optional.of(
          new Problem(
              RejectReason.MALFORMED, "The end of the line differs from the lines before it."));
    }
    if (ours && !record.take(bytes, counter, name, value)) {
      damaged = true;
      return Optional.of(
          new Problem(
              RejectReason.BAD_NUMBER,
              "The value \""
                  + Ascii.text(bytes, name + 1, Math.min(value, name + 1 + SHOWN_BYTES))
                  + "\" is no number that this counter can have: at most 2^60, or 10^12 seconds."));
    }
    recordLines++;
    return Optional.empty();
  }

  /** Begins the record of another file or rank: the name ends before the last two tabs. */
  private Optional<Problem> begin(byte[] bytes, int from, int to) {
    int rank = from + POSIX.length;
    int id = Math.min(to, Ascii.indexOf((byte) '\t', bytes, rank, to) + 1);
    int counter = Math.min(to, Ascii.indexOf((byte) '\t', bytes, id, to) + 1);
    int counterEnd = Ascii.indexOf((byte) '\t', bytes, counter, to);
    int value = Ascii.indexOf((byte) '\t', bytes, Math.min(to, counterEnd + 1), to);
    int type = lastTab(bytes, value + 1, to);
    int mountPoint = lastTab(bytes, value + 1, type);
    boolean numbered =
        Ascii.isUnsigned(bytes, id, counter - 1)
            && (Ascii.isUnsigned(bytes, rank, id - 1) || Ascii.startsWith(bytes, from, to, SHARED));
    if (!numbered || mountPoint <= value + 1) {
      return Optional.of(
          new Problem(
              RejectReason.MALFORMED, "The line is no rank, id, counter, value, name and mount."));
    }
    endRecord();
    key = Arrays.copyOfRange(bytes, from, counter);
    file = Arrays.copyOfRange(bytes, value, to);
    byte[] name = FilePath.resolved(Arrays.copyOfRange(bytes, value + 1, mountPoint));
    ours =
        Ascii.startsWith(name, 0, name.length, mount)
            && mount.length < name.length
            && name[mount.length] == '/';
    if (ours) {
      path = ByteBuffer.wrap(Arrays.copyOfRange(name, mount.length, name.length));
    }
    return Optional.empty();
  }

  private static int lastTab(byte[] bytes, int from, int to) {
    int at = to - 1;
    while (at >= from && bytes[at] != '\t') {
      at--;
    }
    return at;
  }

  /** A record with a damaged line would give wrong figures, so it is not used. */
  private void endRecord() {
    boolean used = key.length > 0 && ours && !damaged;
    if (used) {
      FileAccess access = files.computeIfAbsent(path, p -> new FileAccess(p.array()));
      if (Ascii.startsWith(key, 0, key.length, SHARED)) {
        access.addShared(record, job.processes());
      } else {
        access.addRank(record);
      }
      count.accepted += recordLines;
      recordsInside++;
    } else {
      recordsOutside += key.length > 0 && !ours ? 1 : 0;
      count.unknown += recordLines;
    }
    key = new byte[0];
    record = new DarshanRecord();
    recordLines = 0;
    damaged = false;
  }

  private void endLog() {
    endRecord();
    for (FileAccess access : files.values()) {
      ready.add(access.row(sheets.access(), job, count.sourceFile()));
    }
    files.clear();
    job = nextJob();
  }

  private DarshanJob nextJob() {
    return new DarshanJob(Shard.fileName(count.sourceFile()) + "#" + logs++);
  }

  private void reject(Problem found) {
    boolean cut = !lines.terminated() && found.reason() == RejectReason.MALFORMED;
    Problem problem =
        cut
            ? new Problem(RejectReason.TRUNCATED, "The last line is cut off. Parse the log again.")
            : found;
    count.rejected++;
    interrupted = true;
    ready.add(
        Rejection.row(sheets.rejects(), count.sourceFile(), lines.offset(), lines.raw(), problem));
  }
}
