package org.chunkopt.study;

import java.io.PrintWriter;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.chunkopt.beegfs.FilePath;
import org.chunkopt.model.ModelFiles;
import org.chunkopt.nightly.Nightly;
import org.chunkopt.run.Fingerprint;
import org.chunkopt.run.Run;
import org.chunkopt.run.RunDirectory;
import org.chunkopt.run.RunFiles;
import org.chunkopt.run.Stage;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.simulate.LivingSite;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;

/**
 * Lets simulated sites follow the plans of their own nights: a night is published, what is followed
 * of its plan is applied, the site lives through the next day, and what that day's files got is
 * judged by the truth. Each site is simulated straight into tables; all else is {@link Nightly}.
 * Writes {@code OUTPUT/nights}, and {@code OUTPUT/loop.txt} with the last night of every site.
 */
public final class Loop {
  private static final String SITE = "law STRING, hardware STRING, regime STRING, follow STRING";

  private static final StructType RESULTS =
      StructType.fromDDL(
          SITE
              + ", site_seed BIGINT, "
              + String.join(" DOUBLE, ", Delivery.FIGURES.keySet())
              + " DOUBLE");

  /** How much of a plan the admin applies. */
  public enum Follow {
    ALL,
    /** Of the directories that a hash of the path picks, and of their files. */
    HALF,
    NONE;

    /** Its name on the command line and in results. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }

    boolean follows(byte[] directory) {
      return switch (this) {
        case ALL -> true;
        case HALF -> Fingerprint.of(FilePath.display(directory)).charAt(0) < '8';
        case NONE -> false;
      };
    }
  }

  /**
   * What is run: every combination of laws, hardware and regimes.
   *
   * @param control value of {@code simulate.control}
   * @param nights nights of each site
   * @param files files of the history
   * @param filesADay new files a day after it
   * @param retentionDays age at which files go
   */
  public record Grid(
      List<String> laws,
      List<String> hardware,
      List<Regime> regimes,
      Follow follow,
      String control,
      int nights,
      long files,
      int filesADay,
      int retentionDays,
      long siteSeed) {}

  /** What becomes of the runs of a site after its last night; only those that stay have reports. */
  public enum Runs {
    KEEP,
    REMOVE
  }

  private record Cell(String law, String hardware, Regime regime) {
    @Override
    public String toString() {
      return String.join(" ", law, hardware, regime.toString());
    }
  }

  /** Stands in for the stage {@code ingest}. */
  private record Ingest(LivingSite site, boolean isSwept) implements Stage {
    @Override
    public String name() {
      return "ingest";
    }

    @Override
    public String description() {
      return "Writes the tables of the simulated site as it is.";
    }

    @Override
    public List<Table> writes() {
      return Tables.PUBLISHED.subList(0, Tables.PUBLISHED.indexOf(Tables.FILE_FEATURES));
    }

    @Override
    public List<String> run(SparkSession spark, Run run) {
      String truth = run.settings().evaluate().truth();
      ModelFiles.delete(new Path(truth));
      site.write(spark, run.tables(), truth, isSwept);
      return List.of();
    }
  }

  private final List<Stage> stages;
  private final Optional<java.nio.file.Path> settingsFile;
  private final Grid grid;
  private final Runs runs;
  private final String work;
  private final String output;
  private final PrintWriter progress;

  /**
   * A loop.
   *
   * @param stages the stages of the night
   * @param settingsFile settings that differ from the defaults
   * @param work directory below which the runs of the sites are published
   * @param output directory of the results
   * @param progress receives a line for each night
   */
  public Loop(
      List<Stage> stages,
      Optional<java.nio.file.Path> settingsFile,
      Grid grid,
      Runs runs,
      String work,
      String output,
      PrintWriter progress) {
    this.stages = stages;
    this.settingsFile = settingsFile;
    this.grid = grid;
    this.runs = runs;
    // A directory of its own: what else is in the work directory is not the loop's to remove.
    this.work = work.replaceAll("/+$", "") + "/loop";
    this.output = output;
    this.progress = progress;
    // A mistake in the last of the sites must not be found after hours.
    cells().forEach(this::settings);
  }

  private List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (String law : grid.laws) {
      for (String hardware : grid.hardware) {
        grid.regimes.forEach(regime -> cells.add(new Cell(law, hardware, regime)));
      }
    }
    return cells;
  }

  /**
   * Runs the loops.
   *
   * @return the text that it wrote
   */
  public String run(SparkSession spark) {
    ModelFiles.delete(new Path(output, "nights"));
    StringBuilder text = new StringBuilder(StudyText.cell("law hardware regime", 36));
    text.append(Delivery.header()).append('\n');
    for (Cell cell : cells()) {
      Map<String, Double> last = live(spark, cell);
      text.append(StudyText.cell(cell.toString(), 36)).append(Delivery.line(last)).append('\n');
    }
    text.append('\n').append(Delivery.LEGEND);
    RunFiles.beside(new TableDirectory(output), spark).write("loop.txt", text.toString());
    return text.toString();
  }

  /** The figures of the last night. */
  private Map<String, Double> live(SparkSession spark, Cell cell) {
    Settings settings = settings(cell);
    Path root = new Path(settings.output().root());
    ModelFiles.delete(root);
    LivingSite site = new LivingSite(settings, grid.filesADay, grid.retentionDays);
    LocalDate first = LocalDate.ofInstant(settings.simulate().end(), ZoneOffset.UTC);
    Delivery delivery = new Delivery();
    List<Row> rows = new ArrayList<>();
    Map<String, Double> figures = new LinkedHashMap<>();
    say("%s, follows %s%n%s", cell, grid.follow, Delivery.header());
    for (int night = 1; night <= grid.nights; night++) {
      long start = System.nanoTime();
      Nightly.Published published =
          new Nightly(spark, night(site, cell), settings, first.plusDays(night - 1))
              .run(spark, RunDirectory.Existing.REFUSE, shown(cell), "loop");
      figures.put("night", (double) night);
      figures.put("night_s", (System.nanoTime() - start) / 1e9);
      figures.putAll(apply(spark, new TableDirectory(published.directory()), site));
      site.live();
      figures.putAll(delivery.of(site.made(), site.day()));
      say("%s", Delivery.line(figures));
      rows.add(result(cell, figures));
      spark.catalog().clearCache();
    }
    spark
        .createDataFrame(rows, RESULTS)
        .coalesce(1)
        .write()
        .mode("append")
        .parquet(output + "/nights");
    if (runs == Runs.REMOVE) {
      ModelFiles.delete(root);
    }
    return figures;
  }

  private List<Stage> night(LivingSite site, Cell cell) {
    return stages.stream()
        .filter(stage -> runs == Runs.KEEP || !stage.name().equals("report"))
        .map(stage -> stage.name().equals("ingest") ? new Ingest(site, cell.regime.isSwept) : stage)
        .toList();
  }

  /** Applies what is followed of the plan, and counts it. */
  private Map<String, Double> apply(SparkSession spark, TableDirectory run, LivingSite site) {
    Map<String, Double> counts = new TreeMap<>(Map.of("change", 0.0, "try", 0.0, "undo", 0.0));
    for (Row row : run.read(spark, Tables.DIRECTORY_PLAN).where("selected").collectAsList()) {
      if (grid.follow.follows(row.getAs("path_bytes"))) {
        site.set(row.getAs("path_bytes"), row.getAs("recommended_chunk_bytes"));
        counts.merge(row.getAs("part"), 1.0, Double::sum);
      }
    }
    List<Row> rewrites =
        run.read(spark, Tables.FILE_PLAN).where("selected").collectAsList().stream()
            .filter(row -> grid.follow.follows(FilePath.parent(row.getAs("path_bytes"))))
            .toList();
    rewrites.forEach(
        row -> site.rewrite(row.getAs("path_bytes"), row.getAs("recommended_chunk_bytes")));
    counts.put("rewrite", (double) rewrites.size());
    return counts;
  }

  private Settings settings(Cell cell) {
    return SettingsReader.read(settingsFile, overrides(cell));
  }

  private Map<String, Object> overrides(Cell cell) {
    String root = work + "/" + cell.toString().replace(' ', '-') + "-" + grid.follow;
    Map<String, Object> overrides = new LinkedHashMap<>();
    overrides.put("run.seed", grid.siteSeed);
    overrides.put("simulate.law", cell.law);
    overrides.put("simulate.hardware", cell.hardware);
    overrides.put("simulate.files", grid.files);
    overrides.put("simulate.default-share", cell.regime.defaultShare);
    overrides.put("simulate.control", grid.control);
    overrides.put("output.root", root);
    overrides.put("evaluate.truth", root + "/truth");
    return overrides;
  }

  private Map<String, String> shown(Cell cell) {
    Map<String, String> shown = new TreeMap<>();
    overrides(cell).forEach((key, value) -> shown.put(key, value.toString()));
    return shown;
  }

  private Row result(Cell cell, Map<String, Double> figures) {
    List<Object> values = new ArrayList<>();
    values.addAll(List.of(cell.law, cell.hardware, cell.regime.toString()));
    values.add(grid.follow.toString());
    values.add(grid.siteSeed);
    Delivery.FIGURES.keySet().forEach(name -> values.add(figures.get(name)));
    return RowFactory.create(values.toArray());
  }

  private void say(String format, Object... values) {
    progress.println(String.format(Locale.ROOT, format, values));
    progress.flush();
  }
}
