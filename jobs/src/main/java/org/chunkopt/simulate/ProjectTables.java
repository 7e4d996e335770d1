package org.chunkopt.simulate;

import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.chunkopt.beegfs.FilePath;

/** The rows that ingest would make of the inventory and the access logs of a project. */
final class ProjectTables {
  private static final double MICROS = 1e6;

  private ProjectTables() {}

  /**
   * Rows of {@code files}; of the first project with the root and the directory of all projects.
   */
  static List<Row> files(Site site, long index) {
    List<Row> rows = new ArrayList<>();
    InventoryShard.entries(site, index, (entry, file) -> addFile(entry, shard(index), rows));
    return rows;
  }

  /** Rows of {@code access}. */
  static List<Row> access(Site site, long index) {
    List<Row> rows = new ArrayList<>();
    for (Directory directory : Project.of(site, index).directories()) {
      List<SimulatedFile> job = new ArrayList<>();
      List<byte[]> paths = new ArrayList<>();
      JobPlan plan = null;
      for (int i = 0; i < directory.files(); i++) {
        if (i % directory.jobFiles() == 0) {
          rows.addAll(access(shard(index), job, paths));
          job.clear();
          paths.clear();
          plan = JobPlan.of(site, directory, i / directory.jobFiles());
        }
        if (plan.logged()) {
          SimulatedFile file = SimulatedFile.of(site, directory, plan, i);
          byte[] path = Names.path(site, file);
          if (LoggedAccess.isLogged(file, path)) {
            job.add(file);
            paths.add(path);
          }
        }
      }
      rows.addAll(access(shard(index), job, paths));
    }
    return rows;
  }

  /** Rows of {@code access} of the logged files of a job, with their paths. */
  static List<Row> access(String shard, List<SimulatedFile> job, List<byte[]> paths) {
    List<Row> rows = new ArrayList<>();
    if (!job.isEmpty()) {
      long start = LoggedAccess.start(job.stream());
      for (int i = 0; i < job.size(); i++) {
        rows.add(access(job.get(i), paths.get(i), start, job.get(0), shard));
      }
    }
    return rows;
  }

  private static Row access(
      SimulatedFile file, byte[] path, long start, SimulatedFile first, String shard) {
    AccessContext access = file.access();
    LoggedAccess figures = LoggedAccess.of(file, start);
    // Of a shared file a log adds up the times of all processes; wanted is that of the slowest.
    double busy = rounded(figures.busySeconds());
    double meta = rounded(figures.metaSeconds());
    double slowest = rounded(figures.slowestSeconds());
    double share = access.shared() ? Math.min(1, slowest / (busy + meta)) : 1;
    int processes = access.shared() ? Math.max(1, first.access().processes()) : 1;
    boolean write = access.write();
    return RowFactory.create(
        FilePath.display(path),
        path,
        Long.toString(file.job().number() + 1),
        file.directory().user().uid(),
        micros(start * 1_000_000),
        micros(start * 1_000_000 + Math.round(rounded(figures.begin()) * MICROS)),
        micros(
            start * 1_000_000
                + Math.round(rounded(figures.end() + LoggedAccess.OPEN_SECONDS) * MICROS)),
        processes,
        processes > 1,
        (long) access.processes(),
        write ? 0 : file.accessBytes(),
        write ? file.accessBytes() : 0,
        write ? 0 : figures.requests(),
        write ? figures.requests() : 0,
        write ? 0 : figures.inOrder(),
        write ? figures.inOrder() : 0,
        write ? 0 : figures.adjacent(),
        write ? figures.adjacent() : 0,
        write ? 0 : busy * share,
        write ? busy * share : 0,
        meta * share,
        figures.requests() > 0 ? figures.requestBytes() : null,
        shard + ".darshan.txt");
  }

  /** Adds the row of {@code files}, unless the entry had vanished. */
  static void addFile(Entry e, String shard, List<Row> rows) {
    if (e.failed()) {
      return;
    }
    byte[] parent = FilePath.parent(e.path());
    Integer[] targets = e.targets().stream().map(Pool.Target::id).toArray(Integer[]::new);
    boolean isRoot = e.idCounter() < 0;
    rows.add(
        RowFactory.create(
            FilePath.display(e.path()),
            e.path(),
            FilePath.display(parent),
            parent,
            isRoot ? "root" : entryId(e),
            e.isFile() ? "file" : "directory",
            e.inode(),
            e.size(),
            e.blocks() * 512,
            micros(Math.floorDiv(e.atime(), 1_000)),
            micros(Math.floorDiv(e.mtime(), 1_000)),
            micros(Math.floorDiv(e.ctime(), 1_000)),
            e.uid(),
            e.gid(),
            e.links(),
            e.metadata().numId(),
            "RAID0",
            e.chunkBytes(),
            e.desiredTargets(),
            e.isFile() ? (Integer) targets.length : null,
            targets,
            new Integer[0],
            e.isFile() ? null : e.pool().id() + " (" + e.pool().alias() + ")",
            isRoot ? null : micros(e.idBase() * 1_000_000),
            null,
            shard + ".stat0"));
  }

  private static String entryId(Entry e) {
    return Long.toHexString(e.idCounter()).toUpperCase(java.util.Locale.ROOT)
        + "-"
        + Long.toHexString(e.idBase()).toUpperCase(java.util.Locale.ROOT)
        + "-"
        + Long.toHexString(e.metadata().numId()).toUpperCase(java.util.Locale.ROOT);
  }

  static String shard(long project) {
    return "shard-" + Project.digits(project / InventoryShard.PROJECTS, 5);
  }

  /** As a log prints a time: six digits behind the point. */
  private static double rounded(double seconds) {
    return Math.round(seconds * MICROS) / MICROS;
  }

  private static Timestamp micros(long micros) {
    Timestamp time = new Timestamp(Math.floorDiv(micros, 1_000L));
    time.setNanos((int) Math.floorMod(micros, 1_000_000L) * 1_000);
    return time;
  }
}
