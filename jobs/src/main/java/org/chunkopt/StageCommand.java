package org.chunkopt;

import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.nightly.Nightly;
import org.chunkopt.run.Stage;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs one stage in staging. */
@Command(mixinStandardHelpOptions = true)
final class StageCommand implements Callable<Integer> {
  /** What is the same for every stage, after its own description. */
  private static final String HOW =
      "Reads what the stages before it left in OUTPUT/staging/run_date=DATE and writes its own"
          + " tables there. What it and the stages after it had written there is removed first."
          + " Nothing is published: nightly does that, and takes over only what an earlier nightly"
          + " has finished.";

  @Spec private CommandSpec spec;

  @Mixin private RunOptions options;

  private final List<Stage> stages;
  private final Stage stage;

  StageCommand(List<Stage> stages, Stage stage) {
    this.stages = stages;
    this.stage = stage;
  }

  static String[] manual(Stage stage) {
    return new String[] {stage.description(), HOW};
  }

  static String example(Stage stage) {
    return "Example: chunkopt " + stage.name() + " --settings site.conf --date 2026-11-23";
  }

  @Override
  public Integer call() {
    return run(stages, stage, options, spec);
  }

  static int run(List<Stage> stages, Stage stage, RunOptions options, CommandSpec spec) {
    Settings settings = SettingsReader.site(options.settings);
    SparkSession spark = Session.start(stage.name());
    Nightly nightly = new Nightly(spark, stages, settings, options.date(settings));
    List<String> warnings = nightly.runOnly(spark, stage);
    spec.commandLine().getOut().println("Staged " + nightly.staging());
    return warnings.isEmpty() ? 0 : UserError.PUBLISHED_WITH_WARNINGS;
  }
}
