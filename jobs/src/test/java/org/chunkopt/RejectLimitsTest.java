package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** How many rejects a night bears. */
@ExtendWith(Spark.class)
@Tag("R10")
class RejectLimitsTest {
  private static final int LINES = 1000;

  @TempDir Path house;
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void layOutTheSite(SparkSession spark) throws IOException {
    assertThat(spark.version()).startsWith("3.5");
    Path inventory = Files.createDirectories(house.resolve("inventory"));
    Files.writeString(
        inventory.resolve("site.stat0"),
        "1000\t1048576\t2048\t1795453827.5\t1795453827.5\t1795453827.5\t1003\t100\t1\tf\t/a.dat\0");
    try (var in = getClass().getResourceAsStream("/samples/entryinfo/file-1x64k.stdout.txt")) {
      Files.write(inventory.resolve("site.entryinfo"), in.readAllBytes());
    }
    Files.writeString(
        house.resolve("site.conf"),
        """
        chunkopt {
          inputs { metrics = "%1$s/mon.lp", inventory = "%1$s/inventory/*" }
          output.root = "%1$s/out"
        }
        """
            .formatted(house));
  }

  @Test
  @DisplayName("R10: 0.5 % bad lines are no warning, 5 % are one")
  void fewBadLinesAreBorne() throws IOException {
    writeMetrics(5);
    assertThat(run("ingest")).as(err.toString()).isZero();
    writeMetrics(50);
    assertThat(run("ingest")).as(err.toString()).isEqualTo(UserError.PUBLISHED_WITH_WARNINGS);
  }

  @Test
  @DisplayName(
      "R10: 60 % bad lines end the night, nothing is published and the rejects stay readable")
  void manyBadLinesEndTheNight(SparkSession spark) throws IOException {
    writeMetrics(600);
    assertThat(run("nightly")).isEqualTo(1);
    assertThat(err.toString().strip())
        .contains(
            "60.00 % of the records of metrics", "max-reject-fraction", "Nothing is published")
        .doesNotContain("\tat ");
    assertThat(house.resolve("out/runs")).doesNotExist();
    assertThat(
            spark
                .read()
                .parquet(house.resolve("out/staging/run_date=2026-11-24/rejects").toString())
                .filter("reason = 'BAD_NUMBER' AND CAST(raw AS STRING) LIKE '%workRequests=NaN%'")
                .count())
        .isEqualTo(600);
  }

  private void writeMetrics(int bad) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < LINES; i++) {
      lines
          .append("highResStorage,nodeID=s1,nodeNumID=1 workRequests=")
          .append(i < bad ? "NaN " : "1 ")
          .append(1_795_454_040L + i)
          .append("000000000\n");
    }
    Files.writeString(house.resolve("mon.lp"), lines);
  }

  private int run(String command) {
    CommandLine line = Main.commandLine(Main.STAGES);
    line.setOut(new PrintWriter(new StringWriter())).setErr(new PrintWriter(err, true));
    return line.execute(
        command, "--settings", house.resolve("site.conf").toString(), "--date", "2026-11-24");
  }
}
