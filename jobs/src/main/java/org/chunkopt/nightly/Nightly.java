package org.chunkopt.nightly;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.UserError;
import org.chunkopt.model.Registry;
import org.chunkopt.policy.Decision;
import org.chunkopt.run.PreviousRun;
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
 * The night: every stage in order into staging, then one rename. A failure leaves the published run
 * as it was and staging for inspection; the next start begins again.
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
      directory.check(existing);
      directory.clear();
      List<RunRecord.StageRecord> finished = new ArrayList<>();
      for (Stage stage : stages) {
        finished.add(execute(spark, stage));
        // The report comes last and tells what the stages before it warn of.
        directory.write(
            "warnings.txt",
            finished.stream()
                .flatMap(done -> done.warnings().stream())
                .map(warning -> warning + "\n")
                .collect(Collectors.joining()));
      }
      directory.write("tables.md", TablesDocument.of(Tables.PUBLISHED));
      RunRecord record = new RunRecord(run(), shown, finished, version);
      directory.write("run.json", record.json(spark));
      directory.publish(existing);
      LOG.info("Published {}.", directory.published());
      promote(directory.readPublished("decision.json"));
      return new Published(
          directory.published(), directory.readPublished("report/summary.txt"), record.warnings());
    }
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
    List<String> warnings;
    String place = stages.indexOf(stage) + 1 + "/" + stages.size();
    try (ProgressLine line = ProgressLine.begin(spark.sparkContext(), place + " " + stage.name())) {
      LOG.debug("Progress of {}.", line);
      warnings = stage.run(spark, run());
    }
    double seconds = Math.round((System.nanoTime() - start) / 1e8) / 10.0;
    spark.sparkContext().clearJobGroup();
    warnings.forEach(warning -> LOG.warn("{}: {}", stage.name(), warning));
    LOG.info("{} ends after {} s.", stage.name(), seconds);
    return new RunRecord.StageRecord(stage.name(), seconds, warnings);
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
