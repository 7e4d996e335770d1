package org.chunkopt.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.UserError;
import org.chunkopt.nightly.FakeStage;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.chunkopt.testing.TableRows;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Spark.class)
class StudyTest {
  private static final LocalDate DATE = LocalDate.of(2026, 11, 23);

  @TempDir Path directory;
  private final List<String> ran = new ArrayList<>();
  private final List<Long> sweeps = new ArrayList<>();
  private Path settings;
  private Path input;

  @BeforeEach
  void prepare() throws IOException {
    settings = directory.resolve("site.conf");
    input = directory.resolve("out/staging/run_date=" + DATE);
    Files.writeString(
        settings,
        """
        chunkopt { inputs.inventory = "/srv/drop/*", output.root = "%s", run.seed = 7 }
        """
            .formatted(directory.resolve("out")));
  }

  @Test
  void everySeedIsLearntAndJudgedAnew(SparkSession spark) throws IOException {
    write(spark, Tables.FILE_FEATURES, List.of());
    write(spark, Tables.SWEEPS, List.of());

    String text = study().run(spark, "s1", 2, Study.Scope.SEEDS);

    assertThat(ran)
        .containsExactly(
            "evidence seed 7 features 15",
            "train seed 7 features 15",
            "evaluate seed 7 features 15",
            "evidence seed 8 features 15",
            "train seed 8 features 15",
            "evaluate seed 8 features 15");
    assertThat(text)
        .contains("2 seeds: 7, 8.")
        .containsPattern("mlp +0\\.950 \\(0\\.900 to 1\\.000\\)")
        .containsPattern(
            "mlp +ratio-to-oracle +0\\.950 \\(0\\.900 to 1\\.000\\) +at least 0\\.95 +1 of 2");

    Path place = directory.resolve("out/studies/s1");
    assertThat(place.resolve("study.txt")).hasContent(text);
    assertThat(place.resolve("work")).doesNotExist();
    assertThat(
            spark
                .read()
                .parquet(place.resolve("evaluation").toString())
                .where("variant = 'base' AND metric = 'ratio-to-oracle'")
                .count())
        .isEqualTo(2);
    assertThat(input.resolve("evaluation")).doesNotExist();
    assertThat(directory.resolve("out/models")).doesNotExist();
  }

  @Test
  void aVariantRunsOnlyWhatItChanges(SparkSession spark) {
    write(spark, Tables.FILE_FEATURES, List.of());
    write(spark, Tables.SWEEPS, List.of(Map.of("source_file", "s", "row_no", 1L)));

    assertThat(study().run(spark, "s2", 1, Study.Scope.SEEDS_AND_ABLATIONS))
        .containsPattern("without-current-chunk-log2-kib +mlp +-0\\.100 \\(-0\\.100 to -0\\.100\\)")
        .containsPattern("without-sweep +mlp +\\+0\\.000");
    assertThat(ran.stream().filter(line -> line.startsWith("evidence")))
        .containsExactly("evidence seed 7 features 15", "evidence seed 7 features 15");
    assertThat(ran.stream().filter(line -> line.matches("train .* features 14"))).hasSize(3);
    assertThat(sweeps).containsExactly(1L, 0L);
  }

  @Test
  void aDateWithoutTablesIsNamed(SparkSession spark) {
    assertThatThrownBy(() -> study().run(spark, "s3", 1, Study.Scope.SEEDS))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("There is nothing to study")
        .hasMessageContaining("run_date=2026-11-23");
  }

  private void write(SparkSession spark, Table table, List<Map<String, Object>> rows) {
    new TableDirectory(input.toString()).write(table, TableRows.of(spark, table, rows));
  }

  private Study study() {
    List<Stage> stages =
        List.of(
            stage("evidence", List.of()),
            stage("train", List.of()),
            stage("evaluate", List.of(Tables.EVALUATION)));
    return new Study(stages, settings, DATE);
  }

  private Stage stage(String name, List<Table> writes) {
    return new FakeStage(
        name,
        writes,
        (spark, run) -> {
          ran.add(
              String.format(
                  java.util.Locale.ROOT,
                  "%s seed %d features %d",
                  name,
                  run.settings().run().seed(),
                  run.settings().model().features().size()));
          if (name.equals("evidence")) {
            sweeps.add(run.tables().read(spark, Tables.SWEEPS).count());
          }
          if (name.equals("evaluate")) {
            judge(spark, run);
          }
          return List.of();
        });
  }

  /** The network reaches 0.9 with the first seed, 1 with the second; 0.1 less without an input. */
  private static void judge(SparkSession spark, Run run) {
    double ratio = run.settings().run().seed() == 7 ? 0.9 : 1;
    if (run.settings().model().features().size() < 15) {
      ratio -= 0.1;
    }
    run.tables()
        .write(
            Tables.EVALUATION,
            TableRows.of(
                spark,
                Tables.EVALUATION,
                List.of(
                    row(run, "ratio-to-oracle", ratio),
                    row(run, "gate:ratio-to-oracle", ratio >= 0.95 ? 1 : 0))));
  }

  private static Map<String, Object> row(Run run, String metric, double value) {
    return Map.of(
        "basis",
        "truth",
        "policy",
        "mlp",
        "metric",
        metric,
        "value",
        value,
        "files",
        10L,
        "directories",
        2L,
        "seed",
        run.settings().run().seed());
  }
}
