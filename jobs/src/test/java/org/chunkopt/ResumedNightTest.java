package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.features.FeaturesJob;
import org.chunkopt.ingest.IngestJob;
import org.chunkopt.nightly.FakeStage;
import org.chunkopt.run.Stage;
import org.chunkopt.testing.LogLines;
import org.chunkopt.testing.RunComparison;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the start after an interrupted night takes over, and what it makes again. */
@ExtendWith(Spark.class)
@Tag("R4")
class ResumedNightTest {
  private static final String INGEST_REUSED =
      "ingest is reused: an earlier start made it from the same.";
  private static final String FEATURES_REUSED =
      "features is reused: an earlier start made it from the same.";

  @TempDir Path house;
  private final StringWriter err = new StringWriter();
  private LogLines log;
  private boolean interrupted = true;

  @BeforeEach
  void aNightThatEndsAfterFeatures(SparkSession spark) throws IOException {
    assertThat(spark.version()).startsWith("3.5");
    // Spark sets the loggers up anew when it starts.
    log = new LogLines();
    for (String name :
        List.of(
            "metrics/beegfs_mon.window.lp", "inventory/site.stat0", "inventory/site.entryinfo")) {
      try (var in = getClass().getResourceAsStream("/samples/site/" + name)) {
        Path file = house.resolve(name);
        Files.createDirectories(file.getParent());
        Files.write(file, in.readAllBytes());
      }
    }
    settings("");
    assertThat(night()).isEqualTo(1);
    interrupted = false;
    log.clear();
  }

  @AfterEach
  void stopListening() {
    log.close();
  }

  @Test
  @DisplayName("R4: ingest and features are reused, their files untouched, and published")
  void finishedStagesAreReused() throws IOException {
    Map<String, FileTime> before = times(house.resolve("out/staging/run_date=2026-11-24"));

    assertThat(night()).as(err.toString()).isIn(0, UserError.PUBLISHED_WITH_WARNINGS);
    assertThat(log.lines()).contains(INGEST_REUSED, FEATURES_REUSED);
    assertThat(log.lines()).noneMatch(line -> line.startsWith("ingest begins"));
    Map<String, FileTime> after = times(house.resolve("out/runs/run_date=2026-11-24"));
    assertThat(before.keySet()).anyMatch(name -> name.startsWith("file_features/"));
    before.forEach((name, time) -> assertThat(after).as(name).containsEntry(name, time));
    assertThat(Files.readString(house.resolve("out/runs/run_date=2026-11-24/run.json")))
        .as("warnings and times of the reused stages")
        .contains("\"name\" : \"ingest\"", "\"name\" : \"features\"");
    assertThat(RunComparison.debris(house.resolve("out"))).isEmpty();
  }

  @Test
  @DisplayName("R4: after a change of one setting every stage runs again")
  void anotherSettingBeginsAgain() throws IOException {
    settings("chunkopt.plan.max-files = 9999");

    assertEverythingRunsAgain();
  }

  @Test
  @DisplayName(
      "R4: after a change of one input byte every stage runs again, its time restored or not")
  void anotherByteBeginsAgain() throws IOException {
    Path metrics = house.resolve("metrics/beegfs_mon.window.lp");
    FileTime time = Files.getLastModifiedTime(metrics);
    try (RandomAccessFile file = new RandomAccessFile(metrics.toFile(), "rw")) {
      file.seek(file.length() - 2);
      int digit = file.read();
      file.seek(file.length() - 2);
      file.write(digit == '1' ? '2' : '1');
    }
    Files.setLastModifiedTime(metrics, time);

    assertEverythingRunsAgain();
  }

  @Test
  @DisplayName("R4: a command of one stage makes the night do it and the later ones again")
  void aStageRunAloneIsNotTakenOver() {
    assertThat(execute("features")).as(err.toString()).isIn(0, UserError.PUBLISHED_WITH_WARNINGS);
    log.clear();

    assertThat(night()).as(err.toString()).isIn(0, UserError.PUBLISHED_WITH_WARNINGS);
    assertThat(log.lines())
        .contains(INGEST_REUSED)
        .doesNotContain(FEATURES_REUSED)
        .anyMatch(line -> line.startsWith("features begins"));
  }

  private void assertEverythingRunsAgain() {
    assertThat(night()).as(err.toString()).isIn(0, UserError.PUBLISHED_WITH_WARNINGS);
    assertThat(log.lines())
        .isNotEmpty()
        .doesNotContain(INGEST_REUSED, FEATURES_REUSED)
        .anyMatch(line -> line.startsWith("ingest runs again: "))
        .anyMatch(line -> line.startsWith("ingest begins"))
        .anyMatch(line -> line.startsWith("features begins"));
  }

  private static Map<String, FileTime> times(Path root) throws IOException {
    Map<String, FileTime> times = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".parquet")).toList()) {
        times.put(root.relativize(file).toString(), Files.getLastModifiedTime(file));
      }
    }
    return times;
  }

  private void settings(String more) throws IOException {
    Files.writeString(
        house.resolve("site.conf"),
        """
        chunkopt {
          inputs.metrics = "%1$s/metrics"
          inputs.inventory = "%1$s/inventory"
          output.root = "%1$s/out"
        }
        %2$s
        """
            .formatted(house, more));
  }

  private int night() {
    return execute("nightly");
  }

  private int execute(String command) {
    Stage third =
        new FakeStage(
            "third",
            List.of(),
            (spark, run) -> {
              if (interrupted) {
                throw new IllegalStateException("The machine lost power.");
              }
              return List.of();
            });
    CommandLine line = Main.commandLine(List.of(new IngestJob(), new FeaturesJob(), third));
    line.setOut(new PrintWriter(new StringWriter())).setErr(new PrintWriter(err, true));
    return line.execute(
        command, "--settings", house.resolve("site.conf").toString(), "--date", "2026-11-24");
  }
}
