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
    FileStatus[] entries;
    try {
      entries = files.exists(runs) ? files.fileSystem().listStatus(runs) : new FileStatus[0];
    } catch (IOException e) {
      throw UserError.failed(runs + " cannot be listed: " + e.getMessage(), e);
    }
    return Stream.of(entries)
        .filter(FileStatus::isDirectory)
        .flatMap(entry -> dateOf(entry.getPath().getName()).stream());
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
