package org.chunkopt;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.simulate.SimulateJob;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes the input drop of a simulated site. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the exports of a simulated site in the real formats, and the hidden truth beside them.",
      "Each option overrides its key below chunkopt.simulate. Same seed, same bytes."
    },
    footer = {"", "Example: chunkopt simulate --output build/site --files 20000 --hours 12"})
final class SimulateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--settings", paramLabel = "FILE", description = "Settings; all have defaults.")
  private Path settings;

  @Option(
      names = "--output",
      paramLabel = "DIRECTORY",
      description = "New directory for the drop; its site.conf has the settings to read it with.")
  private String output;

  @Option(names = "--files", paramLabel = "N", description = "Regular files of the site.")
  private Long files;

  @Option(names = "--hours", paramLabel = "H", description = "Hours of metrics.")
  private Integer hours;

  @Option(names = "--seed", paramLabel = "S", description = "Overrides run.seed.")
  private Long seed;

  @Option(names = "--hardware", description = "flash, hdd or mixed.")
  private String hardware;

  @Option(names = "--inventory", description = "Inventory format: v7 or v8.")
  private String inventory;

  @Option(names = "--sweep", description = "Also write a benchmark sweep of the pools.")
  private Boolean sweep;

  @Option(names = "--control", description = "none, permuted, never-applied or flat.")
  private String control;

  @Option(
      names = "--law",
      description =
          "rounds, pipelined, window, read-ahead, merging, buffers, target-cache, spline or"
              + " composite.")
  private String law;

  @Override
  public Integer call() {
    Settings effective = SettingsReader.read(Optional.ofNullable(settings), overrides());
    SimulateJob.run(Session.start("simulate"), effective);
    spec.commandLine().getOut().println("Simulated " + effective.simulate().output());
    return 0;
  }

  private Map<String, Object> overrides() {
    Map<String, Object> overrides = new LinkedHashMap<>();
    put(overrides, "simulate.output", output);
    put(overrides, "simulate.files", files);
    put(overrides, "simulate.hours", hours);
    put(overrides, "run.seed", seed);
    put(overrides, "simulate.hardware", hardware);
    put(overrides, "simulate.inventory", inventory);
    put(overrides, "simulate.sweep", sweep);
    put(overrides, "simulate.control", control);
    put(overrides, "simulate.law", law);
    return overrides;
  }

  private static void put(Map<String, Object> overrides, String key, Object value) {
    if (value != null) {
      overrides.put(key, value);
    }
  }
}
