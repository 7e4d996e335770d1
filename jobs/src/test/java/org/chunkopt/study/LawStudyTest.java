package org.chunkopt.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.UserError;
import org.chunkopt.model.TrainingOutcome;
import org.chunkopt.nightly.FakeStage;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.chunkopt.testing.TableRows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Spark.class)
class LawStudyTest {
  private static final String SETTINGS =
      "chunkopt.simulate { hours = 2, users = 3, storage-servers = 2, targets-per-server = 1 }";

  @TempDir Path directory;
  private final List<String> ran = new ArrayList<>();
  private final StringWriter progress = new StringWriter();

  @Test
  void everySiteGetsItsFeaturesOnceAndIsSplitSeveralTimes(SparkSession spark) throws IOException {
    String text = study("window", "directory", "user").run(spark);

    assertThat(ran)
        .containsExactly(
            "features seed 11",
            "evidence seed 1 split DIRECTORY sweeps true",
            "evidence seed 2 split DIRECTORY sweeps true",
            "evidence seed 1 split USER sweeps true",
            "evidence seed 2 split USER sweeps true",
            "evidence seed 1 split DIRECTORY sweeps false",
            "evidence seed 2 split DIRECTORY sweeps false",
            "evidence seed 1 split USER sweeps false",
            "evidence seed 2 split USER sweeps false",
            "features seed 11",
            "evidence seed 1 split DIRECTORY sweeps false",
            "evidence seed 2 split DIRECTORY sweeps false",
            "evidence seed 1 split USER sweeps false",
            "evidence seed 2 split USER sweeps false");
    assertThat(text)
        .containsPattern("window flash no-sweep user +plan-all +0\\.900 .* 0\\.500 .* 0\\.250 ")
        .containsPattern("window flash no-sweep user +mlp +0\\.850 \\(0\\.800 to 0\\.900\\)");
    assertThat(progress.toString())
        .contains("window flash: simulated in ")
        .containsPattern("window flash all-default directory: 2 splits in .* s");
    assertThat(directory.resolve("out/study.txt")).hasContent(text);
    assertThat(directory.resolve("work/law-study")).doesNotExist();
    assertThat(directory.resolve("work/mine")).exists();
    assertThat(spark.read().parquet(directory.resolve("out/evaluation").toString()).count())
        .as("of each cell and seed one of the evaluation and four of the plan")
        .isEqualTo(60);
  }

  @Test
  void anUnknownLawIsNamedBeforeAnythingRuns() {
    assertThatThrownBy(() -> study("widow", "directory"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("chunkopt.simulate.law is \"widow\"; use one of rounds, pipelined");
  }

  private LawStudy study(String law, String... splits) throws IOException {
    Path settings = Files.writeString(directory.resolve("lab.conf"), SETTINGS);
    Files.createDirectories(directory.resolve("work/mine"));
    List<Stage> stages =
        List.of(
            stage("features", List.of()),
            stage("evidence", List.of()),
            stage("train", List.of()),
            stage("evaluate", List.of(Tables.EVALUATION)),
            stage("score", List.of()),
            stage("plan", List.of(Tables.PLAN_OUTLOOK)));
    return new LawStudy(
        stages,
        Optional.of(settings),
        new LawStudy.Grid(
            List.of(law),
            List.of("flash"),
            List.of(Regime.SWEEP, Regime.NO_SWEEP, Regime.ALL_DEFAULT),
            List.of(splits),
            2,
            60,
            11),
        directory.resolve("work").toString(),
        directory.resolve("out").toString(),
        new PrintWriter(progress));
  }

  private Stage stage(String name, List<Table> writes) {
    return new FakeStage(
        name,
        writes,
        (spark, run) -> {
          switch (name) {
            case "features" -> ran.add("features seed " + run.settings().run().seed());
            case "evidence" ->
                ran.add(
                    "evidence seed "
                        + run.settings().run().seed()
                        + " split "
                        + run.settings().evidence().split()
                        + " sweeps "
                        + !run.tables().read(spark, Tables.SWEEPS).isEmpty());
            case "train" -> TrainingOutcome.untrained("for the test", 0, 0).write(run);
            case "evaluate" -> judge(spark, run);
            case "plan" ->
                run.tables()
                    .write(
                        Tables.PLAN_OUTLOOK,
                        TableRows.of(
                            spark,
                            Tables.PLAN_OUTLOOK,
                            List.of(
                                Map.of(
                                    "trust", "all",
                                    "basis", "truth",
                                    "directories", 3L,
                                    "hours_saved", 2.0,
                                    "hours_lost", 0.5,
                                    "hours_avoidable", 3.0,
                                    "ratio_to_oracle", 0.9,
                                    "slower_share", 0.01))));
            default -> {}
          }
          return List.of();
        });
  }

  private static void judge(SparkSession spark, Run run) {
    long seed = run.settings().run().seed();
    assertThat(
            new TableDirectory(run.settings().evaluate().truth()).read(spark, Tables.TRUTH).count())
        .isEqualTo(60);
    Map<String, Object> row =
        Map.of(
            "basis",
            "truth",
            "policy",
            "mlp",
            "metric",
            "ratio-to-oracle",
            "value",
            0.7 + 0.1 * seed,
            "files",
            10L,
            "directories",
            2L,
            "seed",
            seed);
    run.tables().write(Tables.EVALUATION, TableRows.of(spark, Tables.EVALUATION, List.of(row)));
  }
}
