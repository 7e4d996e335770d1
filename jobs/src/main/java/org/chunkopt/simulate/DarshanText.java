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
 * file shared by several processes are sums over them, and that of the slowest is the elapsed time.
 */
final class DarshanText {
  private static final DateTimeFormatter ASCII_TIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private record Logged(SimulatedFile file, byte[] path) {}

  private final Site site;
  private final ByteText out;
  private final List<Logged> files = new ArrayList<>();
  private JobPlan job;

  DarshanText(Site site, ByteText out) {
    this.site = site;
    this.out = out;
  }

  /** Adds a file; the first one of another job ends the job before it. */
  void add(SimulatedFile file, byte[] path) throws IOException {
    if (file.job() != job) {
      end();
      job = file.job();
    }
    if (LoggedAccess.isLogged(file, path)) {
      files.add(new Logged(file, path));
    }
  }

  /** Writes what has been added since the job began. */
  void end() throws IOException {
    if (!files.isEmpty()) {
      long start = LoggedAccess.start(files.stream().map(Logged::file));
      long end = 0;
      for (Logged logged : files) {
        end = Math.max(end, LoggedAccess.second(LoggedAccess.endNanos(logged.file)) + 1);
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
    out.text("\n# nprocs: ").whole(files.get(0).file.access().processes());
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
    LoggedAccess figures = LoggedAccess.of(file, start);
    Record record = new Record(out, prefix(file), suffix(logged.path));
    boolean write = access.write();
    double begin = figures.begin();
    double end = figures.end();
    record.count("POSIX_OPENS", access.processes());
    record.count("POSIX_READS", write ? 0 : figures.requests());
    record.count("POSIX_WRITES", write ? figures.requests() : 0);
    record.count("POSIX_SEEKS", access.sequential() ? 0 : figures.requests());
    record.count("POSIX_STATS", 1);
    record.count("POSIX_BYTES_READ", write ? 0 : file.accessBytes());
    record.count("POSIX_BYTES_WRITTEN", write ? file.accessBytes() : 0);
    record.count("POSIX_CONSEC_READS", write ? 0 : figures.adjacent());
    record.count("POSIX_CONSEC_WRITES", write ? figures.adjacent() : 0);
    record.count("POSIX_SEQ_READS", write ? 0 : figures.inOrder());
    record.count("POSIX_SEQ_WRITES", write ? figures.inOrder() : 0);
    record.count("POSIX_RW_SWITCHES", 0);
    record.count("POSIX_ACCESS1_ACCESS", figures.requestBytes());
    record.count("POSIX_ACCESS1_COUNT", figures.requests());
    if (access.shared()) {
      record.count("POSIX_SLOWEST_RANK", job.number() % access.processes());
    }
    record.seconds("POSIX_F_OPEN_START_TIMESTAMP", begin);
    record.seconds("POSIX_F_READ_START_TIMESTAMP", write ? 0 : begin + LoggedAccess.OPEN_SECONDS);
    record.seconds("POSIX_F_WRITE_START_TIMESTAMP", write ? begin + LoggedAccess.OPEN_SECONDS : 0);
    record.seconds("POSIX_F_READ_END_TIMESTAMP", write ? 0 : end);
    record.seconds("POSIX_F_WRITE_END_TIMESTAMP", write ? end : 0);
    record.seconds("POSIX_F_CLOSE_END_TIMESTAMP", end + LoggedAccess.OPEN_SECONDS);
    record.seconds("POSIX_F_READ_TIME", write ? 0 : figures.busySeconds());
    record.seconds("POSIX_F_WRITE_TIME", write ? figures.busySeconds() : 0);
    record.seconds("POSIX_F_META_TIME", figures.metaSeconds());
    if (access.shared()) {
      record.seconds("POSIX_F_SLOWEST_RANK_TIME", figures.slowestSeconds());
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
