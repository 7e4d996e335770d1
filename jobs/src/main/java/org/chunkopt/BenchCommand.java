package org.chunkopt;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.ingest.IngestBench;
import org.chunkopt.ingest.ParserBench;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints how fast the inputs of a site are read, beside a floor measured in the same run. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Times the parsers on one core, and the stage ingest, over the inputs of a site.",
      "The floor of a parser is cutting the same bytes into records; that of ingest is Spark reading"
          + " the same files as text and writing as many bytes as the tables have. Both are timed"
          + " alternately in the same run, so the ratio holds on a noisy machine."
    },
    footerHeading = "%n",
    footer = "Example: chunkopt bench --settings build/demo/site/site.conf --work build/bench")
final class BenchCommand implements Callable<Integer> {
  private static final double MB = 1e6;

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
      description = "Directory to write into while timing; what is written is removed.")
  private Path work;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      paramLabel = "N",
      description = "How often each is timed; default ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--megabytes",
      defaultValue = "64",
      paramLabel = "N",
      description = "Of each format, how much the parsers read; default ${DEFAULT-VALUE}.")
  private int megabytes;

  @Override
  public Integer call() {
    Settings site = SettingsReader.site(settings);
    SparkSession spark = Session.start("bench");
    PrintWriter out = spec.commandLine().getOut();
    out.println("Parsers on one core, best of " + rounds + " rounds");
    line(
        out, "%-18s %10s %9s %12s %9s %6s", "format", "MB", "MB/s", "per second", "floor", "ratio");
    for (ParserBench.Speed speed : ParserBench.run(spark, site, megabytes << 20, rounds)) {
      line(
          out,
          "%-18s %10.1f %9.0f %,12.0f %9.0f %6.2f %s",
          speed.parser(),
          speed.bytes() / MB,
          speed.bytes() / MB / speed.seconds(),
          speed.units() / speed.seconds(),
          speed.bytes() / MB / speed.floorSeconds(),
          speed.seconds() / speed.floorSeconds(),
          speed.unit());
    }
    List<IngestBench.Round> timed =
        IntStream.range(0, rounds)
            .mapToObj(
                round -> IngestBench.run(spark, site, work.resolve("round-" + round).toString()))
            .toList();
    out.println();
    out.println("Stage ingest on " + spark.sparkContext().defaultParallelism() + " cores");
    line(
        out,
        "%8s %8s %9s %9s %6s %9s %9s %6s %10s",
        "MB in",
        "MB out",
        "ingest s",
        "floor s",
        "ratio",
        "CPU s",
        "floor",
        "ratio",
        "heap MB");
    timed.forEach(
        round ->
            line(
                out,
                "%8.0f %8.1f %9.1f %9.1f %6.2f %9.1f %9.1f %6.2f %10.0f",
                round.inputBytes() / MB,
                round.outputBytes() / MB,
                round.ingest().seconds(),
                round.floor().seconds(),
                round.ratio(),
                round.ingest().cpuSeconds(),
                round.floor().cpuSeconds(),
                round.cpuRatio(),
                round.peakHeapBytes() / MB));
    IngestBench.Round middle =
        timed.stream()
            .sorted(Comparator.comparing(IngestBench.Round::ratio))
            .toList()
            .get(timed.size() / 2);
    line(out, "Median ratio of ingest to its floor: %.2f", middle.ratio());
    out.flush();
    return 0;
  }

  private static void line(PrintWriter out, String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values).stripTrailing());
    out.flush();
  }
}
