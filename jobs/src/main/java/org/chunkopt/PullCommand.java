package org.chunkopt;

import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.chunkopt.pull.PullJob;
import org.chunkopt.pull.Token;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Fetches metrics from a live InfluxDB; starts no Spark. */
@Command(
    name = "pull",
    mixinStandardHelpOptions = true,
    description = {
      "Fetches the metrics that ingest takes from a live InfluxDB 1.x or 2.x into export files.",
      "Each file in chunkopt.influx.directory is a complete window of time. A pull fetches the"
          + " windows that have no file yet; after a failure or a kill, just pull again."
    },
    footer = {"", "Example: chunkopt pull --settings /etc/chunkopt/site.conf"})
final class PullCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--settings",
      required = true,
      paramLabel = "FILE",
      description = "Settings of the site, with the section influx.")
  private Path settings;

  @Option(
      names = "--from",
      paramLabel = "INSTANT",
      converter = InstantOption.class,
      description =
          "Begin at the window of this instant, for example 2026-11-01T00:00:00Z. Default: the"
              + " oldest file, or the oldest point within influx.history.")
  private Instant from;

  @Option(
      names = "--until",
      paramLabel = "INSTANT",
      converter = InstantOption.class,
      description = "Pull no window that ends later. Default: influx.delay ago.")
  private Instant until;

  @Override
  public Integer call() {
    Settings.Influx influx = SettingsReader.read(settings).influx();
    Instant complete = Instant.now().minus(influx.delay());
    Instant end = until == null || until.isAfter(complete) ? complete : until;
    PullJob.Pulled pulled = PullJob.run(influx, Token.of(influx), Optional.ofNullable(from), end);
    spec.commandLine()
        .getOut()
        .printf(
            "Pulled %d windows, %d points, %d bytes into %s%n",
            pulled.windows(), pulled.points(), pulled.bytes(), influx.directory());
    spec.commandLine().getOut().flush();
    return 0;
  }

  /** Reads an instant in UTC. */
  private static final class InstantOption implements ITypeConverter<Instant> {
    @Override
    public Instant convert(String text) {
      try {
        return Instant.parse(text);
      } catch (DateTimeParseException e) {
        throw new TypeConversionException(
            "\"" + text + "\" is no instant; for example 2026-11-01T00:00:00Z");
      }
    }
  }
}
