package org.chunkopt.settings;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.chunkopt.beegfs.ChunkSize;

/**
 * The effective settings, read once at start. {@code reference.conf} is their manual: names, units
 * and defaults are those of its keys.
 */
public record Settings(
    Inputs inputs,
    Influx influx,
    Nodes nodes,
    Collection collection,
    Output output,
    BeeGfs beegfs,
    RunSettings run,
    Ingest ingest,
    ChunkRange chunkSize,
    Evidence evidence,
    Advice advice,
    Model model,
    Training training,
    Evaluate evaluate,
    Plan plan,
    Simulate simulate) {

  public record Inputs(
      List<String> metrics,
      List<String> inventory,
      List<String> indexColumns,
      List<String> access,
      List<String> walkHours,
      long walkUser,
      List<String> observations) {}

  /** Major version of InfluxDB; {@code AUTO} asks the server. */
  public enum InfluxVersion {
    AUTO,
    V1,
    V2,
    V3
  }

  public record Influx(
      String url,
      String org,
      String bucket,
      Secret token,
      String tokenFile,
      String user,
      InfluxVersion version,
      String directory,
      Duration window,
      Duration delay,
      Duration history,
      int pagePoints,
      Duration timeout,
      int retries,
      Duration retryDelay) {}

  public record Nodes(
      List<String> storageTargets, List<String> metadataServers, List<String> clientNodes) {}

  public record Collection(int intervalSeconds, Duration historyWindow) {}

  public record Output(String root, int keepRuns) {}

  public enum Cli {
    V7,
    V8
  }

  public record BeeGfs(String mount, Cli cli) {}

  public record RunSettings(Optional<Instant> asOf, long seed, int carryDays) {}

  public record Ingest(
      double maxRejectFraction,
      double warnRejectFraction,
      int maxLineBytes,
      Duration futureTolerance) {}

  public record ChunkRange(ChunkSize min, ChunkSize max, ChunkSize fallback) {
    /** The candidates inside the range, ascending. */
    public List<ChunkSize> candidates() {
      return ChunkSize.CANDIDATES.stream()
          .filter(c -> c.compareTo(min) >= 0 && c.compareTo(max) <= 0)
          .toList();
    }
  }

  /** What stays whole when the history is split into learning and test parts. */
  public enum SplitUnit {
    DIRECTORY,
    USER;

    /** The word that stands for it in the settings and in SQL. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public record Evidence(
      int minFiles,
      int minGroups,
      double tieFraction,
      double minDominance,
      int validationPercent,
      int testPercent,
      int laterPercent,
      SplitUnit split) {}

  public record Advice(
      double minProbability, double smallGain, double harmBudget, double lossBudget) {}

  public record Model(List<String> features, List<Integer> hiddenLayers, double dropoutRetain) {}

  public record Training(
      double learningRate,
      double learningRateDecay,
      double maxRateFactor,
      int batchSize,
      int epochs,
      int patience,
      double minDelta,
      int minFiles,
      int maxRows,
      int roundsPerEpoch,
      int workers,
      boolean warmStart) {

    /**
     * Adam's rate.
     *
     * @param epoch from 1
     * @param averaged workers whose networks are averaged
     */
    public double rate(int epoch, int averaged) {
      return learningRate
          * Math.min(averaged, maxRateFactor)
          * Math.pow(learningRateDecay, epoch - 1);
    }
  }

  public record Evaluate(String truth, int bootstrap) {}

  public record Plan(
      int maxDirectories,
      int maxFiles,
      long maxBytes,
      Trust trust,
      int historyDays,
      double pilotBudget,
      int pilotDirectories,
      int pilotKinds,
      int pilotDays,
      int horizonDays,
      double copyBytesPerSecond,
      int regretDays) {}

  /** What a plan may rest on. */
  public enum Trust {
    MEASURED,
    PILOTS,
    ALL;

    /** As in settings and tables. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public enum Hardware {
    FLASH,
    HDD,
    MIXED
  }

  /** How the throughput of a simulated site follows from a chunk size. */
  public enum Law {
    ROUNDS,
    PIPELINED,
    WINDOW,
    READ_AHEAD,
    MERGING,
    BUFFERS,
    TARGET_CACHE,
    SPLINE,
    COMPOSITE
  }

  /** How a simulated site is made to say nothing about chunk sizes; {@code NONE} leaves it be. */
  public enum Control {
    NONE,
    PERMUTED,
    NEVER_APPLIED,
    FLAT
  }

  public record Simulate(
      String output,
      long files,
      int hours,
      int storageServers,
      int targetsPerServer,
      int metadataServers,
      int users,
      Hardware hardware,
      double defaultShare,
      double darshanShare,
      Cli inventory,
      Instant end,
      boolean sweep,
      Control control,
      Law law,
      int loggingUsers,
      double habitsChange,
      boolean equalCapacity) {}
}
