package org.chunkopt;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.bench.BenchRow;
import org.chunkopt.bench.ScoringBench;
import org.chunkopt.bench.Timing;
import org.chunkopt.ingest.IngestBench;
import org.chunkopt.ingest.ParserBench;
import org.chunkopt.model.Registry;
import org.chunkopt.run.RunDirectory;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.chunkopt.train.KernelBench;
import org.chunkopt.train.TrainingBench;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints how fast the parts are, each beside a floor measured in the same run. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Times the parts of a night, each beside a floor that is measured in the same run, so that the"
          + " ratio holds on a noisy machine. The figures are written as the Parquet table bench"
          + " below the work directory, too.",
      "parsers: over the site's inputs, on one core. Floor: cutting the same bytes into records.",
      "ingest: the stage. Floor: Spark reading the same files as text and writing as many bytes as"
          + " the tables have.",
      "kernels: ways to evaluate the network over rows in memory, on one core.",
      "training: parameter averaging to the validation loss that Deeplearning4j's fit in a single"
          + " process reaches, too. Floor: that fit. Reads the labels of the published run.",
      "scoring: features, score and plan over namespaces grown from the published run. Floor of"
          + " score: reading the same columns and writing as many bytes."
    },
    footerHeading = "%n",
    footer = {
      "Example: chunkopt bench --settings build/demo/demo.conf --work build/bench",
      "Example: chunkopt bench --settings build/demo/demo.conf --date 2026-11-23 --work build/bench"
          + " --part scoring --files 1000000,10000000"
    })
final class BenchCommand implements Callable<Integer> {
  private static final double MB = 1e6;

  /** What can be timed. */
  enum Part {
    PARSERS,
    INGEST,
    KERNELS,
    TRAINING,
    SCORING
  }

  @Spec private CommandSpec spec;

  @Option(
      names = "--settings",
      required = true,
      paramLabel = "FILE",
      description = "Settings of the site.")
  private Path settings;

  @Option(
      names = "--work",
      required = true,
      paramLabel = "DIR",
      description = "Directory to write into; all but the table bench is removed.")
  private Path work;

  @Option(
      names = "--part",
      split = ",",
      paramLabel = "PART",
      defaultValue = "PARSERS,INGEST",
      description = "What to time, of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private List<Part> parts;

  @Option(
      names = "--date",
      paramLabel = "YYYY-MM-DD",
      description = "Published run that training and scoring start from.")
  private LocalDate date;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      paramLabel = "N",
      description = "How often parsers, ingest and kernels are timed; default ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--megabytes",
      defaultValue = "64",
      paramLabel = "N",
      description = "Of each format, how much the parsers read; default ${DEFAULT-VALUE}.")
  private int megabytes;

  @Option(
      names = "--files",
      split = ",",
      defaultValue = "1000000",
      paramLabel = "N",
      description = "About how many files are scored; default ${DEFAULT-VALUE}.")
  private List<Long> files;

  @Option(
      names = "--training-rows",
      defaultValue = "200000",
      paramLabel = "N",
      description = "Most rows that are trained on; default ${DEFAULT-VALUE}.")
  private long trainingRows;

  @Option(
      names = "--epochs",
      defaultValue = "10",
      paramLabel = "N",
      description = "Epochs of each training; default ${DEFAULT-VALUE}.")
  private int epochs;

  private PrintWriter out;

  @Override
  public Integer call() {
    Settings site = SettingsReader.site(settings);
    out = spec.commandLine().getOut();
    if (date == null && (parts.contains(Part.TRAINING) || parts.contains(Part.SCORING))) {
      throw UserError.usage("training and scoring start from a published run: name its --date.");
    }
    SparkSession spark = Session.start("bench");
    List<BenchRow> figures = new ArrayList<>();
    for (Part part : parts) {
      figures.addAll(
          switch (part) {
            case PARSERS -> parsers(spark, site);
            case INGEST -> ingest(spark, site);
            case KERNELS -> kernels(site);
            case TRAINING -> training(spark, site);
            case SCORING -> scoring(spark, site);
          });
    }
    BenchRow.write(spark, figures, work.toString());
    return 0;
  }

  private List<BenchRow> parsers(SparkSession spark, Settings site) {
    line("Parsers on one core, best of " + rounds + " rounds");
    line("%-18s %10s %9s %12s %9s %6s", "format", "MB", "MB/s", "per second", "floor", "ratio");
    List<BenchRow> figures = new ArrayList<>();
    for (ParserBench.Speed speed : ParserBench.run(spark, site, megabytes << 20, rounds)) {
      line(
          "%-18s %10.1f %9.0f %,12.0f %9.0f %6.2f %s",
          speed.parser(),
          speed.bytes() / MB,
          speed.bytes() / MB / speed.seconds(),
          speed.units() / speed.seconds(),
          speed.bytes() / MB / speed.floorSeconds(),
          speed.seconds() / speed.floorSeconds(),
          speed.unit());
      figures.add(
          new BenchRow(
              "parsers",
              speed.parser(),
              speed.unit(),
              1,
              speed.units(),
              new Timing(speed.seconds(), speed.seconds(), 0),
              speed.floorSeconds()));
    }
    return figures;
  }

  private List<BenchRow> ingest(SparkSession spark, Settings site) {
    int cores = spark.sparkContext().defaultParallelism();
    List<IngestBench.Round> timed =
        IntStream.range(0, rounds)
            .mapToObj(
                round -> IngestBench.run(spark, site, work.resolve("round-" + round).toString()))
            .toList();
    line("");
    line("Stage ingest on " + cores + " cores");
    line(
        "%8s %8s %9s %9s %6s %9s %9s %6s %10s",
        "MB in", "MB out", "ingest s", "floor s", "ratio", "CPU s", "floor", "ratio", "held MB");
    timed.forEach(
        round ->
            line(
                "%8.0f %8.1f %9.1f %9.1f %6.2f %9.1f %9.1f %6.2f %10.0f",
                round.inputBytes() / MB,
                round.outputBytes() / MB,
                round.ingest().seconds(),
                round.floor().seconds(),
                round.ratio(),
                round.ingest().cpuSeconds(),
                round.floor().cpuSeconds(),
                round.cpuRatio(),
                round.ingest().heldBytes() / MB));
    IngestBench.Round middle =
        timed.stream()
            .sorted(Comparator.comparing(IngestBench.Round::ratio))
            .toList()
            .get(timed.size() / 2);
    line("Median ratio of ingest to its floor: %.2f", middle.ratio());
    return timed.stream()
        .map(
            round ->
                new BenchRow(
                    "ingest",
                    "ingest",
                    "bytes",
                    cores,
                    round.inputBytes(),
                    round.ingest(),
                    round.floor().seconds()))
        .toList();
  }

  private List<BenchRow> kernels(Settings site) {
    line("");
    line("Kernels on one core, best of " + rounds + " rounds");
    return printed(KernelBench.run(site.model(), rounds, network -> List.of()));
  }

  private List<BenchRow> training(SparkSession spark, Settings site) {
    line("");
    line("Training on %d cores", spark.sparkContext().defaultParallelism());
    TrainingBench.Result result =
        new TrainingBench(
                spark,
                site,
                published(spark, site).read(spark, Tables.LABELS),
                trainingRows,
                epochs)
            .run();
    List<BenchRow> figures = printed(result.figures());
    result.sentences().forEach(this::line);
    return figures;
  }

  private List<BenchRow> scoring(SparkSession spark, Settings site) {
    List<BenchRow> figures = new ArrayList<>();
    Registry registry = new Registry(site.output().root());
    List<String> models = registry.list();
    if (models.isEmpty()) {
      throw UserError.failed("No model is in " + site.output().root() + ". Run a night first.");
    }
    ScoringBench bench =
        new ScoringBench(
            spark,
            site,
            date,
            published(spark, site),
            registry.load(models.get(models.size() - 1)));
    for (long wanted : files) {
      line("");
      line(
          "Scoring about %,d files on %d cores", wanted, spark.sparkContext().defaultParallelism());
      figures.addAll(printed(bench.run(wanted, work.resolve("files-" + wanted).toString())));
    }
    return figures;
  }

  private TableDirectory published(SparkSession spark, Settings site) {
    return new TableDirectory(
        RunDirectory.of(spark.sparkContext().hadoopConfiguration(), site.output().root(), date)
            .published());
  }

  private List<BenchRow> printed(List<BenchRow> figures) {
    line(
        "%-40s %12s %12s %9s %9s %9s %6s %8s",
        "", "amount", "per second", "seconds", "CPU s", "floor s", "ratio", "held MB");
    figures.forEach(
        row ->
            line(
                "%-40s %,12d %,12.0f %9.2f %9.2f %9s %6s %8.0f",
                row.name(),
                row.units(),
                row.perSecond(),
                row.time().seconds(),
                row.time().cpuSeconds(),
                orNothing("%.2f", row.floorSeconds()),
                orNothing("%.2f", row.ratio()),
                row.time().heldBytes() / MB));
    return figures;
  }

  private static String orNothing(String format, double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
  }

  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values).stripTrailing());
    out.flush();
  }
}
