package org.chunkopt.run;

import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.chunkopt.UserError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the run of one date is staged, and how it is published: written whole below {@code
 * staging/}, then renamed once to {@code runs/}. Readers see a complete run or none.
 */
public final class RunDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(RunDirectory.class);

  /** What the night writes into staging between its stages and after them. */
  private static final List<String> BETWEEN_STAGES =
      List.of("warnings.txt", "tables.md", "run.json");

  /** Where a rename copies file by file, and a reader would see half a run. */
  private static final Set<String> OBJECT_STORES =
      Set.of(
          "s3", "s3a", "s3n", "gs", "wasb", "wasbs", "abfs", "abfss", "oss", "swift", "cosn",
          "obs");

  /** What to do with a run that the date has already. */
  public enum Existing {
    REFUSE,
    REPLACE
  }

  private final OutputFiles files;
  private final Path output;
  private final LocalDate date;
  private final String name;
  private final PublishedRuns runs;

  private RunDirectory(OutputFiles files, Path output, LocalDate date) {
    this.files = files;
    this.output = output;
    this.date = date;
    this.name = PublishedRuns.PREFIX + date;
    this.runs = new PublishedRuns(files, new Path(output, "runs"));
  }

  /**
   * The directory of a date.
   *
   * @param outputRoot {@code output.root} of the settings
   * @throws UserError where the file system has no atomic rename, or cannot be reached
   */
  public static RunDirectory of(Configuration hadoop, String outputRoot, LocalDate date) {
    Path given = new Path(outputRoot);
    String scheme = given.toUri().getScheme();
    if (scheme != null && OBJECT_STORES.contains(scheme.toLowerCase(Locale.ROOT))) {
      throw UserError.usage(
          "Output root "
              + outputRoot
              + " is an object store, which cannot publish a run by one rename. Use HDFS or a"
              + " mounted file system (output.root).");
    }
    try {
      OutputFiles files = OutputFiles.of(given, hadoop);
      return new RunDirectory(files, files.fileSystem().makeQualified(given), date);
    } catch (IOException | IllegalArgumentException e) {
      throw UserError.failed("Output root " + outputRoot + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Where the stages write: the root of the run's tables until it is published. */
  public String staging() {
    return stagingPath().toString();
  }

  public String published() {
    return publishedPath().toString();
  }

  /**
   * Takes the lock of the date; closing it gives the lock back.
   *
   * @throws UserError with exit code 75 where another run holds it
   */
  public RunLock lock() {
    return RunLock.take(files.fileSystem(), new Path(output, "staging/" + name + ".LOCK"));
  }

  /**
   * Refuses to repeat a published date. Without a whole {@code run.json} it is not published.
   *
   * @throws UserError where the date is published and may not be replaced
   */
  public void check(Existing existing) {
    if (existing == Existing.REFUSE && files.exists(publishedPath())) {
      if (!RunRecord.isTorn(readPublished("run.json"))) {
        throw alreadyPublished();
      }
      LOG.warn(
          "{} has no whole run.json, so it is no published run: it moves to superseded/ when this"
              + " one is published.",
          publishedPath());
    }
  }

  /** What earlier starts of this date have finished. */
  public Progress progress() {
    return Progress.parse(files.read(progressPath()));
  }

  /** Notes the progress beside staging, in place of what was noted before. */
  public void note(Progress progress) {
    files.replace(progressPath(), progress.json());
  }

  /** Forgets the progress, once nothing is left to do. */
  public void forgetProgress() {
    files.delete(progressPath());
  }

  /**
   * Prepares staging to go on from an earlier start: what its finished stages wrote stays, anything
   * else is removed.
   *
   * @param fingerprints what each stage would be made from now, in order
   * @return the stages that need not run again
   */
  public Progress resume(List<String> fingerprints) {
    makeStaging();
    BETWEEN_STAGES.forEach(this::delete);
    Progress usable = progress().usable(fingerprints, staged());
    try {
      stagedFiles().keepOnly(usable.files().keySet());
    } catch (IOException e) {
      throw UserError.failed(stagingPath() + " cannot be cleaned: " + e.getMessage(), e);
    }
    note(usable);
    return usable;
  }

  /**
   * Notes that a stage is finished.
   *
   * @param before what was staged when it began
   */
  public Progress finish(
      Progress progress,
      RunRecord.StageRecord stage,
      String fingerprint,
      SortedMap<String, String> before) {
    SortedMap<String, String> written = staged();
    written.entrySet().removeAll(before.entrySet());
    files.sync(stagingPath());
    Progress longer = progress.with(new Progress.Finished(stage, fingerprint, written));
    note(longer);
    return longer;
  }

  /** Forgets that a stage and those after it are finished. */
  public void forgetFrom(int stage) {
    note(progress().first(stage));
  }

  /** All that lies in staging, by its path below it: "directory", or a file's length and time. */
  public SortedMap<String, String> staged() {
    try {
      return stagedFiles().list();
    } catch (IOException e) {
      throw UserError.failed(stagingPath() + " cannot be listed: " + e.getMessage(), e);
    }
  }

  /** Whether exactly the run with this {@code run.json} is published, and nothing is staged. */
  public boolean isPublished(String recordSha256) {
    return !files.exists(stagingPath())
        && files.exists(publishedPath())
        && Fingerprint.of(readPublished("run.json")).equals(recordSha256);
  }

  /** Makes the staging directory where it is missing, and keeps what is in it. */
  public void makeStaging() {
    try {
      files.fileSystem().mkdirs(stagingPath());
    } catch (IOException e) {
      throw UserError.failed(
          "Staging directory " + stagingPath() + " cannot be made: " + e.getMessage(), e);
    }
  }

  /** Removes an entry of the staging directory where it is there. */
  public void delete(String entry) {
    files.delete(new Path(stagingPath(), entry));
  }

  /** Writes a text file into the staging directory, over an earlier one. */
  public void write(String entry, String text) {
    files.write(new Path(stagingPath(), entry), text);
  }

  /**
   * The published run of the newest date before this one, whenever it was made: what is carried
   * from night to night comes from it. A run whose {@code run.json} names no as-of is passed over.
   *
   * @throws UserError where the published runs cannot be listed
   */
  public Optional<PreviousRun> previous() {
    return runs.before(date);
  }

  /** The newest date after this one that is published; with one, this run is late. */
  public Optional<LocalDate> newer() {
    return runs.after(date);
  }

  /** The text of a file of the published run, empty where it is not there. */
  public String readPublished(String entry) {
    return files.read(new Path(publishedPath(), entry));
  }

  /**
   * Renames staging to its place below {@code runs/}. With {@code REPLACE} an earlier run moves to
   * {@code superseded/} first, and back where the rename fails.
   *
   * @throws UserError where the date is published already or a rename fails; the published run is
   *     then as before
   */
  public void publish(Existing existing) {
    check(existing);
    Path superseded = files.exists(publishedPath()) ? freeSuperseded() : null;
    if (superseded != null) {
      files.rename(publishedPath(), superseded);
      LOG.info("Moved the earlier run of this date to {}.", superseded);
    }
    try {
      files.rename(stagingPath(), publishedPath());
    } catch (RuntimeException e) {
      if (superseded != null) {
        moveBack(superseded, e);
      }
      throw e;
    }
  }

  private void moveBack(Path superseded, RuntimeException failure) {
    try {
      files.rename(superseded, publishedPath());
      LOG.info("Moved the earlier run back to {}.", publishedPath());
    } catch (RuntimeException e) {
      throw UserError.failed(
          failure.getMessage()
              + " The earlier run could not be moved back, and is whole at "
              + superseded
              + ": "
              + e.getMessage(),
          failure);
    }
  }

  private UserError alreadyPublished() {
    return UserError.failed(
        "The run " + publishedPath() + " is already published. Use --replace to replace it.");
  }

  private Path freeSuperseded() {
    int number = 1;
    while (files.exists(new Path(output, "superseded/" + name + "-" + number))) {
      number++;
    }
    return new Path(output, "superseded/" + name + "-" + number);
  }

  /**
   * Points {@code latest.json} to this run, unless a newer date is published. A pointer for people
   * and scripts, never the truth, so a failure is only logged.
   */
  public void pointLatest() {
    if (newer().isPresent()) {
      return;
    }
    try {
      files.replace(new Path(output, "latest.json"), "{\"run\": \"runs/" + name + "\"}\n");
    } catch (UserError e) {
      LOG.warn("The pointer latest.json was not written: {}", e.getMessage());
    }
  }

  /**
   * Removes all but the newest published runs. The run of this date is published, so a failure is
   * only logged; the next run tries again.
   *
   * @param newest how many stay; 0 keeps all
   */
  public void keepNewest(int newest) {
    if (newest == 0) {
      return;
    }
    try {
      runs.keep(newest, new Path(output, "superseded"), new Path(output, "staging"));
    } catch (UserError e) {
      LOG.warn("An old run was not removed: {}", e.getMessage());
    }
  }

  private StagedFiles stagedFiles() {
    return new StagedFiles(files.fileSystem(), stagingPath());
  }

  private Path progressPath() {
    return new Path(output, "staging/" + name + ".progress.json");
  }

  private Path stagingPath() {
    return new Path(output, "staging/" + name);
  }

  private Path publishedPath() {
    return new Path(output, "runs/" + name);
  }
}
