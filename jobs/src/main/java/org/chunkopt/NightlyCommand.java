package org.chunkopt;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.nightly.Nightly;
import org.chunkopt.run.RunDirectory;
import org.chunkopt.run.Stage;
import org.chunkopt.settings.EffectiveSettings;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs every stage and publishes the run. */
@Command(
    name = "nightly",
    mixinStandardHelpOptions = true,
    description = {
      "Runs every stage and publishes the run.",
      "The stages write below OUTPUT/staging; one rename moves the whole run to"
          + " OUTPUT/runs/run_date=DATE. A run that fails or is killed leaves the published one"
          + " untouched. The next start of the date reuses its finished stages where program,"
          + " settings and inputs are the same, and removes the rest."
    },
    footer = {"", "Example: chunkopt nightly --settings conf/site.conf --date 2026-11-23"})
final class NightlyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private RunOptions options;

  @Option(
      names = "--replace",
      description = "Replace the date's published run; the old one moves to OUTPUT/superseded.")
  private boolean replace;

  private final List<Stage> stages;

  NightlyCommand(List<Stage> stages) {
    this.stages = stages;
  }

  @Override
  public Integer call() {
    Settings settings = SettingsReader.site(options.settings);
    SparkSession spark = Session.start("nightly");
    Nightly.Published published =
        new Nightly(spark, stages, settings, options.date(settings))
            .run(
                spark,
                replace ? RunDirectory.Existing.REPLACE : RunDirectory.Existing.REFUSE,
                EffectiveSettings.values(Optional.of(options.settings)),
                Main.version());
    PrintWriter out = spec.commandLine().getOut();
    out.print(published.summary());
    out.println("Published " + published.directory());
    out.println("Report    " + published.directory() + "/report/index.html");
    out.flush();
    return published.warnings().isEmpty() ? 0 : UserError.PUBLISHED_WITH_WARNINGS;
  }
}
