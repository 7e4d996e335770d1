package org.chunkopt;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.chunkopt.run.Stage;
import org.chunkopt.study.LawStudy;
import org.chunkopt.study.Regime;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Judges the policies on simulated sites of several laws. */
@Command(
    name = "study",
    mixinStandardHelpOptions = true,
    description = {
      "Judges the policies on simulated sites: every law on every hardware and regime, each history"
          + " split several times.",
      "Nothing is read or written as text: a site is simulated straight into tables. OUTPUT/evaluation"
          + " has a row per site, split, policy and metric, OUTPUT/study.txt the means."
    },
    footerHeading = "%n",
    footer = {
      "Example: chunkopt study --work build/sites --output build/laws --laws rounds,window"
          + " --hardware hdd --splits 2"
    })
final class StudyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--settings", paramLabel = "FILE", description = "Settings; all have defaults.")
  private Path settings;

  @Option(
      names = "--work",
      required = true,
      paramLabel = "DIRECTORY",
      description =
          "Directory below which the sites are written, and removed once they are judged.")
  private String work;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIRECTORY",
      description = "Directory of the results; an earlier study in it is replaced.")
  private String output;

  @Option(
      names = "--laws",
      split = ",",
      defaultValue = "rounds,pipelined,window,read-ahead,merging,buffers,target-cache",
      paramLabel = "LAW",
      description =
          "Laws; default ${DEFAULT-VALUE}. The laws spline and composite are kept for the last test.")
  private List<String> laws;

  @Option(
      names = "--hardware",
      split = ",",
      defaultValue = "flash,hdd,mixed",
      paramLabel = "HARDWARE",
      description = "Hardware; default ${DEFAULT-VALUE}.")
  private List<String> hardware;

  @Option(
      names = "--regimes",
      split = ",",
      defaultValue = "sweep,no-sweep,all-default",
      paramLabel = "REGIME",
      description =
          "sweep and no-sweep (70 %% of the directories have the default chunk size), default-90"
              + " (90 %%, no sweep) and all-default (99.9 %%, no sweep); default ${DEFAULT-VALUE}.")
  private List<String> regimes;

  @Option(
      names = "--split",
      split = ",",
      defaultValue = "directory",
      paramLabel = "UNIT",
      description = "What is held out: directory, user or both; default ${DEFAULT-VALUE}.")
  private List<String> split;

  @Option(
      names = "--splits",
      defaultValue = "5",
      paramLabel = "N",
      description = "Splits of each site, by seeds from 1; default ${DEFAULT-VALUE}.")
  private int splits;

  @Option(
      names = "--files",
      defaultValue = "30000",
      paramLabel = "N",
      description = "Files of a site; default ${DEFAULT-VALUE}.")
  private long files;

  @Option(
      names = "--seed",
      defaultValue = "11",
      paramLabel = "S",
      description = "Seed that the sites are drawn from; default ${DEFAULT-VALUE}.")
  private long seed;

  private final List<Stage> stages;

  StudyCommand(List<Stage> stages) {
    this.stages = stages;
  }

  @Override
  public Integer call() {
    if (splits < 1) {
      throw new ParameterException(
          spec.commandLine(), "--splits is " + splits + "; use 1 or more.");
    }
    LawStudy.Grid grid =
        new LawStudy.Grid(
            laws, hardware, regimes.stream().map(Regime::of).toList(), split, splits, files, seed);
    PrintWriter out = spec.commandLine().getOut();
    LawStudy study = new LawStudy(stages, Optional.ofNullable(settings), grid, work, output, out);
    out.print("\n" + study.run(Session.start("study")));
    out.println("Written below " + output);
    out.flush();
    return 0;
  }
}
