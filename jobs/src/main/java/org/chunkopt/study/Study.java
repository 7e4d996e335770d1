package org.chunkopt.study;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.chunkopt.UserError;
import org.chunkopt.model.ModelFiles;
import org.chunkopt.run.Run;
import org.chunkopt.run.RunDirectory;
import org.chunkopt.run.RunFiles;
import org.chunkopt.run.Stage;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges the policies over several seeds: for each, the split is drawn anew, the curves are learnt
 * anew, a network is trained and all is judged. Reads the tables of ingest and features from the
 * staging of the date, else from its published run, and changes neither. Writes {@code
 * OUTPUT/studies/NAME/study.txt} and {@code OUTPUT/studies/NAME/evaluation}, the rows of every seed
 * and variant; an earlier study of the name is replaced.
 */
public final class Study {
  private static final Logger LOG = LoggerFactory.getLogger(Study.class);

  /** The stages of a study, in order. */
  private static final List<String> STAGES = List.of("evidence", "train", "evaluate");

  private static final StructType RESULTS =
      StructType.fromDDL("variant STRING, " + Tables.EVALUATION.schema().toDDL());

  private final List<Stage> stages;
  private final Path settingsFile;
  private final Settings settings;
  private final LocalDate date;

  /**
   * A study of one site.
   *
   * @param stages the stages of the night
   * @param settingsFile settings of the site
   */
  public Study(List<Stage> stages, Path settingsFile, LocalDate date) {
    this.stages =
        STAGES.stream()
            .map(
                name ->
                    stages.stream()
                        .filter(stage -> stage.name().equals(name))
                        .findFirst()
                        .orElseThrow())
            .toList();
    this.settingsFile = settingsFile;
    this.settings = SettingsReader.site(settingsFile);
    this.date = date;
  }

  /** Which variants a study has. */
  public enum Scope {
    SEEDS,
    SEEDS_AND_ABLATIONS
  }

  /**
   * Runs the study.
   *
   * @param name directory below {@code OUTPUT/studies}
   * @param seeds how many, from {@code run.seed} upwards
   * @return the text that it wrote
   * @throws UserError where the tables it reads are missing
   */
  public String run(SparkSession spark, String name, int seeds, Scope scope) {
    String input = input(spark);
    String place = settings.output().root().replaceAll("/+$", "") + "/studies/" + name;
    ModelFiles.delete(hadoop(place));
    List<Variant> ablations =
        scope == Scope.SEEDS ? List.of() : Variant.ablations(settings.model().features());
    boolean swept =
        !new TableDirectory(input).read(spark, Tables.SWEEPS).limit(1).collectAsList().isEmpty();
    List<Row> results = new ArrayList<>();
    for (long seed : LongStream.range(0, seeds).map(i -> settings.run().seed() + i).toArray()) {
      String base = place + "/work/base";
      results.addAll(run(spark, Variant.BASE, seed, new TableDirectory(base, List.of(input))));
      for (Variant variant : ablations) {
        if (variant.equals(Variant.WITHOUT_SWEEP) && !swept) {
          continue;
        }
        List<String> earlier =
            variant.from().equals("evidence") ? List.of(input) : List.of(base, input);
        results.addAll(
            run(
                spark,
                variant,
                seed,
                new TableDirectory(place + "/work/" + variant.name(), earlier)));
      }
      ModelFiles.delete(hadoop(place + "/work"));
    }
    spark.createDataFrame(results, RESULTS).coalesce(1).write().parquet(place + "/evaluation");
    String text = StudyText.of(results);
    RunFiles.beside(new TableDirectory(place), spark).write("study.txt", text);
    return text;
  }

  /** The evaluation of one variant and seed, each row after the variant's name. */
  private List<Row> run(SparkSession spark, Variant variant, long seed, TableDirectory tables) {
    Map<String, Object> overrides = new HashMap<>(variant.overrides());
    overrides.put("run.seed", seed);
    // Models are kept apart: those of a study are no candidates.
    overrides.put("output.root", tables.root());
    Run run = new Run(date, SettingsReader.read(Optional.of(settingsFile), overrides), tables);
    if (variant.equals(Variant.WITHOUT_SWEEP)) {
      tables.write(
          Tables.SWEEPS, spark.createDataFrame(new ArrayList<Row>(), Tables.SWEEPS.schema()));
    }
    for (Stage stage : stages.subList(STAGES.indexOf(variant.from()), stages.size())) {
      long start = System.nanoTime();
      spark.sparkContext().setJobGroup(stage.name(), variant.name() + ", seed " + seed, false);
      stage.run(spark, run).forEach(warning -> LOG.warn("{}: {}", stage.name(), warning));
      spark.sparkContext().clearJobGroup();
      LOG.info(
          "{} of {}, seed {}: {} s.",
          stage.name(),
          variant.name(),
          seed,
          Math.round((System.nanoTime() - start) / 1e9));
    }
    return tables.read(spark, Tables.EVALUATION).collectAsList().stream()
        .map(row -> named(variant.name(), row))
        .toList();
  }

  private static Row named(String variant, Row row) {
    Object[] values = new Object[row.size() + 1];
    values[0] = variant;
    for (int i = 0; i < row.size(); i++) {
      values[i + 1] = row.get(i);
    }
    return RowFactory.create(values);
  }

  private String input(SparkSession spark) {
    RunDirectory directory =
        RunDirectory.of(spark.sparkContext().hadoopConfiguration(), settings.output().root(), date);
    List<Table> needed = List.of(Tables.FILE_FEATURES, Tables.SWEEPS);
    for (String place : List.of(directory.staging(), directory.published())) {
      TableDirectory tables = new TableDirectory(place);
      if (needed.stream().allMatch(table -> tables.has(spark, table))) {
        return place;
      }
    }
    throw UserError.failed(
        "There is nothing to study: neither "
            + directory.staging()
            + " nor "
            + directory.published()
            + " has the tables of ingest and features. Run these two commands first.");
  }

  private static org.apache.hadoop.fs.Path hadoop(String path) {
    return new org.apache.hadoop.fs.Path(path);
  }
}
