package org.chunkopt.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.chunkopt.UserError;
import org.chunkopt.tables.TableDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the run of one date is staged, and how it is published: written whole below {@code
 * staging/}, then renamed once to {@code runs/}. Readers see a complete run or none.
 */
public final class RunDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(RunDirectory.class);
  private static final String PREFIX = "run_date=";

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

  private final FileSystem fileSystem;
  private final FileContext files;
  private final Path output;
  private final LocalDate date;
  private final String name;

  private RunDirectory(FileSystem fileSystem, FileContext files, Path output, LocalDate date) {
    this.fileSystem = fileSystem;
    this.files = files;
    this.output = output;
    this.date = date;
    this.name = PREFIX + date;
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
      FileSystem fileSystem = given.getFileSystem(hadoop);
      Path output = fileSystem.makeQualified(given);
      return new RunDirectory(
          fileSystem, FileContext.getFileContext(output.toUri(), hadoop), output, date);
    } catch (IOException e) {
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
    return RunLock.take(fileSystem, new Path(output, "staging/" + name + ".LOCK"));
  }

  /**
   * Refuses to repeat a published date.
   *
   * @throws UserError where the date is published and may not be replaced
   */
  public void check(Existing existing) {
    if (existing == Existing.REFUSE && exists(publishedPath())) {
      throw alreadyPublished();
    }
  }

  /** Removes what an earlier attempt left, and makes the staging directory. */
  public void clear() {
    if (exists(stagingPath())) {
      LOG.info("Removing {}, left by an attempt that was not published.", stagingPath());
      delete("");
    }
    makeStaging();
  }

  /** Makes the staging directory where it is missing, and keeps what is in it. */
  public void makeStaging() {
    try {
      fileSystem.mkdirs(stagingPath());
    } catch (IOException e) {
      throw UserError.failed(
          "Staging directory " + stagingPath() + " cannot be made: " + e.getMessage(), e);
    }
  }

  /** Removes an entry of the staging directory where it is there. */
  public void delete(String entry) {
    Path path = entry.isEmpty() ? stagingPath() : new Path(stagingPath(), entry);
    try {
      if (!fileSystem.delete(path, true) && fileSystem.exists(path)) {
        throw UserError.failed(path + " cannot be removed. Remove it and start again.");
      }
    } catch (IOException e) {
      throw UserError.failed(path + " cannot be removed: " + e.getMessage(), e);
    }
  }

  /** Writes a text file into the staging directory, over an earlier one. */
  public void write(String entry, String text) {
    write(new Path(stagingPath(), entry), text);
  }

  /**
   * The published run of the newest date before this one, whenever it was made: what is carried
   * from night to night comes from it. A run whose {@code run.json} names no as-of is passed over.
   *
   * @throws UserError where the published runs cannot be listed
   */
  public Optional<PreviousRun> previous() {
    Path runs = new Path(output, "runs");
    FileStatus[] entries;
    try {
      entries = fileSystem.exists(runs) ? fileSystem.listStatus(runs) : new FileStatus[0];
    } catch (IOException e) {
      throw UserError.failed(runs + " cannot be listed: " + e.getMessage(), e);
    }
    return Stream.of(entries)
        .filter(FileStatus::isDirectory)
        .flatMap(entry -> dateOf(entry.getPath().getName()).stream())
        .filter(other -> other.isBefore(date))
        .sorted(Comparator.reverseOrder())
        .flatMap(other -> previous(new Path(runs, PREFIX + other), other).stream())
        .findFirst();
  }

  private Optional<PreviousRun> previous(Path run, LocalDate other) {
    Optional<PreviousRun> previous =
        PreviousRun.of(other, read(new Path(run, "run.json")), new TableDirectory(run.toString()));
    if (previous.isEmpty()) {
      LOG.warn("Nothing is carried on from {}: its run.json names no as-of.", run);
    }
    return previous;
  }

  private static Optional<LocalDate> dateOf(String entry) {
    try {
      return entry.startsWith(PREFIX)
          ? Optional.of(LocalDate.parse(entry.substring(PREFIX.length())))
          : Optional.empty();
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** The text of a file of the published run, empty where it is not there. */
  public String readPublished(String entry) {
    return read(new Path(publishedPath(), entry));
  }

  private String read(Path path) {
    try (var in = fileSystem.open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    Path superseded = exists(publishedPath()) ? freeSuperseded() : null;
    if (superseded != null) {
      rename(publishedPath(), superseded);
      LOG.info("Moved the earlier run of this date to {}.", superseded);
    }
    try {
      rename(stagingPath(), publishedPath());
    } catch (UserError e) {
      if (superseded != null) {
        rename(superseded, publishedPath());
        LOG.info("Moved the earlier run back to {}.", publishedPath());
      }
      throw e;
    }
    pointLatest();
  }

  private UserError alreadyPublished() {
    return UserError.failed(
        "The run " + publishedPath() + " is already published. Use --replace to replace it.");
  }

  private Path freeSuperseded() {
    int number = 1;
    while (exists(new Path(output, "superseded/" + name + "-" + number))) {
      number++;
    }
    return new Path(output, "superseded/" + name + "-" + number);
  }

  /** FileSystem.rename would nest into an existing target; FileContext refuses it. */
  private void rename(Path from, Path to) {
    try {
      fileSystem.mkdirs(to.getParent());
      files.rename(from, to);
    } catch (IOException e) {
      throw UserError.failed("Cannot rename " + from + " to " + to + ": " + e.getMessage(), e);
    }
  }

  /** A pointer for people and scripts; never the truth, so a failure is only logged. */
  private void pointLatest() {
    Path next = new Path(output, "latest.json.next");
    try {
      write(next, "{\"run\": \"runs/" + name + "\"}\n");
      files.rename(next, new Path(output, "latest.json"), Options.Rename.OVERWRITE);
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("The pointer latest.json was not written: {}", e.getMessage());
    }
  }

  private void write(Path path, String text) {
    try (FSDataOutputStream out =
        files.create(
            path,
            EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE),
            Options.CreateOpts.createParent())) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + path + ".", e);
    }
  }

  private boolean exists(Path path) {
    try {
      return fileSystem.exists(path);
    } catch (IOException e) {
      throw UserError.failed(path + " cannot be looked up: " + e.getMessage(), e);
    }
  }

  private Path stagingPath() {
    return new Path(output, "staging/" + name);
  }

  private Path publishedPath() {
    return new Path(output, "runs/" + name);
  }
}
