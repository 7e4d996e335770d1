package org.chunkopt.simulate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.settings.Settings;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;

/**
 * A simulated site that lives on after its history, day by day: every directory goes on making
 * files of its kind, with the chunk size of its pattern of that day, and files go when they are
 * older than the retention. All follows from {@code run.seed} and from the patterns that are set.
 *
 * <p>Assumptions: a directory makes as large a share of the new files as it has of the history; a
 * file is read on the day it is made; one directory in fifty gets a new directory a day, which
 * takes its pattern, that day's files and half of the later ones; logs of a file stay as long as
 * the file; a rewrite keeps times and content, and what it moves shows in no metrics.
 */
public final class LivingSite {
  private static final double NEW_DIRECTORY = 0.02;

  /**
   * Counters in the EntryIDs of later files; those of the history and of directories are smaller.
   */
  private static final long FIRST_COUNTER = 1L << 31;

  /**
   * Counters of rewrites: apart, so that the files that come do not depend on what is rewritten.
   */
  private static final long FIRST_REWRITE = 3L << 30;

  /** Seconds from the inventory of a night to the rewrites of its plan. */
  private static final long APPLIED_SECONDS = 6 * 3_600;

  /** A directory of files: its pattern after the history, its pattern now, and its new files. */
  private static final class Place {
    private final Directory first;
    private final String shard;
    private Directory now;
    private Entry entry;
    private double filesADay;
    private int ordinal;

    Place(Directory first, Directory now, Entry entry, String shard, double filesADay, int files) {
      this.first = first;
      this.now = now;
      this.entry = entry;
      this.shard = shard;
      this.filesADay = filesADay;
      this.ordinal = files;
    }
  }

  /** A file, the row of its inventory entry and its row in the access logs, null without one. */
  private static final class Living {
    private final SimulatedFile file;
    private final int day;
    private final long keptChunkBytes;
    private final String shard;
    private Entry entry;
    private Row access;

    Living(SimulatedFile file, int day, long keptChunkBytes, Entry entry, String shard) {
      this.file = file;
      this.day = day;
      this.keptChunkBytes = keptChunkBytes;
      this.entry = entry;
      this.shard = shard;
    }
  }

  /**
   * A file that was made since the history, for a judge.
   *
   * @param directory path of its directory
   * @param day it was made on, from 1
   * @param mibPerSecond true throughput with each candidate chunk size
   * @param accesses accesses past the page cache
   * @param chunkBytes its chunk size
   * @param keptChunkBytes what it would be had the patterns stayed as they were after the history
   */
  public record Made(
      String directory,
      int day,
      double[] mibPerSecond,
      long bytes,
      int accesses,
      long chunkBytes,
      long keptChunkBytes) {}

  private final Site history;
  private final int retentionDays;
  private final List<Entry> above = new ArrayList<>();
  private final Map<String, Place> places = new LinkedHashMap<>();
  private final Map<String, Living> files = new LinkedHashMap<>();
  private Site site;
  private int day;
  private long counter = FIRST_COUNTER;
  private long rewrites = FIRST_REWRITE;

  /**
   * The site of {@code settings.simulate()} at the end of its history.
   *
   * @param filesADay new files a day
   * @param retentionDays age at which a file goes
   */
  public LivingSite(Settings settings, int filesADay, int retentionDays) {
    this.history = Site.of(settings);
    this.site = history;
    this.retentionDays = retentionDays;
    for (long index = 0; index < Project.count(history); index++) {
      addProject(index, (double) filesADay / history.files());
    }
    dropOld();
  }

  private void addProject(long index, double filesADayOfOne) {
    String shard = ProjectTables.shard(index);
    Map<String, Row> logs = new HashMap<>();
    ProjectTables.access(history, index).forEach(row -> logs.put(key(row.getAs(1)), row));
    Map<String, Directory> directories = new HashMap<>();
    Project.of(history, index).directories().forEach(d -> directories.put(d.path(), d));
    InventoryShard.entries(
        history,
        index,
        (entry, file) -> {
          String path = key(entry.path());
          Directory directory = directories.get(path);
          if (file != null) {
            Living living = new Living(file, 0, file.listedChunkBytes(), entry, shard);
            living.access = logs.get(path);
            files.put(path, living);
          } else if (directory != null) {
            Directory now = directory.with(directory.chunkBytes());
            double filesADay = filesADayOfOne * directory.files();
            places.put(path, new Place(now, now, entry, shard, filesADay, directory.files()));
          } else {
            above.add(entry);
          }
        });
  }

  /** Lives through the next day. */
  public void live() {
    day++;
    long midnight = site.endSecond();
    site = site.until(midnight + Site.DAY_SECONDS);
    for (Place place : List.copyOf(places.values())) {
      Draws draws = Draws.of(site.seed(), Draws.Topic.DAY, place.now.index(), day);
      int count = (int) (place.filesADay + draws.uniform());
      boolean child = count > 0 && draws.chance(NEW_DIRECTORY);
      make(child ? child(place, midnight) : place, count, midnight);
    }
    dropOld();
  }

  private Place child(Place parent, long second) {
    String name = "day-" + Project.digits(day, 4);
    long number = 2 + Project.count(history) * (Project.FILES + 1) + places.size();
    Directory now = parent.now.child(number, name);
    Entry entry =
        Entry.of(
            history, now.path(), number, now.user(), now.chunkBytes(), now.targets(), now.pool());
    parent.filesADay /= 2;
    Place place =
        new Place(
            parent.first.child(number, name),
            now,
            createdAt(second, entry.idCounter(), entry, now.chunkBytes()),
            parent.shard,
            parent.filesADay,
            0);
    places.put(now.path(), place);
    return place;
  }

  private void make(Place place, int count, long midnight) {
    Site.Span today = new Site.Span(midnight, site.endSecond());
    for (int from = 0; from < count; from += place.now.jobFiles()) {
      JobPlan job = JobPlan.on(today, site, place.now, counter++);
      List<SimulatedFile> logged = new ArrayList<>();
      List<byte[]> paths = new ArrayList<>();
      for (int i = from; i < Math.min(count, from + place.now.jobFiles()); i++) {
        SimulatedFile file = SimulatedFile.of(site, place.now, job, place.ordinal, counter);
        SimulatedFile kept = SimulatedFile.of(site, place.first, job, place.ordinal, counter);
        byte[] path = Names.path(site, file);
        Entry entry = Entry.of(site, file, path);
        files.put(key(path), new Living(file, day, kept.listedChunkBytes(), entry, place.shard));
        if (LoggedAccess.isLogged(file, path)) {
          logged.add(file);
          paths.add(path);
        }
        place.ordinal++;
        counter++;
      }
      ProjectTables.access(place.shard, logged, paths)
          .forEach(row -> files.get(key(row.getAs(1))).access = row);
    }
  }

  private void dropOld() {
    double oldest = (site.endSecond() - retentionDays * Site.DAY_SECONDS) * SimulatedFile.NANOS;
    files.values().removeIf(living -> living.file.created() < oldest);
  }

  /**
   * Sets the pattern of new files from the next day on.
   *
   * @param directory exact bytes of the path
   * @throws NullPointerException if the site has no such directory of files
   */
  public void set(byte[] directory, long chunkBytes) {
    Place place = Objects.requireNonNull(places.get(key(directory)), key(directory));
    Entry e = place.entry;
    place.now = place.now.with(chunkBytes);
    place.entry = e.with(e.idCounter(), e.idBase(), e.ctime(), chunkBytes);
  }

  /**
   * Copies a file over itself.
   *
   * @param file exact bytes of the path
   * @throws NullPointerException if there is no such file
   */
  public void rewrite(byte[] file, long chunkBytes) {
    Living living = Objects.requireNonNull(files.get(key(file)), key(file));
    long second = site.endSecond() + APPLIED_SECONDS;
    living.entry = createdAt(second, rewrites++, living.entry, chunkBytes);
  }

  private static Entry createdAt(long second, long counter, Entry entry, long chunkBytes) {
    long nanos = second * 1_000_000_000L;
    return entry.with(counter, Entry.baseTime(nanos, entry.metadata()), nanos, chunkBytes);
  }

  /** The files that were made since the history and are still there. */
  public List<Made> made() {
    return files.values().stream()
        .filter(living -> living.day > 0)
        .map(
            living ->
                new Made(
                    living.file.directory().path(),
                    living.day,
                    living.file.truth(site),
                    living.file.size(),
                    living.file.accessed() && !isCached(living.file) ? 1 : 0,
                    living.entry.chunkBytes(),
                    living.keptChunkBytes))
        .toList();
  }

  private static boolean isCached(SimulatedFile file) {
    return !file.access().write() && file.job().cached();
  }

  /** Days lived through since the history. */
  public int day() {
    return day;
  }

  /**
   * Writes the tables that ingest would publish now.
   *
   * @param truth directory of the truth, the value for {@code evaluate.truth}
   * @param isSwept whether a benchmark has measured the pools
   */
  public void write(SparkSession spark, TableDirectory tables, String truth, boolean isSwept) {
    SimulatedTables.write(spark, tables, Tables.FILES, entries());
    SimulatedTables.write(spark, tables, Tables.ACCESS, accesses());
    SimulatedTables.write(
        spark,
        new TableDirectory(truth),
        Tables.TRUTH,
        files.values().stream()
            .map(f -> RowFactory.create(f.entry.path(), f.file.truth(site)))
            .toList());
    SimulatedTables.write(
        spark, tables, Tables.SWEEPS, isSwept ? SimulatedTables.sweeps(history) : List.of());
    for (var empty : List.of(Tables.FILE_EVENTS, Tables.REJECTS, Tables.INGEST_LEDGER)) {
      SimulatedTables.write(spark, tables, empty, List.of());
    }
    SiteTraffic traffic =
        SiteTraffic.of(site, () -> files.values().stream().map(f -> f.file).iterator());
    SimulatedTables.metrics(spark, site, traffic, tables);
  }

  /** Rows of {@code files}. */
  List<Row> entries() {
    List<Row> rows = new ArrayList<>();
    above.forEach(entry -> ProjectTables.addFile(entry, ProjectTables.shard(0), rows));
    places.values().forEach(p -> ProjectTables.addFile(p.entry, p.shard, rows));
    files.values().forEach(f -> ProjectTables.addFile(f.entry, f.shard, rows));
    return rows;
  }

  /** Rows of {@code access}. */
  List<Row> accesses() {
    return files.values().stream().map(f -> f.access).filter(Objects::nonNull).toList();
  }

  /** Bytes as a key: each becomes the character of its number. */
  private static String key(byte[] path) {
    return new String(path, StandardCharsets.ISO_8859_1);
  }
}
