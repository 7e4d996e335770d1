package org.chunkopt.plan;

import static org.apache.spark.sql.functions.broadcast;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.chunkopt.links.HardLinks;
import org.chunkopt.run.Run;
import org.chunkopt.run.RunFiles;
import org.chunkopt.run.Stage;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns recommendations into advice for directories and a list of rewrites.
 *
 * <p>Reads {@code recommendations}, {@code files} (the directories' own chunk size, hard links),
 * {@code file_features} (how often a file is opened), {@code evidence} (how fast it is now) and the
 * inventory, {@code file_regret} and {@code exploration} of the previous run. Writes {@code
 * directory_plan}, {@code exploration}, {@code file_regret}, {@code file_plan} and the directory
 * {@code plan/}: the lists that the BeeGFS command line tools read, the records that {@code
 * apply-plan.sh} reads, and {@code RUNBOOK.txt}. It changes nothing in the file system.
 *
 * <p>Example: {@code submit-scripts/chunkopt plan --settings site.conf --date 2026-11-23}
 */
public final class PlanJob implements Stage {
  private static final Logger LOG = LoggerFactory.getLogger(PlanJob.class);

  @Override
  public String name() {
    return "plan";
  }

  @Override
  public String description() {
    return "Turns recommendations into advice for directories and a list of rewrites.";
  }

  @Override
  public List<Table> writes() {
    return List.of(Tables.DIRECTORY_PLAN, Tables.EXPLORATION, Tables.FILE_REGRET, Tables.FILE_PLAN);
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    Settings settings = run.settings();
    Dataset<Row> recommendations = run.tables().read(spark, Tables.RECOMMENDATIONS);
    Dataset<Row> inventory = run.tables().read(spark, Tables.FILES);
    run.tables().write(Tables.FILE_REGRET, Regret.of(spark, run));
    Dataset<Row> directories =
        directoryCandidates(recommendations, inventory, settings).persist(StorageLevel.DISK_ONLY());
    Dataset<Row> files =
        fileCandidates(
                recommendations,
                inventory,
                run.tables().read(spark, Tables.FILE_FEATURES),
                run.tables().read(spark, Tables.EVIDENCE),
                run.tables().read(spark, Tables.FILE_REGRET),
                settings)
            .persist(StorageLevel.DISK_ONLY());
    try {
      Dataset<Row> directoryPlan = directoryPlan(directories, settings);
      Dataset<Row> filePlan = filePlan(files, settings);
      run.tables().write(Tables.DIRECTORY_PLAN, Tables.DIRECTORY_PLAN.select(directoryPlan));
      run.tables().write(Tables.FILE_PLAN, Tables.FILE_PLAN.select(filePlan));
      run.tables().write(Tables.EXPLORATION, Lots.of(spark, run, directories));
      Dataset<Row> lots = Lots.tonight(run.tables().read(spark, Tables.EXPLORATION), run);

      RunFiles runFiles = RunFiles.beside(run.tables(), spark);
      runFiles.delete("plan");
      PlanLists lists = new PlanLists(runFiles, settings.beegfs().mount());
      lists.write("directories", directoryPlan, "benefit");
      lists.write("files", filePlan, "time_saved_s");
      lists.write("explore", lots, "propensity");
      PlanRecords records = new PlanRecords(runFiles, run);
      records.writeDirectories(directoryPlan);
      records.writeRewrites(filePlan, inventory);
      PlanCounts directoryCounts = PlanCounts.of(directoryPlan);
      PlanCounts fileCounts = PlanCounts.of(filePlan.withColumnRenamed("size_bytes", "bytes"));
      runFiles.write(
          "plan/RUNBOOK.txt", Runbook.text(run, directoryCounts, fileCounts, PlanCounts.of(lots)));
      LOG.info(
          "Plan: {} of {} directories and {} of {} files selected.",
          directoryCounts.selected(),
          directoryCounts.candidates(),
          fileCounts.selected(),
          fileCounts.candidates());
    } finally {
      directories.unpersist();
      files.unpersist();
    }
    return List.of();
  }

  /** Directories whose new files should get another chunk size, before the limits. */
  static Dataset<Row> directoryCandidates(
      Dataset<Row> recommendations, Dataset<Row> files, Settings settings) {
    return SqlFile.named("plan/directory_candidates")
        .run(
            Map.of(
                "recommendations",
                recommendations,
                "directories",
                files
                    .where("entry_type = 'directory' AND chunk_bytes IS NOT NULL")
                    .select("path_bytes", "chunk_bytes"),
                "further_paths",
                HardLinks.furtherPaths(files)),
            Map.of(
                "cli", cli(settings),
                "min_agreement", settings.plan().minAgreement(),
                "min_gain", settings.plan().minGain()));
  }

  /** The candidates with what is selected, and the column benefit that orders them. */
  static Dataset<Row> directoryPlan(Dataset<Row> candidates, Settings settings) {
    return SqlFile.named("plan/directory_plan")
        .run(
            Map.of("candidates", candidates),
            Map.of(
                "suffix", suffix(settings), "max_directories", settings.plan().maxDirectories()));
  }

  /** Expected throughput of every cohort with the chunk sizes that its files have. */
  static Dataset<Row> speeds(Dataset<Row> evidence) {
    return evidence
        .where("fold = 'all' AND from_chunk_bytes = to_chunk_bytes")
        .select("cohort", "from_chunk_bytes", "from_throughput_log2");
  }

  /** Files whose rewrite pays for itself, or would have by now, before the limits. */
  static Dataset<Row> fileCandidates(
      Dataset<Row> recommendations,
      Dataset<Row> files,
      Dataset<Row> features,
      Dataset<Row> evidence,
      Dataset<Row> regret,
      Settings settings) {
    return SqlFile.named("plan/file_candidates")
        .run(
            Map.of(
                "recommendations",
                recommendations,
                "file_features",
                features.select("path_bytes", "cohort", "links", "access_frequency_log2"),
                "further_paths",
                HardLinks.furtherPaths(files),
                "speeds",
                broadcast(speeds(evidence)),
                "file_regret",
                regret),
            Map.of(
                "cli", cli(settings),
                "horizon_days", settings.plan().horizonDays(),
                "copy_bytes_per_s", settings.plan().copyBytesPerSecond(),
                "max_bytes", settings.plan().maxBytes()));
  }

  static Dataset<Row> filePlan(Dataset<Row> candidates, Settings settings) {
    return SqlFile.named("plan/file_plan")
        .run(
            Map.of("candidates", candidates),
            Map.of(
                "suffix", suffix(settings),
                "max_files", settings.plan().maxFiles(),
                "max_bytes", settings.plan().maxBytes()));
  }

  private static String cli(Settings settings) {
    return settings.beegfs().cli().name().toLowerCase(Locale.ROOT);
  }

  private static String suffix(Settings settings) {
    return PlanLists.suffix(settings.beegfs().cli());
  }
}
