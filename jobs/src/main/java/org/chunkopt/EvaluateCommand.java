package org.chunkopt;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.run.Stage;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.study.Study;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the stage evaluate in staging, or a study over several seeds. */
@Command(
    mixinStandardHelpOptions = true,
    footerHeading = "%n",
    footer = {
      "With --study nothing is staged: the stages evidence, train and evaluate are repeated for each"
          + " seed over the staged, else the published tables of ingest and features, and"
          + " OUTPUT/studies/NAME receives study.txt and the table evaluation of all seeds.",
      "",
      "Example: chunkopt evaluate --settings site.conf --date 2026-11-23 --study seeds --seeds 5"
    })
final class EvaluateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private RunOptions options;

  @Option(
      names = "--study",
      paramLabel = "NAME",
      description = "Study the site instead, below OUTPUT/studies/NAME.")
  private String study;

  @Option(
      names = "--seeds",
      defaultValue = "5",
      paramLabel = "N",
      description = "Seeds of a study, from run.seed upwards; default ${DEFAULT-VALUE}.")
  private int seeds;

  @Option(
      names = "--ablations",
      description = "Repeat the study without single inputs, without the prior, without sweeps.")
  private boolean ablations;

  private final List<Stage> stages;
  private final Stage stage;

  EvaluateCommand(List<Stage> stages, Stage stage) {
    this.stages = stages;
    this.stage = stage;
  }

  @Override
  public Integer call() {
    if (study == null) {
      if (ablations) {
        throw new ParameterException(spec.commandLine(), "--ablations needs --study NAME.");
      }
      return StageCommand.run(stages, stage, options, spec);
    }
    if (!study.matches("[A-Za-z0-9][A-Za-z0-9._-]*") || seeds < 1) {
      throw new ParameterException(
          spec.commandLine(),
          seeds < 1
              ? "--seeds is " + seeds + "; use 1 or more."
              : "A study's name is made of letters, digits, '.', '_' and '-'.");
    }
    Settings settings = SettingsReader.site(options.settings);
    SparkSession spark = Session.start("study");
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        new Study(stages, options.settings, options.date(settings))
            .run(
                spark,
                study,
                seeds,
                ablations ? Study.Scope.SEEDS_AND_ABLATIONS : Study.Scope.SEEDS));
    out.println("Written below " + settings.output().root() + "/studies/" + study);
    out.flush();
    return 0;
  }
}
