package org.chunkopt.plan;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
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
 * Turns recommendations into a plan: which directories get another chunk size for new files, which
 * try one, which go back, and which files are rewritten.
 *
 * <p>Reads {@code recommendations}, {@code files} (the directories' own chunk size, hard links),
 * {@code file_features} (how often a file is opened, when it was made), {@code evidence} (how fast
 * it is, and what a change is worth), {@code observations} and the inventory, {@code file_regret},
 * {@code pilots} and {@code outcomes} of the previous run. Writes {@code directory_plan}, {@code
 * pilots}, {@code outcomes}, {@code plan_outlook}, {@code root_default}, {@code file_regret},
 * {@code file_plan} and the directory {@code plan/}: the lists that the BeeGFS command line tools
 * read, the records that {@code apply-plan.sh} reads, and {@code RUNBOOK.txt}. It changes nothing
 * in the file system.
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
    return "Turns recommendations into changes, trials and ways back, in hours of I/O.";
  }

  @Override
  public List<Table> writes() {
    return List.of(
        Tables.DIRECTORY_ARMS,
        Tables.DIRECTORY_PLAN,
        Tables.PILOTS,
        Tables.OUTCOMES,
        Tables.PLAN_OUTLOOK,
        Tables.ROOT_DEFAULT,
        Tables.FILE_REGRET,
        Tables.FILE_PLAN);
  }

  @Override
  public List<String> run(SparkSession spark, Run run) {
    Settings settings = run.settings();
    Dataset<Row> recommendations = run.tables().read(spark, Tables.RECOMMENDATIONS);
    Dataset<Row> inventory = run.tables().read(spark, Tables.FILES);
    Dataset<Row> evidence = run.tables().read(spark, Tables.EVIDENCE).where("fold = 'all'");
    run.tables().write(Tables.FILE_REGRET, Regret.of(spark, run));
    Dataset<Row> filePlan =
        filePlan(
            fileCandidates(
                recommendations,
                inventory,
                run.tables().read(spark, Tables.FILE_FEATURES),
                run.tables().read(spark, Tables.EVIDENCE),
                run.tables().read(spark, Tables.FILE_REGRET),
                settings),
            settings);
    run.tables().write(Tables.FILE_PLAN, Tables.FILE_PLAN.select(filePlan));
    filePlan = run.tables().read(spark, Tables.FILE_PLAN);
    Dataset<Row> fileIo = fileIo(spark, run).persist(StorageLevel.DISK_ONLY());
    try {
      directories(spark, run, fileIo, evidence);
    } finally {
      fileIo.unpersist();
    }

    Dataset<Row> directoryPlan =
        run.tables()
            .read(spark, Tables.DIRECTORY_PLAN)
            .withColumn("benefit", expr("hours_saved - hours_lost"));
    RunFiles runFiles = RunFiles.beside(run.tables(), spark);
    runFiles.delete("plan");
    PlanLists lists = new PlanLists(runFiles, settings.beegfs().mount());
    PlanRecords records = new PlanRecords(runFiles, run);
    Map<String, PlanCounts> counts = new TreeMap<>();
    for (String part : List.of("change", "try", "undo")) {
      Dataset<Row> own = directoryPlan.where(col("part").equalTo(part));
      lists.write(part.equals("change") ? "directories" : part, own, "benefit");
      counts.put(part, PlanCounts.of(own));
    }
    counts.put("files", PlanCounts.of(filePlan.withColumnRenamed("size_bytes", "bytes")));
    lists.write("files", filePlan, "time_saved_s");
    records.writeDirectories(directoryPlan);
    records.writeRewrites(filePlan, inventory);
    runFiles.write(
        "plan/RUNBOOK.txt",
        Runbook.text(
            run,
            counts,
            run.tables().read(spark, Tables.PLAN_OUTLOOK).collectAsList(),
            run.tables().read(spark, Tables.ROOT_DEFAULT).collectAsList()));
    LOG.info(
        "Plan: {} directories to set, {} to try, {} to set back; {} files to rewrite.",
        counts.get("change").selected(),
        counts.get("try").selected(),
        counts.get("undo").selected(),
        counts.get("files").selected());
    return List.of();
  }

  /**
   * Writes all tables about directories, each read back before the next builds on it: a query over
   * ten others takes longer to plan than to run.
   */
  private static void directories(
      SparkSession spark, Run run, Dataset<Row> fileIo, Dataset<Row> evidence) {
    Settings settings = run.settings();
    run.tables().write(Tables.DIRECTORY_ARMS, DirectoryChoices.arms(fileIo, evidence, settings));
    Dataset<Row> arms = run.tables().read(spark, Tables.DIRECTORY_ARMS);
    run.tables()
        .write(
            Tables.ROOT_DEFAULT,
            Tables.ROOT_DEFAULT.select(
                SqlFile.named("plan/root_default")
                    .run(Map.of("file_io", fileIo, "evidence", evidence), Map.of())));
    Dataset<Row> choices =
        DirectoryChoices.of(arms, settings).persist(StorageLevel.MEMORY_AND_DISK());
    Trials trials = new Trials(spark, run);
    Dataset<Row> wanted = trials.pilots(choices, fileIo, evidence);
    boolean tries = settings.plan().trust() == Settings.Trust.PILOTS;
    run.tables().write(Tables.PILOTS, Tables.PILOTS.select(tries ? wanted : trials.begun(wanted)));
    Dataset<Row> pilots = run.tables().read(spark, Tables.PILOTS);
    Dataset<Row> undone = trials.undone(pilots);
    Map<Settings.Trust, Dataset<Row>> changes = new EnumMap<>(Settings.Trust.class);
    for (Settings.Trust level : List.of(Settings.Trust.MEASURED, Settings.Trust.ALL)) {
      changes.put(
          level,
          SqlFile.named("plan/directory_changes")
              .run(
                  Map.of("arms", arms, "choices", choices, "pilots", pilots, "undone", undone),
                  Map.of("level", level.word(), "cli", cli(settings))));
    }
    Settings.Trust level =
        settings.plan().trust() == Settings.Trust.ALL
            ? Settings.Trust.ALL
            : Settings.Trust.MEASURED;
    run.tables()
        .write(
            Tables.DIRECTORY_PLAN,
            Tables.DIRECTORY_PLAN.select(directoryPlan(changes.get(level), pilots, undone, run)));
    run.tables()
        .write(
            Tables.OUTCOMES,
            Tables.OUTCOMES.select(
                trials.outcomes(run.tables().read(spark, Tables.DIRECTORY_PLAN))));
    changes.replaceAll(
        (trust, all) ->
            all.where("obstacle IS NULL")
                .orderBy(expr("arm.hours_saved - arm.hours_lost").desc(), col("path_bytes"))
                .limit(settings.plan().maxDirectories()));
    run.tables()
        .write(
            Tables.PLAN_OUTLOOK,
            Outlook.of(run, fileIo, evidence, changes, trials.tried(tries ? pilots : wanted)));
    choices.unpersist();
  }

  private static Dataset<Row> fileIo(SparkSession spark, Run run) {
    Dataset<Row> inventory = run.tables().read(spark, Tables.FILES);
    Settings settings = run.settings();
    return SqlFile.named("plan/file_io")
        .run(
            Map.of(
                "recommendations",
                run.tables().read(spark, Tables.RECOMMENDATIONS),
                "file_features",
                run.tables().read(spark, Tables.FILE_FEATURES),
                "directories",
                directories(inventory).where("chunk_bytes IS NOT NULL"),
                "further_paths",
                HardLinks.furtherPaths(inventory)),
            Map.of(
                "as_of", run.asOf(spark),
                "history_days", settings.plan().historyDays(),
                "min_log2_kib", settings.chunkSize().min().log2Kib(),
                "max_log2_kib", settings.chunkSize().max().log2Kib()));
  }

  /** The directories of an inventory with the chunk size of their new files. */
  static Dataset<Row> directories(Dataset<Row> inventory) {
    return inventory
        .where("entry_type = 'directory'")
        .select("path", "path_bytes", "entry_id", "chunk_bytes");
  }

  /** The table {@code directory_plan}. */
  static Dataset<Row> directoryPlan(
      Dataset<Row> changes, Dataset<Row> pilots, Dataset<Row> undone, Run run) {
    return SqlFile.named("plan/directory_plan")
        .run(
            Map.of("changes", changes, "pilots", pilots, "undone", undone),
            Map.of(
                "suffix", suffix(run.settings()),
                "run_date", run.date().toString(),
                "max_directories", run.settings().plan().maxDirectories()));
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
