package org.chunkopt;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.chunkopt.run.Stage;
import org.chunkopt.study.Loop;
import org.chunkopt.study.Regime;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Lets simulated sites follow the plans of their own nights. */
@Command(
    name = "loop",
    mixinStandardHelpOptions = true,
    description = {
      "Lets simulated sites live on and follow the plans of their own nights: files come, age and"
          + " go, and new files get the pattern that the last night left.",
      "Each night is published as nightly does it, but the site is simulated straight into tables."
          + " Then the plan is applied, the site lives through the next day, and what that day's"
          + " files got is judged by the truth. A line a night is printed; OUTPUT/nights has a row"
          + " per site and night, OUTPUT/loop.txt the last night of each site and what the columns"
          + " mean."
    },
    footerHeading = "%n",
    footer = {
      "Example: chunkopt loop --days 3 --laws rounds --hardware hdd --regimes sweep"
          + " --work build/sites --output build/loop"
    })
final class LoopCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--settings", paramLabel = "FILE", description = "Settings; all have defaults.")
  private Path settings;

  @Option(
      names = "--work",
      required = true,
      paramLabel = "DIRECTORY",
      description = "Directory below which the runs of the sites are published.")
  private String work;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIRECTORY",
      description = "Directory of the results; those of an earlier loop in it are replaced.")
  private String output;

  @Option(
      names = "--days",
      defaultValue = "3",
      paramLabel = "N",
      description = "Nights of each site, each with the day after it; default ${DEFAULT-VALUE}.")
  private int days;

  @Option(
      names = "--laws",
      split = ",",
      defaultValue = "rounds",
      paramLabel = "LAW",
      description = "Laws of throughput, values of simulate.law; default ${DEFAULT-VALUE}.")
  private List<String> laws;

  @Option(
      names = "--hardware",
      split = ",",
      defaultValue = "hdd",
      paramLabel = "HARDWARE",
      description = "flash, hdd or mixed; default ${DEFAULT-VALUE}.")
  private List<String> hardware;

  @Option(
      names = "--regimes",
      split = ",",
      defaultValue = "sweep",
      paramLabel = "REGIME",
      description =
          "Histories: sweep and no-sweep (70 %% of the directories have the default chunk size),"
              + " default-90 (90 %%, no sweep) and all-default (99.9 %%, no sweep); default"
              + " ${DEFAULT-VALUE}.")
  private List<String> regimes;

  @Option(
      names = "--follow",
      defaultValue = "all",
      paramLabel = "all|half|none",
      description =
          "How much of a plan is applied: all, that of half of the directories by a hash of their"
              + " paths, or nothing; default ${DEFAULT-VALUE}.")
  private Loop.Follow follow;

  @Option(
      names = "--control",
      defaultValue = "none",
      paramLabel = "CONTROL",
      description =
          "Value of simulate.control; flat is the placebo, where no chunk size is better than"
              + " another; default ${DEFAULT-VALUE}.")
  private String control;

  @Option(
      names = "--files",
      defaultValue = "30000",
      paramLabel = "N",
      description = "Files of the history before the first night; default ${DEFAULT-VALUE}.")
  private long files;

  @Option(
      names = "--files-a-day",
      defaultValue = "5000",
      paramLabel = "N",
      description = "New files a day after it; default ${DEFAULT-VALUE}.")
  private int filesADay;

  @Option(
      names = "--retention-days",
      defaultValue = "30",
      paramLabel = "N",
      description = "Age at which a file goes, 3 days or more; default ${DEFAULT-VALUE}.")
  private int retentionDays;

  @Option(
      names = "--seed",
      defaultValue = "11",
      paramLabel = "S",
      description = "Seed of the sites and of their nights; default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--keep-runs",
      description =
          "Give each night a report, and keep the published runs of a site after its last.")
  private boolean keepRuns;

  private final List<Stage> stages;

  LoopCommand(List<Stage> stages) {
    this.stages = stages;
  }

  @Override
  public Integer call() {
    Map.of("--days", 1, "--files-a-day", 1, "--retention-days", 3).forEach(this::atLeast);
    Loop.Grid grid =
        new Loop.Grid(
            laws,
            hardware,
            regimes.stream().map(Regime::of).toList(),
            follow,
            control,
            days,
            files,
            filesADay,
            retentionDays,
            seed);
    PrintWriter out = spec.commandLine().getOut();
    Loop loop =
        new Loop(
            stages,
            Optional.ofNullable(settings),
            grid,
            keepRuns ? Loop.Runs.KEEP : Loop.Runs.REMOVE,
            work,
            output,
            out);
    out.print("\n" + loop.run(Session.start("loop")));
    out.println("Written below " + output);
    out.flush();
    return 0;
  }

  private void atLeast(String option, int least) {
    int value = spec.findOption(option).getValue();
    if (value < least) {
      throw new ParameterException(
          spec.commandLine(), option + " is " + value + "; use " + least + " or more.");
    }
  }
}
