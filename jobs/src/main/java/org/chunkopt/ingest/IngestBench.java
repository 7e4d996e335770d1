package org.chunkopt.ingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.bench.Timing;
import org.chunkopt.run.Run;
import org.chunkopt.settings.Settings;
import org.chunkopt.tables.TableDirectory;

/**
 * Times the stage ingest over a site's inputs beside a floor: Spark reading the same files as text
 * and writing as many bytes of them as ingest writes tables.
 */
public final class IngestBench {
  private static final long SHARES = 1_000_000L;

  private IngestBench() {}

  /**
   * One round.
   *
   * @param inputBytes of all input files
   * @param outputBytes of the tables
   * @param ingest what the stage took
   * @param floor what the floor took
   */
  public record Round(long inputBytes, long outputBytes, Timing ingest, Timing floor) {
    public double ratio() {
      return ingest.seconds() / floor.seconds();
    }

    public double cpuRatio() {
      return ingest.cpuSeconds() / floor.cpuSeconds();
    }
  }

  /**
   * Runs both once; what they write is removed again.
   *
   * @param work directory to write into; it must not exist
   */
  public static Round run(SparkSession spark, Settings settings, String work) {
    List<InputFile> inputs = inputs(spark, settings);
    long inputBytes = InputFile.bytes(inputs);
    Path directory = new Path(work);
    try {
      FileSystem fs = directory.getFileSystem(spark.sessionState().newHadoopConf());
      try {
        Path tables = new Path(directory, "ingest");
        Run run = new Run(LocalDate.EPOCH, settings, new TableDirectory(tables.toString()));
        Timing ingest = Timing.of(() -> new IngestJob().run(spark, run));
        long outputBytes = fs.getContentSummary(tables).getLength();
        double share = (double) outputBytes / inputBytes;
        Timing floor = Timing.of(() -> copy(spark, inputs, share, new Path(directory, "floor")));
        return new Round(inputBytes, outputBytes, ingest, floor);
      } finally {
        fs.delete(directory, true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(SparkSession spark, List<InputFile> inputs, double share, Path to) {
    spark
        .read()
        .text(inputs.stream().map(InputFile::path).toArray(String[]::new))
        .filter(
            "pmod(xxhash64(value), " + SHARES + ") < " + Math.round(Math.min(1, share) * SHARES))
        .write()
        .text(to.toString());
  }

  private static List<InputFile> inputs(SparkSession spark, Settings settings) {
    Settings.Inputs inputs = settings.inputs();
    List<InputFile> files = new ArrayList<>();
    files.addAll(resolve(spark, inputs.metrics(), "inputs.metrics"));
    files.addAll(resolve(spark, inputs.inventory(), "inputs.inventory"));
    files.addAll(resolve(spark, inputs.access(), "inputs.access"));
    files.addAll(resolve(spark, inputs.observations(), "inputs.observations"));
    return files;
  }

  private static List<InputFile> resolve(SparkSession spark, List<String> patterns, String key) {
    return patterns.isEmpty() ? List.of() : InputFiles.resolve(spark, patterns, key);
  }
}
