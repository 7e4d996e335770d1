package org.chunkopt.nightly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Spark.class)
class ProgressLineTest {
  @Test
  void theBarFollowsTheTasksAndLeavesAnEmptyLine(SparkSession spark) {
    ByteArrayOutputStream drawn = new ByteArrayOutputStream();
    try (ProgressLine line =
        new ProgressLine(spark.sparkContext(), "4/8 train", new PrintStream(drawn, true, UTF_8))) {
      assertThat(line).isNotNull();
      spark
          .range(0, 8, 1, 8)
          .map((MapFunction<Long, Long>) ProgressLineTest::slowly, Encoders.LONG())
          .foreach(row -> {});
    }
    int length = drawn.size();
    spark.range(0, 8, 1, 8).foreach(row -> {});
    assertThat(drawn.size()).as("nothing is drawn after the end").isEqualTo(length);

    List<String> frames = List.of(drawn.toString(UTF_8).split("\r"));
    assertThat(frames)
        .hasSizeGreaterThan(2)
        .allMatch(frame -> frame.length() == ProgressLine.WIDTH)
        .anyMatch(frame -> frame.matches("4/8 train \\[=+ +] [1-7]/8 +"));
    assertThat(frames.get(frames.size() - 1)).isBlank();
    assertThat(drawn.toString(UTF_8)).endsWith("\r").doesNotContain("\n");
  }

  private static Long slowly(Long row) throws InterruptedException {
    Thread.sleep(300);
    return row;
  }

  @Test
  void theLineIsNeverWiderThanALineOfTheLog() {
    assertThat(ProgressLine.text("8/8 report", 3, 4))
        .isEqualTo(String.format("%-48s", "8/8 report [===============     ] 3/4"));
    assertThat(ProgressLine.text("5/8 evaluate", 0, 0)).contains("[                    ] 0/0");
    assertThat(ProgressLine.text("a long name of a stage", 1_000_000, 2_000_000)).hasSize(48);
  }

  @Test
  void aLogHasNoBar(SparkSession spark) {
    assertThat(System.getProperty(ProgressLine.PROPERTY)).isNull();
    PrintStream err = System.err;
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    System.setErr(new PrintStream(seen, true, UTF_8));
    try (ProgressLine line = ProgressLine.begin(spark.sparkContext(), "1/8 ingest")) {
      assertThat(line).isNotNull();
      spark.range(0, 8, 1, 8).foreach(row -> {});
    } finally {
      System.setErr(err);
    }
    assertThat(seen.toString(UTF_8)).doesNotContain("\r", "ingest");
  }
}
