package org.chunkopt.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.UserError;
import org.chunkopt.nightly.FakeStage;
import org.chunkopt.run.PreviousRun;
import org.chunkopt.run.Run;
import org.chunkopt.run.Stage;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.chunkopt.testing.TableRows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Loops whose nights plan 2 MiB for every directory of files and for one file. */
@ExtendWith(Spark.class)
class LoopTest {
  private static final String SETTINGS =
      "chunkopt.simulate { hours = 2, users = 3, storage-servers = 2, targets-per-server = 1 }";

  private static final long CHUNK = 2 << 20;

  @TempDir Path directory;
  private final StringWriter progress = new StringWriter();
  private final List<Optional<LocalDate>> previous = new ArrayList<>();

  /** Chunk sizes of the directories of files, by night. */
  private final List<Map<String, Long>> patterns = new ArrayList<>();

  /** Files with 2 MiB chunks, by night. */
  private final List<Long> changed = new ArrayList<>();

  @Test
  void everyNightSeesWhatTheLastOnePlanned(SparkSession spark) throws IOException {
    String text = loop("window", Loop.Follow.ALL, Loop.Runs.REMOVE, 2).run(spark);

    assertThat(previous).containsExactly(Optional.empty(), Optional.of(LocalDate.of(2026, 11, 23)));
    assertThat(patterns.get(0).values()).doesNotContain(CHUNK);
    assertThat(patterns.get(1).values()).containsOnly(CHUNK);
    assertThat(changed.get(0)).isZero();
    // Thirty files a day, and the rewritten one.
    assertThat(changed.get(1)).isBetween(20L, 45L);

    List<Row> nights =
        spark
            .read()
            .parquet(directory.resolve("out/nights").toString())
            .orderBy("night")
            .collectAsList();
    assertThat(nights).hasSize(2);
    assertThat(nights.get(0).<Double>getAs("change")).isEqualTo(patterns.get(0).size());
    assertThat(nights.get(0).<Double>getAs("rewrite")).isEqualTo(1);
    assertThat(nights.get(0).<Double>getAs("ratio"))
        .isNotEqualTo(nights.get(0).<Double>getAs("keep"));
    assertThat(directory.resolve("out/loop.txt")).hasContent(text);
    assertThat(text).containsPattern("window flash all-default +2 ").contains("items_lost_h  over");
    assertThat(progress.toString().lines()).hasSize(4);
    assertThat(directory.resolve("work/loop/window-flash-all-default-all")).doesNotExist();
    assertThat(directory.resolve("work/mine")).exists();
  }

  @Test
  void halfIsAppliedByDirectoryAndNothingWithoutFollowing(SparkSession spark) throws IOException {
    loop("window", Loop.Follow.HALF, Loop.Runs.KEEP, 2).run(spark);
    assertThat(ofChunk(patterns.get(1))).hasSizeBetween(1, patterns.get(0).size() - 1);
    assertThat(directory.resolve("work/loop/window-flash-all-default-half/runs")).exists();

    loop("window", Loop.Follow.NONE, Loop.Runs.REMOVE, 1).run(spark);
    Row last = spark.read().parquet(directory.resolve("out/nights").toString()).head();
    assertThat(last.<Double>getAs("change")).isZero();
    assertThat(last.<Double>getAs("ratio")).isEqualTo(last.<Double>getAs("keep"));
    assertThat(last.<Double>getAs("saved_h")).isZero();
  }

  @Test
  void anUnknownLawIsNamedBeforeAnythingRuns() {
    assertThatThrownBy(() -> loop("widow", Loop.Follow.ALL, Loop.Runs.REMOVE, 2))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("chunkopt.simulate.law is \"widow\"; use one of rounds, pipelined");
  }

  private Loop loop(String law, Loop.Follow follow, Loop.Runs runs, int nights) throws IOException {
    Path settings = Files.writeString(directory.resolve("lab.conf"), SETTINGS);
    Files.createDirectories(directory.resolve("work/mine"));
    List<Stage> stages =
        List.of(
            new FakeStage("ingest", List.of(), (spark, run) -> List.of("not the site's")),
            new FakeStage("features", List.of(), this::look),
            new FakeStage(
                "plan", List.of(Tables.DIRECTORY_PLAN, Tables.FILE_PLAN), LoopTest::plan));
    return new Loop(
        stages,
        Optional.of(settings),
        new Loop.Grid(
            List.of(law),
            List.of("flash"),
            List.of(Regime.ALL_DEFAULT),
            follow,
            "none",
            nights,
            300,
            30,
            1_000,
            11),
        runs,
        directory.resolve("work").toString(),
        directory.resolve("out").toString(),
        new PrintWriter(progress));
  }

  private List<String> look(SparkSession spark, Run run) {
    previous.add(run.previous().map(PreviousRun::date));
    Map<String, Long> chunks = new TreeMap<>();
    for (Row row : directories(spark, run)) {
      chunks.put(row.getAs("path"), row.getAs("chunk_bytes"));
    }
    patterns.add(chunks);
    changed.add(
        run.tables()
            .read(spark, Tables.FILES)
            .where("entry_type = 'file' AND chunk_bytes = " + CHUNK)
            .count());
    assertThat(
            new TableDirectory(run.settings().evaluate().truth()).read(spark, Tables.TRUTH).count())
        .isGreaterThanOrEqualTo(
            run.tables().read(spark, Tables.FILES).where("entry_type = 'file'").count());
    assertThat(run.tables().read(spark, Tables.SWEEPS).count()).isZero();
    return List.of();
  }

  private static List<String> plan(SparkSession spark, Run run) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Row row : directories(spark, run)) {
      for (boolean selected : new boolean[] {true, false}) {
        Map<String, Object> item = new TreeMap<>();
        item.put("path", row.getAs("path"));
        item.put("path_bytes", row.getAs("path_bytes"));
        item.put("recommended_chunk_bytes", selected ? CHUNK : 64L << 10);
        item.put("selected", selected);
        item.put("part", "change");
        rows.add(item);
      }
    }
    run.tables().write(Tables.DIRECTORY_PLAN, TableRows.of(spark, Tables.DIRECTORY_PLAN, rows));
    Row file =
        run.tables().read(spark, Tables.FILES).where("entry_type = 'file'").orderBy("path").head();
    run.tables()
        .write(
            Tables.FILE_PLAN,
            TableRows.of(
                spark,
                Tables.FILE_PLAN,
                List.of(
                    Map.of(
                        "path_bytes",
                        file.getAs("path_bytes"),
                        "recommended_chunk_bytes",
                        CHUNK,
                        "selected",
                        true))));
    return List.of();
  }

  /** Those that have files of their own. */
  private static List<Row> directories(SparkSession spark, Run run) {
    return run.tables()
        .read(spark, Tables.FILES)
        .where("entry_type = 'directory' AND size(split(path, '/')) > 3")
        .collectAsList();
  }

  private static Set<String> ofChunk(Map<String, Long> patterns) {
    return patterns.entrySet().stream()
        .filter(entry -> entry.getValue() == CHUNK)
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
