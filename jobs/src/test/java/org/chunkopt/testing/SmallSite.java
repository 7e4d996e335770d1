package org.chunkopt.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.simulate.SimulateJob;

/** A simulated site of a few hundred files, and nights over it as a user starts them. */
public final class SmallSite {
  public static final String DATE = "2026-11-23";
  private static SmallSite shared;

  private final Path drop;

  private SmallSite(Path drop) {
    this.drop = drop;
  }

  /** The site that the tests of a JVM share; nothing may change it. */
  public static synchronized SmallSite shared() {
    if (shared == null) {
      try {
        Path directory = Files.createTempDirectory("small-site");
        Files.delete(directory);
        shared =
            simulate(
                directory,
                // With a benchmark the plan lists something.
                "files = 600, hours = 2, sweep = true, default-share = 0.5, storage-servers = 4, targets-per-server = 4,"
                    + " metadata-servers = 2");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return shared;
  }

  /** Simulates a site of two servers into a new directory. */
  public static SmallSite simulate(Path directory, String settings) {
    SimulateJob.run(
        Spark.session(),
        SettingsReader.parse(
            "chunkopt.run.seed = 7\nchunkopt.simulate { output = \""
                + directory
                + "\", storage-servers = 2, targets-per-server = 2, metadata-servers = 1, "
                + settings
                + " }"));
    return new SmallSite(directory);
  }

  public Path drop() {
    return drop;
  }

  /** Writes settings for the site whose output is {@code out} in the directory. */
  public Path settings(Path directory, String more) {
    try {
      Files.createDirectories(directory);
      return Files.writeString(
          directory.resolve("site.conf"),
          """
          include required(file("%s/site.conf"))
          chunkopt {
            output.root = "%s"
            training { min-files = 50, epochs = 3, patience = 2 }
            model.hidden-layers = [16, 8]
            evaluate.bootstrap = 20
          }
          %s
          """
              .formatted(drop, out(directory), more));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Path out(Path directory) {
    return directory.resolve("out");
  }

  public static Path run(Path directory) {
    return out(directory).resolve("runs/run_date=" + DATE);
  }

  /**
   * {@code nightly.sh} with its output in a log; the process is the driver itself, for every script
   * on the way replaces itself.
   *
   * @param submit arguments of spark-submit
   */
  public static ProcessBuilder night(Path settings, Path log, String master, String... submit)
      throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("--settings", settings.toString(), "--date", DATE, "--master", master, "--"));
    for (String conf :
        List.of(
            "spark.ui.enabled=false",
            "spark.sql.shuffle.partitions=2",
            // Compiling queries takes longer than running them over so few rows.
            "spark.sql.codegen.wholeStage=false",
            "spark.sql.codegen.factoryMode=NO_CODEGEN")) {
      arguments.addAll(List.of("--conf", conf));
    }
    arguments.addAll(List.of(submit));
    ProcessBuilder night = Scripts.command("nightly.sh", arguments.toArray(String[]::new));
    night.environment().putIfAbsent("CHUNKOPT_DRIVER_MEMORY", "1g");
    night.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return night;
  }

  private static void delete(Path directory) {
    try {
      org.apache.commons.io.FileUtils.deleteDirectory(directory.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
