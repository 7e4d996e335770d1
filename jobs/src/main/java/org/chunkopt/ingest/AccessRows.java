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
import org.chunkopt.tables.RejectReason;

/**
 * The rows of one file of {@code darshan-parser} text, which may hold several logs. The files of
 * one log are held in memory, the logs pass through.
 */
final class AccessRows implements Iterator<Row> {
  private static final byte[] POSIX = Ascii.bytes("POSIX\t");
  private static final byte[] SHARED = Ascii.bytes("POSIX\t-1\t");

  private final AccessSheets sheets;
  private final ByteRecords lines;
  private final LedgerCount count;
  private final byte[] mount;
  private final Map<ByteBuffer, FileAccess> files = new LinkedHashMap<>();
  private final Deque<Row> ready = new ArrayDeque<>();
  private int logs;
  private DarshanJob job;
  private byte[] key = {};
  private boolean ours;
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

  private void line(byte[] bytes, int from, int to) {
    count.lines++;
    if (from == to) {
      count.blanks++;
    } else if (bytes[from] == '#') {
      count.comments++;
      if (DarshanJob.begins(bytes, from, to)) {
        endLog();
      }
      job.header(bytes, from, to);
    } else if (Ascii.startsWith(bytes, from, to, POSIX)) {
      PairRows.tooLong(lines).or(() -> posix(bytes, from, to)).ifPresent(this::reject);
    } else if (Ascii.indexOf((byte) '\t', bytes, from, to) < to) {
      count.unknown++;
    } else {
      reject(new Problem(RejectReason.MALFORMED, "The line is no record of a module."));
    }
  }

  private Optional<Problem> posix(byte[] bytes, int from, int to) {
    int rank = Ascii.indexOf((byte) '\t', bytes, from, to);
    int id = Ascii.indexOf((byte) '\t', bytes, Math.min(to, rank + 1), to);
    int counter = Ascii.indexOf((byte) '\t', bytes, Math.min(to, id + 1), to);
    int name = Ascii.indexOf((byte) '\t', bytes, Math.min(to, counter + 1), to);
    int value = Ascii.indexOf((byte) '\t', bytes, Math.min(to, name + 1), to);
    if (value == to) {
      return Optional.of(new Problem(RejectReason.MALFORMED, "The record has too few fields."));
    }
    if (!Arrays.equals(key, 0, key.length, bytes, from, counter)) {
      endRecord();
      if (!begin(bytes, from, counter, value + 1, to)) {
        return Optional.of(new Problem(RejectReason.MALFORMED, "The record has too few fields."));
      }
    }
    if (!ours) {
      count.unknown++;
      return Optional.empty();
    }
    try {
      record.take(bytes, counter + 1, name, value);
    } catch (NumberFormatException e) {
      return Optional.of(
          new Problem(
              RejectReason.BAD_NUMBER,
              "The value \"" + Ascii.text(bytes, name + 1, value) + "\" is no number."));
    }
    count.accepted++;
    return Optional.empty();
  }

  /** Begins the record of another file or rank: the name ends before the last two tabs. */
  private boolean begin(byte[] bytes, int from, int keyTo, int nameFrom, int to) {
    int type = lastTab(bytes, nameFrom, to);
    int mountPoint = lastTab(bytes, nameFrom, type);
    if (mountPoint <= nameFrom) {
      return false;
    }
    key = Arrays.copyOfRange(bytes, from, keyTo);
    record = new DarshanRecord();
    int rest = nameFrom + mount.length;
    ours =
        Ascii.startsWith(bytes, nameFrom, mountPoint, mount)
            && rest < mountPoint
            && bytes[rest] == '/';
    path = ours ? ByteBuffer.wrap(Arrays.copyOfRange(bytes, rest, mountPoint)) : path;
    return true;
  }

  private static int lastTab(byte[] bytes, int from, int to) {
    int at = to - 1;
    while (at >= from && bytes[at] != '\t') {
      at--;
    }
    return at;
  }

  private void endRecord() {
    if (key.length > 0 && ours) {
      FileAccess file = files.computeIfAbsent(path, p -> new FileAccess(p.array()));
      if (Ascii.startsWith(key, 0, key.length, SHARED)) {
        file.addShared(record, job.processes());
      } else {
        file.addRank(record);
      }
    }
    key = new byte[0];
  }

  private void endLog() {
    endRecord();
    for (FileAccess file : files.values()) {
      ready.add(file.row(sheets.access(), job, count.sourceFile()));
    }
    files.clear();
    job = nextJob();
  }

  private DarshanJob nextJob() {
    return new DarshanJob(Shard.fileName(count.sourceFile()) + "#" + logs++);
  }

  private void reject(Problem problem) {
    count.rejected++;
    ready.add(
        Rejection.row(sheets.rejects(), count.sourceFile(), lines.offset(), lines.raw(), problem));
  }
}
