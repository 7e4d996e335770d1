package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.nightly.FakeStage;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.LogLines;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What this build makes of a run of release 1.0.0, and what queries written for that find here. */
@ExtendWith(Spark.class)
@Tag("R13")
class EarlierReleaseTest {
  private static final Path RELEASE = Path.of("src/test/resources/release-1.0.0");
  private static final List<Table> CARRIED =
      List.of(Tables.FILES, Tables.FILE_REGRET, Tables.PATTERN_CHANGES);

  @TempDir Path house;
  private final StringWriter err = new StringWriter();
  private Path before;

  @BeforeEach
  void publishTheRunOfTheRelease(SparkSession spark) throws IOException {
    assertThat(spark.sparkContext().isLocal()).as("session that the stages take over").isTrue();
    before = house.resolve("out/runs/run_date=2026-11-22");
    FileUtils.copyDirectory(RELEASE.resolve("run_date=2026-11-22").toFile(), before.toFile());
    Files.writeString(
        house.resolve("site.conf"),
        """
        chunkopt {
          inputs.inventory = "/srv/drop/*"
          output.root = "%s"
          run.as-of = "2026-11-23T00:00:00Z"
        }
        """
            .formatted(house.resolve("out")));
  }

  @Test
  @DisplayName(
      "R13: every column that the release published is here with its type, but for those listed")
  void queriesOfTheReleaseFindTheirColumns() throws IOException {
    List<String> here =
        Tables.PUBLISHED.stream()
            .flatMap(
                table ->
                    table.columns().stream()
                        .map(c -> table.name() + "." + c.name() + " " + c.type().simpleString()))
            .toList();
    List<String> published = Files.readAllLines(RELEASE.resolve("columns.txt"));
    List<String> went = Files.readAllLines(RELEASE.resolve("columns-that-went.txt"));

    assertThat(published).hasSizeGreaterThan(200);
    assertThat(went).as("only what the release had can go").isSubsetOf(published);
    assertThat(published)
        .filteredOn(column -> !here.contains(column))
        .as("columns of the release that are not here, nor there with another type")
        .containsExactlyElementsOf(went);
  }

  @Test
  @DisplayName("R13: a run of the release is carried on, row by row")
  void aRunOfTheReleaseIsCarriedOn() throws IOException {
    JsonNode rows = new ObjectMapper().readTree(before.resolve("run.json").toFile()).get("rows");

    Map<String, Long> carried = carried();

    for (Table table : CARRIED) {
      assertThat(carried).containsEntry(table.name(), rows.get(table.name()).asLong());
    }
    assertThat(carried.get("files")).isPositive();
  }

  @Test
  @DisplayName("R13: of a table with other columns nothing is carried on, and the log says so")
  void aTableWithOtherColumnsIsNotCarriedOn(SparkSession spark) {
    String files = before.resolve("files").toString();
    spark.read().parquet(files).drop("ctime").write().parquet(files + "-less");
    FileUtils.deleteQuietly(before.resolve("files").toFile());
    assertThat(before.resolve("files-less").toFile().renameTo(before.resolve("files").toFile()))
        .isTrue();

    try (LogLines log = new LogLines()) {
      assertThat(carried()).containsEntry("files", 0L);
      assertThat(log.lines())
          .contains(
              "Table files of the run of 2026-11-22 has other columns: nothing is carried on from"
                  + " it.");
    }
  }

  private Map<String, Long> carried() {
    Map<String, Long> carried = new TreeMap<>();
    FakeStage stage =
        new FakeStage(
            "first",
            List.of(),
            (spark, run) -> {
              CARRIED.forEach(
                  table ->
                      carried.put(
                          table.name(), (long) run.carried(spark, table).collectAsList().size()));
              return List.of();
            });
    CommandLine line = Main.commandLine(List.of(stage));
    line.setOut(new PrintWriter(new StringWriter())).setErr(new PrintWriter(err, true));
    assertThat(
            line.execute(
                "first",
                "--settings",
                house.resolve("site.conf").toString(),
                "--date",
                "2026-11-23"))
        .as(err.toString())
        .isZero();
    return carried;
  }
}
