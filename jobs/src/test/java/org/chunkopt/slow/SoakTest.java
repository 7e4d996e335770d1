package org.chunkopt.slow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.Nights;
import org.chunkopt.testing.RunComparison;
import org.chunkopt.testing.SmallSite;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A month of nights on a site that changes under them; one is missing, one is late, one runs twice.
 * {@code -Dsoak.nights=9} shortens it.
 */
@Tag("slow")
@Tag("R28")
@ExtendWith(Spark.class)
class SoakTest {
  private static final int NIGHTS = Integer.getInteger("soak.nights", 30);
  private static final int MISSING = NIGHTS / 3;
  private static final int LATE = NIGHTS / 2;
  private static final int TWICE = NIGHTS * 2 / 3;
  private static final int KEPT = NIGHTS * 2 / 3;
  private static final LocalDate BEGIN = LocalDate.of(2026, 11, 2);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;
  private final SortedMap<LocalDate, String> published = new TreeMap<>();
  private final List<String> dates = new ArrayList<>();
  private final List<String> champions = new ArrayList<>();
  private List<SmallSite> drift;
  private Path out;

  @Test
  @DisplayName(
      "R28: a month of nights: nothing is lost, staging is empty, each champion is explained")
  void aMonthOfNights(SparkSession spark) throws Exception {
    assertThat(spark.version()).startsWith("3.5");
    drift =
        List.of(
            simulate("a", "files = 300, users = 8, default-share = 0.9"),
            simulate("b", "files = 400, users = 8, default-share = 0.6"),
            simulate("c", "files = 500, users = 8, default-share = 0.6, hardware = flash"));
    out = SmallSite.out(directory);
    for (int night = 1; night <= NIGHTS; night++) {
      if (night == LATE) {
        continue;
      }
      if (night != MISSING) {
        assertNight(night);
      }
      if (night == LATE + 1) {
        assertNight(LATE);
      }
      if (night == TWICE) {
        Path settings = settings(night);
        assertThat(Nights.run(settings, date(night))).as("the date once more").isEqualTo(1);
        published.remove(date(night));
        assertNight(night, "--replace");
      }
    }
    assertThat(dates).hasSize(NIGHTS - 1);
    assertThat(names("superseded")).containsExactly("run_date=" + date(TWICE) + "-1");
    assertThat(names("models").stream().filter(name -> name.startsWith("mlp-")))
        .allMatch(name -> dates.stream().anyMatch(date -> name.startsWith("mlp-" + date)));
    System.out.println("Champions of the nights: " + champions);
  }

  private void assertNight(int night, String... more) throws Exception {
    LocalDate date = date(night);
    assertThat(Nights.run(settings(night), date, more)).as("night of " + date).isIn(0, 2);

    // Nothing that was published before has changed, but for the oldest runs, which are gone.
    if (published.size() == KEPT && date.isAfter(published.lastKey())) {
      published.remove(published.firstKey());
    }
    for (Map.Entry<LocalDate, String> before : published.entrySet()) {
      assertThat(files(run(before.getKey()))).isEqualTo(before.getValue());
    }
    assertThat(names("staging")).as("staging after " + date).isEmpty();
    assertThat(RunComparison.debris(out)).isEmpty();

    JsonNode record = JSON.readTree(run(date).resolve("run.json").toFile());
    LocalDate previous =
        published.headMap(date).isEmpty() ? null : published.headMap(date).lastKey();
    assertThat(record.at("/previous_run/run_date").asText())
        .isEqualTo(previous == null ? "" : previous.toString());
    published.put(date, files(run(date)));
    dates.remove(date.toString());
    dates.add(date.toString());
    assertThat(names("runs"))
        .containsExactlyElementsOf(published.keySet().stream().map(d -> "run_date=" + d).toList());

    LocalDate newest = published.lastKey();
    assertThat(JSON.readTree(out.resolve("latest.json").toFile()).get("run").asText())
        .isEqualTo("runs/run_date=" + newest);
    JsonNode champion = JSON.readTree(out.resolve("models/champion.json").toFile());
    assertThat(champion)
        .as("the champion after " + date + " is what the newest run decided")
        .isEqualTo(JSON.readTree(run(newest).resolve("decision.json").toFile()).get("champion"));
    champions.add(champion.get("policy").asText());

    long files = record.at("/rows/file_features").asLong();
    assertThat(record.at("/rows/recommendations").asLong()).isEqualTo(files);
    assertThat(record.at("/rows/file_regret").asLong())
        .as("what is carried")
        .isLessThanOrEqualTo(files);
    assertThat(record.at("/rows/pattern_changes").asLong()).isLessThanOrEqualTo(3 * files);
  }

  private SmallSite simulate(String name, String more) {
    return SmallSite.simulate(
        directory.resolve(name), "hours = 2, end = \"2026-11-01T00:00:00Z\", " + more);
  }

  private Path settings(int night) {
    SmallSite site = drift.get((night - 1) * drift.size() / NIGHTS);
    return site.settings(
        directory,
        "chunkopt { run.as-of = \""
            + date(night)
            + "T00:00:00Z\", output.keep-runs = "
            + KEPT
            + " }");
  }

  private static LocalDate date(int night) {
    return BEGIN.plusDays(night - 1);
  }

  private Path run(LocalDate date) {
    return out.resolve("runs/run_date=" + date);
  }

  private List<String> names(String place) throws IOException {
    try (Stream<Path> entries = Files.list(out.resolve(place))) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  /** Every file with its length and time. */
  private static String files(Path root) throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        all.append(root.relativize(file))
            .append(' ')
            .append(Files.size(file))
            .append(' ')
            .append(Files.getLastModifiedTime(file))
            .append('\n');
      }
    }
    return all.toString();
  }
}
