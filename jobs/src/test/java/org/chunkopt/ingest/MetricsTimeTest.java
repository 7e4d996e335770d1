package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TimeZone;
import java.util.stream.LongStream;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.run.Run;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Spark.class)
@Tag("R15")
class MetricsTimeTest {
  /** 2026-11-20T00:00:00Z, in minutes. */
  private static final long START = Instant.parse("2026-11-20T00:00:00Z").getEpochSecond() / 60;

  @TempDir Path house;
  private MetricsSite site;

  @BeforeEach
  void layOutTheSite() throws IOException {
    site = new MetricsSite(house);
  }

  @Test
  @DisplayName("R15: the time zone of the JVM changes no minute, at either change of the clocks")
  void theTimeZoneOfTheJvmChangesNothing(SparkSession spark) throws IOException {
    StringBuilder lines = new StringBuilder();
    StringBuilder csv = new StringBuilder("name,time,nodeID,nodeNumID,workRequests\n");
    for (String day :
        List.of("2026-03-29T00:30:00Z", "2026-10-25T00:30:00Z", "2026-12-31T23:30:00Z")) {
      Instant begin = Instant.parse(day);
      for (int minute = 0; minute < 120; minute += 10) {
        Instant at = begin.plusSeconds(minute * 60L);
        lines
            .append("highResStorage,nodeID=s1,nodeNumID=1 workRequests=1 ")
            .append(at.getEpochSecond())
            .append("000000000\n");
        csv.append("highResStorage,").append(at).append(",s2,2,1\n");
        csv.append("highResStorage,")
            .append(at.toString().replace("Z", ".5+00:00"))
            .append(",s2,2,1\n");
      }
    }
    site.write("a.lp", lines.toString());
    site.write("b.csv", csv.toString());
    List<List<String>> minutes = new ArrayList<>();
    TimeZone before = TimeZone.getDefault();
    try {
      for (String zone : List.of("UTC", "Europe/Berlin", "Asia/Kathmandu")) {
        TimeZone.setDefault(TimeZone.getTimeZone(zone));
        minutes.add(site.ingest(spark).rows(Tables.NODE_MINUTES));
      }
    } finally {
      TimeZone.setDefault(before);
    }
    assertThat(minutes.get(0))
        .hasSize(2 * 3 * 12)
        .anyMatch(row -> row.contains("2026-03-29T01:30:00"))
        .anyMatch(row -> row.contains("2027-01-01T01:20:00"));
    assertThat(minutes.get(1)).isEqualTo(minutes.get(0));
    assertThat(minutes.get(2)).isEqualTo(minutes.get(0));
  }

  @Test
  @DisplayName(
      "R15: a clock two days ahead: points after the as-of are rejected, else the offset is reported")
  void aClockAheadIsRejectedOrReported(SparkSession spark) throws IOException {
    site.write("a.lp", traffic(2 * 1440, 4 * 1440));
    MetricsSite.Read asOf =
        site.ingest(
            spark, "run.as-of = \"2026-11-24T00:00:00Z\"\n" + "ingest.max-reject-fraction = 1");
    assertThat(asOf.texts(Tables.REJECTS, "true", "reason")).containsOnly("FUTURE_TIMESTAMP");
    assertThat(asOf.count(Tables.REJECTS, "true")).isEqualTo(2 * 1440 - 5 - 1);
    assertThat(asOf.count(Tables.NODE_MINUTES, "minute > timestamp'2026-11-24 00:05:00Z'"))
        .isZero();

    Run run = site.run("");
    List<String> warnings = new IngestJob().run(spark, run);
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith("The clock of storage server 2 is 2880 min ahead of InfluxDB's (correlation");
    assertThat(run.asOf(spark))
        .as("the as-of is InfluxDB's")
        .isEqualTo(Instant.parse("2026-11-24T00:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(ints = {-2880, -120, -1, 1, 45, 120})
  @DisplayName(
      "R15: the offset of a clock is found to the minute in the noise of three other servers")
  void offsetsAreFound(int shift) {
    Random random = new Random(shift);
    double[][] servers = new double[4][4 * 1440];
    List<Double> total = new ArrayList<>();
    for (int minute = 0; minute < servers[0].length; minute++) {
      double sum = 0;
      for (double[] server : servers) {
        server[minute] =
            minute > 0 && random.nextInt(6) > 0
                ? server[minute - 1]
                : Math.exp(14 + 4 * random.nextGaussian());
        sum += server[minute];
      }
      total.add(sum);
    }
    List<Long> minutes = LongStream.range(START, START + total.size()).boxed().toList();
    List<Long> shifted = minutes.stream().map(minute -> minute + shift).toList();
    List<Double> loads = Arrays.stream(servers[0]).boxed().toList();
    Optional<ClockOffsets.Offset> found = ClockOffsets.estimate(shifted, loads, minutes, total);
    assertThat(found.map(ClockOffsets.Offset::minutes)).contains(shift);
  }

  @Test
  @DisplayName("R15: loads that have nothing in common tell no offset")
  void noOffsetOfUnrelatedLoads() {
    Random random = new Random(5);
    List<Long> minutes = LongStream.range(START, START + 4 * 1440).boxed().toList();
    List<Double> one = minutes.stream().map(m -> Math.exp(4 * random.nextGaussian())).toList();
    List<Double> other = minutes.stream().map(m -> Math.exp(4 * random.nextGaussian())).toList();
    List<Double> idle = minutes.stream().map(m -> 0.0).toList();
    assertThat(ClockOffsets.estimate(minutes, one, minutes, other)).isEmpty();
    assertThat(ClockOffsets.estimate(minutes, idle, minutes, other)).isEmpty();
    assertThat(ClockOffsets.estimate(minutes, one, minutes, one).orElseThrow().minutes()).isZero();
    assertThat(ClockOffsets.estimate(minutes.subList(0, 60), one.subList(0, 60), minutes, one))
        .as("an hour is too short")
        .isEmpty();
  }

  @Test
  void aGapInTheHistoryGivesNoMinutes(SparkSession spark) throws IOException {
    List<String> lines = new ArrayList<>(traffic(0, 90).lines().toList());
    lines.subList(30 * 4, 60 * 4).clear();
    site.write("a.lp", String.join("\n", lines) + "\n");
    MetricsSite.Read read = site.ingest(spark);
    assertThat(read.count(Tables.NODE_MINUTES, "node_num_id = 1")).isEqualTo(30 + 30);
    assertThat(read.count(Tables.NODE_MINUTES, "disk_write_bytes = 0 OR samples = 0")).isZero();
  }

  /** Two servers and their clients, a poll a minute; the clock of the second is ahead. */
  private static String traffic(int minutesAhead, int minutes) {
    Random random = new Random(3);
    StringBuilder lines = new StringBuilder();
    for (int minute = 0; minute < minutes; minute++) {
      long first = 1 + (long) Math.exp(14 + 3 * random.nextGaussian());
      long second = 1 + (long) Math.exp(14 + 3 * random.nextGaussian());
      long at = (START + minute) * 60;
      lines.append(write(1, first, at));
      lines.append(write(2, second, at + minutesAhead * 60L));
      lines.append("storage,nodeID=s1,nodeNumID=1 isResponding=true " + at + "000000000\n");
      lines.append(
          "storageClientOpsByUser,user=7 B-wr=" + (first + second) + " " + at + "000000000\n");
    }
    return lines.toString();
  }

  private static String write(int server, long bytes, long second) {
    return "highResStorage,nodeID=s%1$d,nodeNumID=%1$d diskWriteBytes=%2$d %3$d000000000\n"
        .formatted(server, bytes, second);
  }
}
