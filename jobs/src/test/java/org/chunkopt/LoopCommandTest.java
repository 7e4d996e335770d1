package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@ExtendWith(Spark.class)
class LoopCommandTest {
  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --days=0            | --days is 0; use 1 or more.
          --files-a-day=0     | --files-a-day is 0; use 1 or more.
          --retention-days=2  | --retention-days is 2; use 3 or more.
          --follow=some       | expected one of [ALL, HALF, NONE]
          --regimes=sweep,few | --regimes names few; use sweep, no-sweep, default-90, all-default.
          --laws=widow        | chunkopt.simulate.law is "widow"
          --control=flats     | chunkopt.simulate.control is "flats"
          """)
  void aMistakeIsNamed(String option, String message) {
    assertThat(loop(option)).isEqualTo(UserError.USAGE);
    assertThat(err.toString()).contains(message).doesNotContain("\tat ");
  }

  @Test
  @Tag("slow")
  void aSiteThatFollowsItsPlansGetsFaster(SparkSession spark) throws Exception {
    assertThat(loop("--days=3", "--files=3000", "--files-a-day=500", "--keep-runs"))
        .as(err.toString())
        .isZero();
    List<Row> nights =
        spark
            .read()
            .parquet(directory.resolve("out/nights").toString())
            .orderBy("night")
            .collectAsList();
    assertThat(nights).hasSize(3);
    for (Row night : nights) {
      assertThat(night.<Double>getAs("new_files")).isBetween(400.0, 600.0);
      assertThat(night.<Double>getAs("ratio")).isGreaterThan(night.getAs("keep"));
      assertThat(night.<Double>getAs("saved_h")).isGreaterThan(night.getAs("lost_h"));
    }
    assertThat(nights.get(0).<Double>getAs("change")).isPositive();
    Path runs = directory.resolve("work/loop/rounds-hdd-sweep-all/runs");
    assertThat(runs.resolve("run_date=2026-11-25/run.json"))
        .content()
        .containsPattern("\"previous_run\" : \\{\\s*\"run_date\" : \"2026-11-24\"");
    assertThat(runs.resolve("run_date=2026-11-25/plan/RUNBOOK.txt")).isNotEmptyFile();
    assertThat(Files.readString(directory.resolve("out/loop.txt"))).contains("rounds hdd sweep");
    assertThat(
            spark
                .read()
                .parquet(runs.resolve("run_date=2026-11-24/pattern_changes").toString())
                .where("source = 'inventories' AND kind = 'directory'")
                .count())
        .as("changes that the second night sees in the inventory")
        .isEqualTo(nights.get(0).<Double>getAs("change").longValue());
  }

  private int loop(String... more) {
    CommandLine line = Main.commandLine(Main.STAGES);
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "loop",
                "--work",
                directory.resolve("work").toString(),
                "--output",
                directory.resolve("out").toString()));
    arguments.addAll(List.of(more));
    return line.execute(arguments.toArray(String[]::new));
  }
}
