package org.chunkopt;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chunkopt.evaluate.EvaluateJob;
import org.chunkopt.evidence.EvidenceJob;
import org.chunkopt.features.FeaturesJob;
import org.chunkopt.ingest.IngestJob;
import org.chunkopt.plan.PlanJob;
import org.chunkopt.report.ReportJob;
import org.chunkopt.run.Stage;
import org.chunkopt.score.ScoreJob;
import org.chunkopt.train.TrainJob;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command line. Exit codes: 0 published; 1 failed, nothing published; 2 published with
 * warnings; 64 wrong settings or usage; 75 another run holds the lock.
 */
@Command(
    name = "chunkopt",
    mixinStandardHelpOptions = true,
    description = "Recommends a chunk size for every file of a BeeGFS file system.",
    footerHeading = "%n",
    footer = {
      "Examples: chunkopt nightly --settings /etc/chunkopt/site.conf",
      "          chunkopt settings --template > site.conf",
      "          chunkopt COMMAND --help",
      "",
      "The script submit-scripts/chunkopt also takes --master URL, --conf KEY=VALUE and, behind --,"
          + " arguments of spark-submit; with --dry-run it prints the command line."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:published, or done",
      "1:failed, nothing published",
      "2:published or done, with warnings",
      "64:wrong settings or command line",
      "75:another run of the date holds the lock"
    })
public final class Main implements Runnable {
  /** The night, in order. */
  static final List<Stage> STAGES =
      List.of(
          new IngestJob(),
          new FeaturesJob(),
          new EvidenceJob(),
          new TrainJob(),
          new EvaluateJob(),
          new ScoreJob(),
          new PlanJob(),
          new ReportJob());

  @Spec private CommandSpec spec;

  private Main() {}

  /** Runs one command; ends the JVM itself only to report a failure. */
  public static void main(String[] args) {
    int code = commandLine(STAGES).execute(args);
    Session.stop();
    // YARN takes exit(0) for a failure of the driver, so success just returns.
    if (code != 0) {
      System.exit(code);
    }
  }

  static CommandLine commandLine(List<Stage> stages) {
    CommandLine line = new CommandLine(new Main());
    line.addSubcommand(new NightlyCommand(stages));
    for (Stage stage : stages) {
      CommandLine stageLine =
          new CommandLine(
              stage instanceof EvaluateJob
                  ? new EvaluateCommand(stages, stage)
                  : new StageCommand(stages, stage));
      stageLine.getCommandSpec().usageMessage().description(StageCommand.manual(stage));
      if (stageLine.getCommandSpec().usageMessage().footer().length == 0) {
        stageLine.getCommandSpec().usageMessage().footerHeading("%n");
        stageLine.getCommandSpec().usageMessage().footer(StageCommand.example(stage));
      }
      line.addSubcommand(stage.name(), stageLine);
    }
    line.addSubcommand(new PullCommand());
    line.addSubcommand(new SimulateCommand());
    line.addSubcommand(new StudyCommand(stages));
    line.addSubcommand(new LoopCommand(stages));
    line.addSubcommand(new SettingsCommand());
    line.addSubcommand(new ModelsCommand());
    line.addSubcommand(new BenchCommand());
    line.getCommandSpec().version("chunkopt " + version());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(Main::usage);
    line.setExecutionExceptionHandler((failure, command, parsed) -> report(failure, command));
    return line;
  }

  static String version() {
    return Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  /** What an exit code of any command means, by the code. */
  static Map<String, String> exitCodes() {
    return new CommandLine(new Main()).getCommandSpec().usageMessage().exitCodeList();
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Give a command, for example nightly.");
  }

  private static int usage(ParameterException mistake, String[] args) {
    CommandLine command = mistake.getCommandLine();
    command
        .getErr()
        .println(
            mistake.getMessage()
                + "\nSee "
                + command.getCommandSpec().qualifiedName()
                + " --help.");
    command.getErr().flush();
    return UserError.USAGE;
  }

  /**
   * A sentence for the admin's mistakes, wherever in Spark they surfaced; a stack trace for ours.
   */
  private static int report(Exception failure, CommandLine command) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UserError error) {
        command.getErr().println(error.getMessage());
        command.getErr().flush();
        return error.exitCode();
      }
    }
    failure.printStackTrace(command.getErr());
    command.getErr().flush();
    return UserError.FAILED;
  }
}
