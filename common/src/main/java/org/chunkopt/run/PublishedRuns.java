package org.chunkopt.run;

import java.io.IOException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.chunkopt.UserError;
import org.chunkopt.tables.TableDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The runs that readers can see, by date. */
final class PublishedRuns {
  static final String PREFIX = "run_date=";
  private static final String REMOVED = ".removed";
  private static final Logger LOG = LoggerFactory.getLogger(PublishedRuns.class);

  private final OutputFiles files;
  private final Path runs;

  PublishedRuns(OutputFiles files, Path runs) {
    this.files = files;
    this.runs = runs;
  }

  /** The newest run before a date that names its as-of. */
  Optional<PreviousRun> before(LocalDate date) {
    return dates()
        .filter(other -> other.isBefore(date))
        .sorted(Comparator.reverseOrder())
        .flatMap(other -> previous(new Path(runs, PREFIX + other), other).stream())
        .findFirst();
  }

  /** The newest date after this one. */
  Optional<LocalDate> after(LocalDate date) {
    return dates().filter(other -> other.isAfter(date)).max(Comparator.naturalOrder());
  }

  /**
   * Removes all but the newest dates, and what was superseded at the removed ones. A run leaves
   * {@code runs/} by a rename before its files go, so that no reader sees half of it.
   *
   * @param newest how many stay
   * @param aside directory they are renamed into; what an earlier start left there goes too
   */
  void keep(int newest, Path superseded, Path aside) {
    entries(aside).filter(entry -> entry.getName().endsWith(REMOVED)).forEach(files::delete);
    for (LocalDate date : dates().sorted(Comparator.reverseOrder()).skip(newest).toList()) {
      Path run = new Path(runs, PREFIX + date);
      Path leaving = new Path(aside, PREFIX + date + REMOVED);
      files.rename(run, leaving);
      files.delete(leaving);
      entries(superseded)
          .filter(entry -> entry.getName().startsWith(PREFIX + date + "-"))
          .forEach(files::delete);
      LOG.info("Removed {}: the {} newest runs stay (output.keep-runs).", run, newest);
    }
  }

  private Optional<PreviousRun> previous(Path run, LocalDate other) {
    Optional<PreviousRun> previous =
        PreviousRun.of(
            other, files.read(new Path(run, "run.json")), new TableDirectory(run.toString()));
    if (previous.isEmpty()) {
      LOG.warn("Nothing is carried on from {}: its run.json names no as-of.", run);
    }
    return previous;
  }

  private Stream<LocalDate> dates() {
    return entries(runs).flatMap(entry -> dateOf(entry.getName()).stream());
  }

  /** The directories in a directory; none where there is no such directory. */
  private Stream<Path> entries(Path directory) {
    FileStatus[] entries;
    try {
      entries =
          files.exists(directory) ? files.fileSystem().listStatus(directory) : new FileStatus[0];
    } catch (IOException e) {
      throw UserError.failed(directory + " cannot be listed: " + e.getMessage(), e);
    }
    return Stream.of(entries).filter(FileStatus::isDirectory).map(FileStatus::getPath);
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
}
