package org.chunkopt;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.chunkopt.settings.Settings;
import picocli.CommandLine.Option;

/** The options that every command of a run has. */
final class RunOptions {
  @Option(
      names = "--settings",
      required = true,
      paramLabel = "FILE",
      description = "Settings of the site; conf/site.conf is one to start from.")
  Path settings;

  @Option(
      names = "--date",
      paramLabel = "YYYY-MM-DD",
      description = "Date of the run. Default: the date of run.as-of, else today in UTC.")
  LocalDate date;

  /** The date asked for, else that of the as-of, else today: the one look at the clock. */
  LocalDate date(Settings settings) {
    if (date != null) {
      return date;
    }
    return settings
        .run()
        .asOf()
        .map(asOf -> LocalDate.ofInstant(asOf, ZoneOffset.UTC))
        .orElseGet(() -> LocalDate.now(ZoneOffset.UTC));
  }
}
