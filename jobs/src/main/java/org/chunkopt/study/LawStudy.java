package org.chunkopt.study;

import java.io.PrintWriter;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.chunkopt.model.ModelFiles;
import org.chunkopt.model.Registry;
import org.chunkopt.model.TrainingOutcome;
import org.chunkopt.run.Run;
import org.chunkopt.run.RunFiles;
import org.chunkopt.run.Stage;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.simulate.SimulatedTables;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges the policies on simulated sites of several laws, hardware and regimes, in one process.
 * Each site is simulated straight into tables and gets its features once; then the history is split
 * several times, and for each split the curves are learnt, a network is trained and all is judged
 * by the truth. Writes {@code OUTPUT/evaluation} after each site and {@code OUTPUT/study.txt} at
 * the end; the sites are removed as soon as they are judged.
 */
public final class LawStudy {
  private static final Logger LOG = LoggerFactory.getLogger(LawStudy.class);

  /** Settings end the simulated metrics on this day. */
  private static final LocalDate DATE = LocalDate.of(2026, 11, 23);

  private static final List<String> LEARNING =
      List.of("evidence", "train", "evaluate", "score", "plan");

  private static final StructType RESULTS =
      StructType.fromDDL(
          "law STRING, hardware STRING, regime STRING, split STRING, site_seed BIGINT, seconds DOUBLE, "
              + Tables.EVALUATION.schema().toDDL());

  /**
   * What is studied: every combination.
   *
   * @param laws values of {@code simulate.law}
   * @param hardware values of {@code simulate.hardware}
   * @param splits values of {@code evidence.split}
   * @param repeats splits of each kind, seeds from 1
   * @param files files of a site
   * @param siteSeed seed that every site is drawn from
   */
  public record Grid(
      List<String> laws,
      List<String> hardware,
      List<Regime> regimes,
      List<String> splits,
      int repeats,
      long files,
      long siteSeed) {}

  /** A site and how it is split. */
  private record Cell(String law, String hardware, Regime regime, String split) {
    @Override
    public String toString() {
      return String.join(" ", law, hardware, regime.toString(), split);
    }
  }

  private final List<Stage> stages;
  private final Optional<java.nio.file.Path> settingsFile;
  private final Grid grid;
  private final String work;
  private final String output;
  private final PrintWriter progress;
  private final List<Row> results = new ArrayList<>();

  /**
   * A study.
   *
   * @param stages the stages of the night
   * @param settingsFile settings that differ from the defaults
   * @param work directory below which the sites are written, and removed
   * @param output directory of the results
   * @param progress receives a line for each cell
   */
  public LawStudy(
      List<Stage> stages,
      Optional<java.nio.file.Path> settingsFile,
      Grid grid,
      String work,
      String output,
      PrintWriter progress) {
    this.stages = stages;
    this.settingsFile = settingsFile;
    this.grid = grid;
    // A directory of its own: what else is in the work directory is not the study's to remove.
    this.work = work.replaceAll("/+$", "") + "/law-study";
    this.output = output;
    this.progress = progress;
    for (String law : grid.laws()) {
      for (String hardware : grid.hardware()) {
        for (String split : grid.splits()) {
          // A mistake in the last of the sites must not be found after two hours.
          settings(
              site(law, hardware, Regime.SWEEP.defaultShare, false),
              Map.of("evidence.split", split));
        }
      }
    }
  }

  /**
   * Runs the study.
   *
   * @return the text that it wrote
   */
  public String run(SparkSession spark) {
    ModelFiles.delete(new Path(output, "evaluation"));
    try {
      for (String law : grid.laws()) {
        for (String hardware : grid.hardware()) {
          for (List<Regime> ofOneSite : bySite()) {
            study(spark, law, hardware, ofOneSite);
          }
        }
      }
    } finally {
      ModelFiles.delete(new Path(work));
    }
    String text = LawStudyText.of(results);
    RunFiles.beside(new TableDirectory(output), spark).write("study.txt", text);
    return text;
  }

  /** Regimes that differ in the sweep alone share a site. */
  private List<List<Regime>> bySite() {
    Map<Double, List<Regime>> bySite = new LinkedHashMap<>();
    grid.regimes()
        .forEach(
            regime ->
                bySite.computeIfAbsent(regime.defaultShare, d -> new ArrayList<>()).add(regime));
    return List.copyOf(bySite.values());
  }

  private void study(SparkSession spark, String law, String hardware, List<Regime> regimes) {
    boolean sweep = regimes.stream().anyMatch(regime -> regime.isSwept);
    Map<String, Object> site = site(law, hardware, regimes.get(0).defaultShare, sweep);
    TableDirectory tables = new TableDirectory(work + "/site");
    ModelFiles.delete(new Path(work));
    long start = System.nanoTime();
    Settings settings = settings(site, Map.of());
    SimulatedTables.write(spark, settings, tables);
    double simulated = seconds(start);
    run(spark, "features", new Run(DATE, settings, tables), law + " " + hardware);
    say(
        "%s %s: simulated in %.1f s, with features in %.1f s",
        law, hardware, simulated, seconds(start));
    for (Regime regime : regimes) {
      for (String split : grid.splits()) {
        judge(spark, new Cell(law, hardware, regime, split), site, tables);
      }
    }
    ModelFiles.delete(new Path(work));
    spark.catalog().clearCache();
  }

  private void judge(
      SparkSession spark, Cell cell, Map<String, Object> site, TableDirectory tables) {
    List<Row> rows = new ArrayList<>();
    long start = System.nanoTime();
    for (long seed = 1; seed <= grid.repeats(); seed++) {
      long begin = System.nanoTime();
      String place = work + "/" + cell.toString().replace(' ', '-') + "-" + seed;
      TableDirectory learnt = new TableDirectory(place, List.of(tables.root()));
      Map<String, Object> overrides =
          Map.of(
              "run.seed",
              seed,
              "evidence.split",
              cell.split,
              "evaluate.truth",
              SimulatedTables.truth(tables),
              "output.root",
              place);
      if (!cell.regime.isSwept) {
        learnt.write(
            Tables.SWEEPS, spark.createDataFrame(new ArrayList<Row>(), Tables.SWEEPS.schema()));
      }
      Run run = new Run(DATE, settings(site, overrides), learnt);
      LEARNING.forEach(stage -> run(spark, stage, run, cell.toString()));
      double seconds = seconds(begin);
      for (Row row : learnt.read(spark, Tables.EVALUATION).collectAsList()) {
        rows.add(result(cell, seconds, row));
      }
      for (Row row : learnt.read(spark, Tables.PLAN_OUTLOOK).collectAsList()) {
        PlanFigures.of(row, seed).forEach(figure -> rows.add(result(cell, seconds, figure)));
      }
      if (seed == 1) {
        labels(spark, run).forEach(row -> rows.add(result(cell, seconds, row)));
      }
      ModelFiles.delete(new Path(place));
    }
    spark
        .createDataFrame(rows, RESULTS)
        .coalesce(1)
        .write()
        .mode("append")
        .parquet(output + "/evaluation");
    results.addAll(rows);
    say("%s: %d splits in %.1f s", cell, grid.repeats(), seconds(start));
    progress.print(LawStudyText.of(rows));
    progress.flush();
  }

  /** How well the network has learnt its labels, beside trees. */
  private static List<Row> labels(SparkSession spark, Run run) {
    return TrainingOutcome.read(run)
        .candidate()
        .map(
            id ->
                LabelTrees.rows(
                    run.tables().read(spark, Tables.LABELS),
                    new Registry(run.settings().output().root()).load(id),
                    run.settings().run().seed()))
        .orElse(List.of());
  }

  private void run(SparkSession spark, String name, Run run, String what) {
    Stage stage = stages.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    long start = System.nanoTime();
    spark.sparkContext().setJobGroup(name, what, false);
    try {
      stage.run(spark, run).forEach(warning -> LOG.warn("{} of {}: {}", name, what, warning));
    } finally {
      spark.sparkContext().clearJobGroup();
    }
    LOG.info("{} of {}: {} s.", name, what, Math.round(seconds(start)));
  }

  private Map<String, Object> site(
      String law, String hardware, double defaultShare, boolean sweep) {
    return Map.of(
        "run.seed", grid.siteSeed(),
        "simulate.law", law,
        "simulate.hardware", hardware,
        "simulate.files", grid.files(),
        "simulate.default-share", defaultShare,
        "simulate.sweep", sweep);
  }

  private Settings settings(Map<String, Object> site, Map<String, Object> more) {
    Map<String, Object> overrides = new LinkedHashMap<>(site);
    overrides.putAll(more);
    return SettingsReader.read(settingsFile, overrides);
  }

  private Row result(Cell cell, double seconds, Row evaluation) {
    List<Object> values = new ArrayList<>();
    values.add(cell.law);
    values.add(cell.hardware);
    values.add(cell.regime.toString());
    values.add(cell.split);
    values.add(grid.siteSeed());
    values.add(seconds);
    for (int i = 0; i < evaluation.size(); i++) {
      values.add(evaluation.get(i));
    }
    return RowFactory.create(values.toArray());
  }

  private void say(String format, Object... values) {
    progress.println(String.format(Locale.ROOT, format, values));
    progress.flush();
  }

  private static double seconds(long sinceNanos) {
    return (System.nanoTime() - sinceNanos) / 1e9;
  }
}
