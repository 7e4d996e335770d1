package org.chunkopt.nightly;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FSError;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.UserError;
import org.chunkopt.model.Registry;
import org.chunkopt.policy.Decision;
import org.chunkopt.run.Fingerprint;
import org.chunkopt.run.MethodPage;
import org.chunkopt.run.PreviousRun;
import org.chunkopt.run.Progress;
import org.chunkopt.run.Run;
import org.chunkopt.run.RunDirectory;
import org.chunkopt.run.RunLock;
import org.chunkopt.run.RunRecord;
import org.chunkopt.run.Stage;
import org.chunkopt.run.TablesDocument;
import org.chunkopt.settings.Settings;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The night: every stage in order into staging, then one rename. A failure or a kill leaves the
 * published run as it was; the next start reuses the stages that it would make from the same.
 */
public final class Nightly {
  private static final Logger LOG = LoggerFactory.getLogger(Nightly.class);

  private final List<Stage> stages;
  private final Settings settings;
  private final LocalDate date;
  private final RunDirectory directory;
  private final Optional<PreviousRun> previous;

  /**
   * Prepares the run of a date.
   *
   * @param stages in order
   */
  public Nightly(SparkSession spark, List<Stage> stages, Settings settings, LocalDate date) {
    this.stages = List.copyOf(stages);
    this.settings = settings;
    this.date = date;
    this.directory =
        RunDirectory.of(spark.sparkContext().hadoopConfiguration(), settings.output().root(), date);
    // Looked up once: a run that is published meanwhile must not split what the stages carry on.
    this.previous = directory.previous();
    previous.ifPresent(run -> LOG.info("Carrying on from the run of {}.", run.date()));
  }

  /**
   * A run that readers can see.
   *
   * @param directory its place
   * @param summary text of {@code report/summary.txt}, empty without one
   */
  public record Published(String directory, String summary, List<String> warnings) {}

  /**
   * Runs every stage and publishes.
   *
   * @param shown effective settings by key, for {@code run.json}
   * @param version version of this program, for {@code run.json}
   * @throws UserError where the date is published already, locked, or an input is wrong
   */
  public Published run(
      SparkSession spark,
      RunDirectory.Existing existing,
      Map<String, String> shown,
      String version) {
    try (RunLock lock = directory.lock()) {
      LOG.debug("Holding {}.", lock);
      Progress earlier = directory.progress();
      if (existing == RunDirectory.Existing.REFUSE && directory.isPublished(earlier.publishing())) {
        LOG.info("An earlier start has published this run and was ended before it was done.");
        return announce(earlier);
      }
      directory.check(existing);
      List<String> fingerprints = fingerprints(spark, shown, version);
      Progress progress = directory.resume(fingerprints);
      say(earlier, progress);
      writeWarnings(progress);
      for (int i = progress.finished().size(); i < stages.size(); i++) {
        SortedMap<String, String> before = directory.staged();
        RunRecord.StageRecord done = execute(spark, stages.get(i));
        progress = directory.finish(progress, done, fingerprints.get(i), before);
        writeWarnings(progress);
      }
      directory.write("tables.md", TablesDocument.of(Tables.PUBLISHED));
      directory.write("method.md", MethodPage.text());
      String record = new RunRecord(run(), shown, progress.stages(), version).json(spark);
      directory.write("run.json", record);
      progress = new Progress(progress.finished(), Fingerprint.of(record));
      directory.note(progress);
      directory.publish(existing);
      LOG.info("Published {}.", directory.published());
      return announce(progress);
    }
  }

  /** What follows the publication; a start after a kill in its middle does all of it again. */
  private Published announce(Progress progress) {
    if (directory.newer().isPresent()) {
      LOG.info("The run of {} is newer: champion and latest.json stay.", directory.newer().get());
    } else {
      directory.pointLatest();
      promote(directory.readPublished("decision.json"));
      directory.keepNewest(settings.output().keepRuns());
    }
    directory.forgetProgress();
    return new Published(
        directory.published(), directory.readPublished("report/summary.txt"), progress.warnings());
  }

  /** What each stage is made from, in order: each follows from the ones before it. */
  private List<String> fingerprints(SparkSession spark, Map<String, String> shown, String version) {
    String fingerprint =
        Fingerprint.of(
            String.join(
                "\n",
                date.toString(),
                version,
                build(),
                new TreeMap<>(shown).toString(),
                previous.map(PreviousRun::recordSha256).orElse("")));
    List<String> fingerprints = new ArrayList<>();
    for (Stage stage : stages) {
      fingerprint =
          Fingerprint.of(String.join("\n", fingerprint, stage.name(), stage.inputs(spark, run())));
      fingerprints.add(fingerprint);
    }
    return fingerprints;
  }

  /** Tells this build from another one of the same version. */
  private static String build() {
    try {
      Path program =
          Path.of(Nightly.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Files.size(program) + " " + Files.getLastModifiedTime(program);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void say(Progress earlier, Progress usable) {
    for (RunRecord.StageRecord stage : usable.stages()) {
      LOG.info("{} is reused: an earlier start made it from the same.", stage.name());
    }
    if (usable.finished().size() < earlier.finished().size()) {
      LOG.info(
          "{} runs again: an input, a setting or what an earlier start wrote has changed.",
          earlier.stages().get(usable.finished().size()).name());
    }
  }

  /** The report comes last and tells what the stages before it warn of. */
  private void writeWarnings(Progress progress) {
    directory.write(
        "warnings.txt",
        progress.warnings().stream().map(warning -> warning + "\n").collect(Collectors.joining()));
  }

  /**
   * Runs one stage over what the earlier ones left in staging. What it and the stages after it
   * wrote before is removed, since it would no longer fit.
   *
   * @return the stage's warnings
   */
  public List<String> runOnly(SparkSession spark, Stage stage) {
    try (RunLock lock = directory.lock()) {
      LOG.debug("Holding {}.", lock);
      directory.makeStaging();
      directory.forgetFrom(stages.indexOf(stage));
      for (Stage stale : stages.subList(stages.indexOf(stage), stages.size())) {
        stale.writes().stream().map(Table::name).forEach(directory::delete);
        directory.delete(stale.name());
      }
      return execute(spark, stage).warnings();
    }
  }

  /** Where an unpublished run stands. */
  public String staging() {
    return directory.staging();
  }

  private RunRecord.StageRecord execute(SparkSession spark, Stage stage) {
    LOG.info("{} begins: {}", stage.name(), stage.description());
    spark.sparkContext().setJobGroup(stage.name(), stage.description() + " " + date, false);
    long start = System.nanoTime();
    List<String> warnings = warnings(spark, stage);
    double seconds = Math.round((System.nanoTime() - start) / 1e8) / 10.0;
    spark.sparkContext().clearJobGroup();
    warnings.forEach(warning -> LOG.warn("{}: {}", stage.name(), warning));
    LOG.info("{} ends after {} s.", stage.name(), seconds);
    return new RunRecord.StageRecord(stage.name(), seconds, warnings);
  }

  private List<String> warnings(SparkSession spark, Stage stage) {
    ShufflePartitions.fit(spark, run().tables());
    String place = stages.indexOf(stage) + 1 + "/" + stages.size();
    try (ProgressLine line = ProgressLine.begin(spark.sparkContext(), place + " " + stage.name())) {
      LOG.debug("Progress of {}.", line);
      return stage.run(spark, run());
    } catch (Exception | FSError failure) {
      // Spark's checked exceptions come through Scala undeclared.
      Optional<String> said = StorageFault.of(failure);
      if (said.isEmpty()) {
        throw failure;
      }
      LOG.error("{} failed.", stage.name(), failure);
      throw UserError.failed(
          stage.name()
              + " failed, nothing is published: "
              + said.get()
              + ". Look after "
              + directory.staging()
              + " and the local directories of Spark (spark.local.dir), and start again: finished"
              + " stages are kept.",
          failure);
    }
  }

  /** The champion changes only with a published run. */
  private void promote(String text) {
    if (text.isEmpty()) {
      return;
    }
    Decision decision = Decision.parse(text, directory.published());
    if (decision.promoted()) {
      new Registry(settings.output().root()).promote(decision.champion());
    }
  }

  private Run run() {
    return new Run(date, settings, new TableDirectory(directory.staging()), previous);
  }
}
