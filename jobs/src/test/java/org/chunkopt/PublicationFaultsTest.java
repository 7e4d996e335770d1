package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.testing.FaultyFileSystem;
import org.chunkopt.testing.FaultyFileSystem.Fault;
import org.chunkopt.testing.LogLines;
import org.chunkopt.testing.RunComparison;
import org.chunkopt.testing.Spark;
import org.chunkopt.testing.TwoStages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/** What is left where a night cannot write or publish, and what becomes of debris. */
@ExtendWith(Spark.class)
class PublicationFaultsTest {
  private static final String DATE = "run_date=2026-11-23";

  @TempDir Path house;
  private final TwoStages night = new TwoStages();
  private Path settings;

  @BeforeEach
  void prepare(SparkSession spark) throws IOException {
    FaultyFileSystem.register(spark.sparkContext().hadoopConfiguration());
    settings = house.resolve("site.conf");
    settings("faulty://");
  }

  @AfterEach
  void mend() {
    FaultyFileSystem.set(Fault.NONE);
  }

  @ParameterizedTest(name = "R6: {0}")
  @EnumSource(names = {"RENAME_FALSE", "RENAME_THROWS"})
  @Tag("R6")
  void aRenameThatFailsLeavesEverythingAsItWas(Fault fault) throws IOException {
    assertThat(run()).as(night.err()).isZero();
    String before = everythingPublished();
    night.mend();

    FaultyFileSystem.set(fault);
    assertThat(run("--replace")).isEqualTo(1);
    assertThat(night.err())
        .contains("Cannot rename ", "staging/" + DATE + " to ", "runs/" + DATE)
        .doesNotContain("\tat ");
    assertThat(everythingPublished()).isEqualTo(before);

    FaultyFileSystem.set(Fault.NONE);
    night.mend();
    assertThat(run("--replace")).as(night.err()).isZero();
    assertThat(night.ran()).as("what was staged is published").isEmpty();
    assertThat(RunComparison.debris(house.resolve("out"))).isEmpty();
  }

  @Test
  @Tag("R6")
  @DisplayName("R6: a run that appears at the target is not touched, nor nested into")
  void aTargetThatAppearsIsRefused() throws IOException {
    FaultyFileSystem.set(Fault.TARGET_EXISTS);

    assertThat(run()).isEqualTo(1);
    assertThat(night.err()).contains("staging/" + DATE, "runs/" + DATE);
    assertThat(house.resolve("out/runs").resolve(DATE))
        .as("only what appeared")
        .isDirectoryNotContaining(path -> !path.getFileName().toString().equals("run.json"));
    assertThat(house.resolve("out/latest.json")).doesNotExist();
    assertThat(house.resolve("out/staging").resolve(DATE).resolve("files")).exists();
  }

  @Test
  @Tag("R6")
  @DisplayName("R6: where runs/ is on another device nothing is copied there")
  void aDirectoryThatCannotBeRenamedIsNotCopied() throws IOException {
    settings("");
    Path other = Path.of("/dev/shm");
    assumeThat(other).isWritable();
    assumeThat(Files.getFileStore(other)).isNotEqualTo(Files.getFileStore(house));
    Path runs = Files.createTempDirectory(other, "runs");
    try {
      Files.createDirectories(house.resolve("out"));
      Files.createSymbolicLink(house.resolve("out/runs"), runs);

      assertThat(run()).isEqualTo(1);
      assertThat(night.err())
          .contains("Cannot rename ", "staging/" + DATE + " to ", "runs/" + DATE)
          .doesNotContain("\tat ");
      assertThat(runs).isEmptyDirectory();
      assertThat(house.resolve("out/staging").resolve(DATE).resolve("files")).exists();
    } finally {
      org.apache.commons.io.FileUtils.deleteDirectory(runs.toFile());
    }
  }

  @Test
  @Tag("R6")
  @DisplayName("R6: a full disk is named, the published run stays, finished stages are kept")
  void aFullDiskIsASentence() throws IOException {
    assertThat(run()).as(night.err()).isZero();
    String before = everythingPublished();
    night.mend();

    FaultyFileSystem.set(Fault.DISK_FULL);
    assertThat(run("--replace")).isEqualTo(1);
    assertThat(night.err())
        .contains("second failed", "No space left on device", "staging/" + DATE)
        .doesNotContain("\tat ");
    assertThat(everythingPublished()).isEqualTo(before);

    FaultyFileSystem.set(Fault.NONE);
    night.mend();
    assertThat(run("--replace")).as(night.err()).isZero();
    assertThat(night.ran()).containsExactly("second");
    assertThat(RunComparison.debris(house.resolve("out"))).isEmpty();
  }

  @ParameterizedTest(name = "R3: {0}")
  @EnumSource(
      names = {"END_BEFORE_RENAME", "END_BETWEEN_RENAMES", "END_AFTER_RENAME", "END_AFTER_POINTER"})
  @Tag("R3")
  void aPublicationThatEndsAnywhereIsFinishedByTheNextStart(Fault fault) throws IOException {
    boolean replaces = fault == Fault.END_BETWEEN_RENAMES;
    if (replaces) {
      assertThat(run()).as(night.err()).isZero();
      night.mend();
    }
    FaultyFileSystem.set(fault);
    assertThatThrownBy(() -> run(replaces ? "--replace" : "--date=2026-11-23"))
        .isInstanceOf(FaultyFileSystem.End.class);

    FaultyFileSystem.set(Fault.NONE);
    night.mend();
    assertThat(run()).as(night.err()).isZero();
    assertThat(night.ran()).as("all was staged, or published").isEmpty();
    assertThat(house.resolve("out/runs").resolve(DATE).resolve("files")).exists();
    assertThat(house.resolve("out/latest.json")).content().contains("runs/" + DATE);
    assertThat(house.resolve("out/models/champion.json")).content().contains("cohort-table");
    assertThat(RunComparison.debris(house.resolve("out"))).isEmpty();
    assertThat(run()).as("a date that is published is refused again").isEqualTo(1);
  }

  @Test
  @Tag("R7")
  @DisplayName("R7: debris in staging is removed and logged, and no ghost row is published")
  void debrisIsRemovedAndLogged(SparkSession spark) throws IOException {
    settings("");
    night.fail();
    assertThat(run()).isEqualTo(1);
    Path staging = house.resolve("out/staging").resolve(DATE);
    Path ledger = part(staging.resolve("ingest_ledger"));
    List<String> ghosts =
        List.of(
            "ingest_ledger/_temporary/0/task_x/part-ghost.parquet",
            "attempt-ghost/files/part-ghost.parquet",
            "plan/part-ghost.parquet");
    for (String ghost : ghosts) {
      Files.createDirectories(staging.resolve(ghost).getParent());
      Files.copy(ledger, staging.resolve(ghost));
    }
    night.mend();

    try (LogLines log = new LogLines()) {
      assertThat(run()).as(night.err()).isZero();
      assertThat(night.ran()).containsExactly("second");
      assertThat(log.lines())
          .anyMatch(line -> line.matches("Removing .*/ingest_ledger/_temporary, .*"))
          .anyMatch(line -> line.matches("Removing .*/attempt-ghost, .*"))
          .anyMatch(line -> line.matches("Removing .*/plan, .*"))
          .as("the half table of the stage that failed")
          .anyMatch(line -> line.matches("Removing .*/files, .*"));
    }
    Path run = house.resolve("out/runs").resolve(DATE);
    assertThat(spark.read().parquet(run.resolve("ingest_ledger").toString()).count()).isOne();
    assertThat(spark.read().parquet(run.resolve("files").toString()).count()).isEqualTo(2);
    assertThat(RunComparison.debris(house.resolve("out"))).isEmpty();
  }

  @Test
  @Tag("R7")
  @DisplayName("R7: a ghost among the parts of a finished table, or a cut part, is never published")
  void aFinishedTableThatChangedIsNotTrusted(SparkSession spark) throws IOException {
    settings("");
    Path staging = house.resolve("out/staging").resolve(DATE);
    night.fail();
    assertThat(run()).isEqualTo(1);
    Path part = part(staging.resolve("ingest_ledger"));
    Files.copy(part, staging.resolve("ingest_ledger/part-ghost.parquet"));
    night.mend();
    night.fail();
    assertThat(run()).isEqualTo(1);
    assertThat(staging.resolve("ingest_ledger/part-ghost.parquet")).doesNotExist();
    byte[] whole = Files.readAllBytes(part);
    Files.write(part, Arrays.copyOf(whole, whole.length / 2));
    night.mend();

    assertThat(run()).as(night.err()).isZero();
    assertThat(night.ran()).as("the cut table is made again").containsExactly("first", "second");
    Path run = house.resolve("out/runs").resolve(DATE);
    assertThat(spark.read().parquet(run.resolve("ingest_ledger").toString()).count()).isOne();
  }

  private static Path part(Path table) throws IOException {
    try (Stream<Path> files = Files.list(table)) {
      return files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }

  /** Every published file, superseded runs and the pointer included. */
  private String everythingPublished() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String place : List.of("runs", "superseded", "latest.json")) {
      Path root = house.resolve("out").resolve(place);
      if (Files.exists(root)) {
        try (Stream<Path> files = Files.walk(root)) {
          for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
            all.append(file).append(' ').append(Files.getLastModifiedTime(file)).append('\n');
          }
        }
      }
    }
    return all.toString();
  }

  private void settings(String scheme) throws IOException {
    Files.writeString(
        settings,
        """
        chunkopt {
          inputs.inventory = "/srv/drop/*"
          output.root = "%s%s"
          run.as-of = "2026-11-23T04:00:00Z"
        }
        """
            .formatted(scheme, house.resolve("out")));
  }

  private int run(String... more) {
    CommandLine line = Main.commandLine(night.stages());
    line.setOut(new PrintWriter(new StringWriter())).setErr(night.errWriter());
    List<String> arguments = new ArrayList<>(List.of("nightly", "--settings", settings.toString()));
    arguments.addAll(List.of(more));
    if (!arguments.contains("--date=2026-11-23")) {
      arguments.add("--date=2026-11-23");
    }
    return line.execute(arguments.toArray(String[]::new));
  }
}
