package org.chunkopt.simulate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Access logs as {@code darshan-parser} prints them, one after another in a file: a header and the
 * POSIX records of a job's files.
 *
 * <p>Assumptions: only the counters that say something about chunk sizes are printed; times of a
 * file shared by several processes are sums over them, and that of the slowest is the elapsed time;
 * a random access is consecutive once in fifty times.
 */
final class DarshanText {
  private static final DateTimeFormatter ASCII_TIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final double OPEN_SECONDS = 0.0004;

  private record Logged(SimulatedFile file, byte[] path) {}

  private final Site site;
  private final ByteText out;
  private final List<Logged> files = new ArrayList<>();
  private JobPlan job;

  DarshanText(Site site, ByteText out) {
    this.site = site;
    this.out = out;
  }

  /** Ends the last job and begins another. */
  void begin(JobPlan next) throws IOException {
    end();
    job = next;
  }

  void add(SimulatedFile file, byte[] path) {
    boolean oneLine = true;
    for (byte b : path) {
      oneLine &= b != '\n' && b != '\t';
    }
    if (job.logged() && file.accessed() && oneLine) {
      files.add(new Logged(file, path));
    }
  }

  void end() throws IOException {
    if (!files.isEmpty()) {
      long start = Long.MAX_VALUE;
      long end = 0;
      for (Logged logged : files) {
        start = Math.min(start, second(logged.file.accessStart()));
        end = Math.max(end, second(end(logged.file)) + 1);
      }
      header(start, end);
      for (Logged logged : files) {
        record(logged, start);
      }
      out.put('\n');
    }
    files.clear();
  }

  private void header(long start, long end) throws IOException {
    Directory directory = files.get(0).file.directory();
    out.text("# darshan log version: 3.41\n# compression method: ZLIB\n# exe: /sw/bin/");
    out.text(directory.kind().label).text(" \n# uid: ").whole(directory.user().uid());
    out.text("\n# jobid: ").whole(job.number() + 1);
    out.text("\n# start_time: ").whole(start).text("\n# start_time_asci: ").text(ascii(start));
    out.text("\n# end_time: ").whole(end).text("\n# end_time_asci: ").text(ascii(end));
    out.text("\n# nprocs: ").whole(directory.access().processes());
    out.text("\n# run time: ").whole(end - start).text(".0000\n# metadata: lib_ver = 3.4.1\n\n");
    out.text("# mounted file systems (mount point and fs type)\n");
    out.text("# -------------------------------------------------------\n");
    out.text("# mount entry:\t").text(site.mount()).text("\tbeegfs\n# mount entry:\t/\text4\n\n");
    out.text("# *******************************************************\n# POSIX module data\n");
    out.text("# *******************************************************\n\n");
    out.text("#<module>\t<rank>\t<record id>\t<counter>\t<value>\t<file name>\t");
    out.text("<mount pt>\t<fs type>\n");
  }

  private void record(Logged logged, long start) throws IOException {
    SimulatedFile file = logged.file;
    AccessContext access = file.access();
    Record record = new Record(out, prefix(file), suffix(logged.path));
    long requests = (file.accessBytes() + access.requestBytes() - 1) / access.requestBytes();
    long inOrder = access.sequential() ? Math.max(0, requests - access.processes()) : requests / 2;
    long adjacent =
        access.shared() ? 0 : access.sequential() ? Math.max(0, requests - 1) : requests / 50;
    double begin = file.accessStart() / SimulatedFile.NANOS - start;
    double end = end(file) / SimulatedFile.NANOS - start;
    double busy = file.accessSeconds() * (1 + 0.92 * (access.processes() - 1));
    double meta = OPEN_SECONDS * access.processes();
    boolean write = access.write();
    record.count("POSIX_OPENS", access.processes());
    record.count("POSIX_READS", write ? 0 : requests);
    record.count("POSIX_WRITES", write ? requests : 0);
    record.count("POSIX_SEEKS", access.sequential() ? 0 : requests);
    record.count("POSIX_STATS", 1);
    record.count("POSIX_BYTES_READ", write ? 0 : file.accessBytes());
    record.count("POSIX_BYTES_WRITTEN", write ? file.accessBytes() : 0);
    record.count("POSIX_CONSEC_READS", write ? 0 : adjacent);
    record.count("POSIX_CONSEC_WRITES", write ? adjacent : 0);
    record.count("POSIX_SEQ_READS", write ? 0 : inOrder);
    record.count("POSIX_SEQ_WRITES", write ? inOrder : 0);
    record.count("POSIX_RW_SWITCHES", 0);
    record.count("POSIX_ACCESS1_ACCESS", Math.min(access.requestBytes(), file.accessBytes()));
    record.count("POSIX_ACCESS1_COUNT", requests);
    if (access.shared()) {
      record.count("POSIX_SLOWEST_RANK", job.number() % access.processes());
    }
    record.seconds("POSIX_F_OPEN_START_TIMESTAMP", begin);
    record.seconds("POSIX_F_READ_START_TIMESTAMP", write ? 0 : begin + OPEN_SECONDS);
    record.seconds("POSIX_F_WRITE_START_TIMESTAMP", write ? begin + OPEN_SECONDS : 0);
    record.seconds("POSIX_F_READ_END_TIMESTAMP", write ? 0 : end);
    record.seconds("POSIX_F_WRITE_END_TIMESTAMP", write ? end : 0);
    record.seconds("POSIX_F_CLOSE_END_TIMESTAMP", end + OPEN_SECONDS);
    record.seconds("POSIX_F_READ_TIME", write ? 0 : busy);
    record.seconds("POSIX_F_WRITE_TIME", write ? busy : 0);
    record.seconds("POSIX_F_META_TIME", meta);
    if (access.shared()) {
      record.seconds("POSIX_F_SLOWEST_RANK_TIME", file.accessSeconds() + OPEN_SECONDS);
    }
  }

  private byte[] prefix(SimulatedFile file) {
    long id = Draws.of(site.seed(), Draws.Topic.FILE, file.index(), 3).bits();
    int rank = file.access().shared() ? -1 : 0;
    return Record.ascii("POSIX\t" + rank + "\t" + Long.toUnsignedString(id) + "\t");
  }

  private byte[] suffix(byte[] path) {
    byte[] mount = Record.ascii("\t" + site.mount());
    byte[] end = Record.ascii("\t" + site.mount() + "\tbeegfs\n");
    byte[] all = new byte[mount.length + path.length + end.length];
    System.arraycopy(mount, 0, all, 0, mount.length);
    System.arraycopy(path, 0, all, mount.length, path.length);
    System.arraycopy(end, 0, all, mount.length + path.length, end.length);
    return all;
  }

  private static long end(SimulatedFile file) {
    boolean spread = file.access().write();
    return spread
        ? file.mtime()
        : file.accessStart() + (long) (file.accessSeconds() * SimulatedFile.NANOS);
  }

  private static long second(long nanos) {
    return Math.floorDiv(nanos, 1_000_000_000L);
  }

  private static String ascii(long second) {
    return ASCII_TIME.format(Instant.ofEpochSecond(second));
  }

  /** The lines of one file. */
  private record Record(ByteText out, byte[] prefix, byte[] suffix) {
    void count(String counter, long value) throws IOException {
      out.bytes(prefix).text(counter).put('\t').whole(value).bytes(suffix);
    }

    void seconds(String counter, double value) throws IOException {
      long micros = Math.round(value * 1e6);
      out.bytes(prefix).text(counter).put('\t').whole(micros / 1_000_000).put('.');
      out.padded(micros % 1_000_000, 6).bytes(suffix);
    }

    static byte[] ascii(String text) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }
  }
}
