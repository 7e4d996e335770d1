package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rooms of the house, read from the sources. */
class ArchitectureTest {
  private static final List<String> STAGES =
      List.of(
          "ingest",
          "features",
          "evidence",
          "train",
          "evaluate",
          "score",
          "plan",
          "report",
          "simulate");
  private static final Pattern OURS = Pattern.compile("\\borg\\.chunkopt\\.([a-z]+)\\b");
  private static final Pattern LAW =
      Pattern.compile("\\.simulate\\(\\)|\\bSettings\\.(Law|Simulate)\\b");
  private static final Pattern CLOCK =
      Pattern.compile(
          "currentTimeMillis|\\b(Instant|LocalDate|LocalDateTime|ZonedDateTime|OffsetDateTime)\\.now|new Date\\(\\)|current_timestamp|current_date|Clock\\.system");

  @Test
  void stagesMeetOnlyThroughTables() {
    sources("src/main/java")
        .forEach(
            (path, text) -> {
              String room = room(path);
              if (STAGES.contains(room)) {
                Matcher used = OURS.matcher(text);
                while (used.find()) {
                  String other = used.group(1);
                  assertThat(other.equals(room) || !STAGES.contains(other))
                      .as("%s uses org.chunkopt.%s", path, other)
                      .isTrue();
                }
              }
            });
  }

  @Test
  void commonKnowsNoStage() {
    sources("../common/src/main/java")
        .forEach(
            (path, text) ->
                assertThat(OURS.matcher(text).results().map(r -> r.group(1)))
                    .as(path)
                    .doesNotContainAnyElementsOf(STAGES)
                    .doesNotContain("model", "nightly"));
  }

  /**
   * What is learnt must hold on physics that nobody knows, so nothing that learns, judges or
   * advises may see a law of the simulator, by import or by a name in a text.
   */
  @Test
  void noStageCanReachTheSimulator() {
    Map<String, String> all = sources("src/main/java");
    all.putAll(sources("src/main/resources/sql"));
    all.putAll(sources("../common/src/main/java"));
    List<String> allowed = List.of("simulate", "study", "bench");
    assertThat(
            all.entrySet().stream()
                .filter(source -> source.getKey().contains("/"))
                .filter(source -> !allowed.contains(room(source.getKey())))
                .filter(source -> source.getValue().contains("org.chunkopt.simulate"))
                .map(Map.Entry::getKey))
        .as("sources that mention org.chunkopt.simulate")
        .isEmpty();
    // A setting is no way around: only the reader of the settings, the simulator and the study know
    // which law a site has.
    assertThat(
            all.entrySet().stream()
                .filter(source -> LAW.matcher(source.getValue()).find())
                .map(Map.Entry::getKey)
                .filter(path -> path.contains("/"))
                .map(ArchitectureTest::room)
                .distinct())
        .as("packages that know the law of a site")
        .isSubsetOf("simulate", "study", "settings", "bench");
  }

  @Test
  void onlyMainEndsTheJvm() {
    Map<String, String> all = sources("src/main/java");
    all.putAll(sources("../common/src/main/java"));

    assertThat(all.keySet().stream().filter(path -> all.get(path).contains("System.exit(")))
        .containsExactly("Main.java");
  }

  @Test
  @Tag("R15")
  @DisplayName("R15: no stage looks at the clock")
  void noStageLooksAtTheClock() {
    Map<String, String> all = sources("src/main/java");
    all.putAll(sources("../common/src/main/java"));
    all.putAll(sources("src/main/resources/sql"));

    assertThat(all.keySet().stream().filter(path -> CLOCK.matcher(all.get(path)).find()))
        .containsExactly("PullCommand.java", "RunOptions.java");
  }

  /** Source texts by path below {@code org/chunkopt}. */
  private static Map<String, String> sources(String root) {
    Path top = Path.of(root);
    Map<String, String> texts = new TreeMap<>();
    if (!Files.isDirectory(top)) {
      return texts;
    }
    try (Stream<Path> files = Files.walk(top)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = top.relativize(file).toString().replace("org/chunkopt/", "");
        texts.put(name, Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return texts;
  }

  private static String room(String path) {
    return path.contains("/") ? path.substring(0, path.indexOf('/')) : "";
  }
}
