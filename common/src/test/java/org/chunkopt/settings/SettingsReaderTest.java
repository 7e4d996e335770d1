package org.chunkopt.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chunkopt.UserError;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.tables.Tables;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {
  @Test
  void defaultsAreTheDocumentedOnes() {
    Settings settings = SettingsReader.parse("");

    assertThat(settings.model().features()).isEqualTo(Tables.DEFAULT_FEATURES).hasSize(15);
    assertThat(settings.model().hiddenLayers()).containsExactly(128, 64, 32);
    assertThat(settings.training().learningRate()).isEqualTo(0.001);
    assertThat(settings.training().batchSize()).isEqualTo(64);
    assertThat(settings.training().epochs()).isEqualTo(100);
    assertThat(settings.chunkSize().candidates()).isEqualTo(ChunkSize.CANDIDATES);
    assertThat(settings.collection().intervalSeconds()).isEqualTo(60);
    assertThat(settings.collection().historyWindow()).isEqualTo(Duration.ofHours(1));
    assertThat(settings.beegfs()).isEqualTo(new Settings.BeeGfs("/mnt/beegfs", Settings.Cli.V7));
    assertThat(settings.run().asOf()).isEmpty();
    assertThat(settings.influx().version()).isEqualTo(Settings.InfluxVersion.AUTO);
    assertThat(settings.influx().window()).isEqualTo(Duration.ofHours(1));
    assertThat(settings.influx().delay()).isEqualTo(Duration.ofMinutes(2));
    assertThat(settings.influx().history()).isEqualTo(Duration.ofDays(180));
    assertThat(settings.influx().pagePoints()).isEqualTo(20_000);
    assertThat(settings.influx().retries()).isEqualTo(6);
    assertThat(settings.influx().retryDelay()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  @Tag("R23")
  @DisplayName("R23: every key of the manual is read")
  void everyKeyOfTheManualIsRead() {
    assertThat(SettingsReader.leaves(SettingsReader.reference()))
        .allSatisfy(
            key ->
                assertThat(problems("chunkopt." + key + " = { no = value }"))
                    .as("problems of a section in place of %s", key)
                    .contains("chunkopt." + key + " is"));
  }

  @Test
  @Tag("R23")
  @DisplayName("R23: all problems are reported at once with file, line and suggestion")
  void allProblemsAreReportedAtOnceWithOriginAndSuggestion(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("site.conf");
    Files.writeString(
        file,
        """
        chunkopt {
          training.epoks = 3
          training.batch-size = many
          evidence.tie-fraction = 0.9
          chunk-size.min-kb = 300
          plant { max-files = 1 }
        }
        chunkoptt.a = 1
        """);

    UserError error = catchThrowableOfType(UserError.class, () -> SettingsReader.read(file));

    assertThat(error.exitCode()).isEqualTo(64);
    assertThat(error.getMessage())
        .contains("6 problems")
        .contains(
            "site.conf: 2: unknown key chunkopt.training.epoks; did you mean training.epochs?")
        .contains("site.conf: 3: chunkopt.training.batch-size is \"many\", not a whole number")
        .contains("site.conf: 4: chunkopt.evidence.tie-fraction is 0.9, outside 0.0 to 0.5")
        .contains("site.conf: 5: chunkopt.chunk-size.min-kb is no power of two; use 256 or 512")
        .contains("site.conf: 6: unknown key chunkopt.plant; did you mean plan?")
        .contains("\"chunkoptt\" is no root key");
  }

  @Test
  @Tag("R23")
  @DisplayName("R23: a key of an earlier release is an error that names the one in its place")
  void aKeyOfAnEarlierReleaseNamesTheOneInItsPlace() {
    assertThat(problems("chunkopt.plan.min-gain = 1.05"))
        .contains("unknown key chunkopt.plan.min-gain", "use advice.loss-budget");
    assertThat(problems("chunkopt.plan.min-agreement = 0.5")).contains("use advice.loss-budget");
    assertThat(problems("chunkopt.plan.exploration-percent = 1")).contains("use plan.pilot-budget");
  }

  @Test
  @Tag("R23")
  @DisplayName("R23: values that contradict each other are problems")
  void valuesThatContradictEachOtherAreProblems() {
    assertThat(problems("chunkopt.chunk-size { min-kb = 1024, max-kb = 512 }"))
        .contains("chunk-size.min-kb is above chunk-size.max-kb");
    assertThat(
            problems("chunkopt.ingest { max-reject-fraction = 0.1, warn-reject-fraction = 0.2 }"))
        .contains("warn-reject-fraction is above");
    assertThat(problems("chunkopt.influx.window = 7h")).contains("does not divide a day");
    assertThat(problems("chunkopt.influx.version = v4")).contains("use one of auto, v1, v2, v3");
    assertThat(problems("chunkopt.model.input-features = 14")).contains("is 14 but");
    assertThat(problems("chunkopt.model.features = [num_targets, num_target]"))
        .contains("num_target\", which is no input; did you mean num_targets?");
  }

  @Test
  @Tag("R23")
  @DisplayName("R23: values of another type are problems")
  void notNumbersAndNotInstantsAreProblems() {
    assertThat(problems("chunkopt.training.learning-rate = NaN")).contains("learning-rate is NaN");
    assertThat(problems("chunkopt.run.as-of = yesterday")).contains("not an instant");
    assertThat(problems("chunkopt.collection.history-window = soon")).contains("not a duration");
    assertThat(problems("chunkopt.beegfs.cli = v9")).contains("use one of v7, v8");
    assertThat(problems("chunkopt.simulate.control = never_applied"))
        .contains("use one of none, permuted, never-applied, flat");
    assertThat(problems("chunkopt.simulate.sweep = perhaps")).contains("use true or false");
  }

  @Test
  void aSettingMayBeBuiltFromOthersAndFromAnIncludedFile(@TempDir Path directory)
      throws IOException {
    Files.writeString(directory.resolve("base.conf"), "chunkopt.output.root = \"/srv/out\"\n");
    Path file = directory.resolve("site.conf");
    Files.writeString(
        file,
        """
        include required("base.conf")
        chunkopt.inputs.metrics = ${chunkopt.output.root}"/metrics"
        """);

    assertThat(SettingsReader.read(file).inputs().metrics()).containsExactly("/srv/out/metrics");
  }

  @Test
  @Tag("R23")
  @DisplayName("R23: a file that is included and missing is a mistake")
  void aFileThatIsIncludedAndMissingIsAMistake(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("site.conf");
    Files.writeString(directory.resolve("base.conf"), "include \"deeper\"\n");
    for (String missing :
        List.of(
            "include \"gone.conf\"",
            "include \"gone\"",
            "include file(\"/gone.conf\")",
            "include \"base.conf\"")) {
      Files.writeString(file, missing + "\n");
      assertThatThrownBy(() -> SettingsReader.read(file))
          .as(missing)
          .isInstanceOf(UserError.class)
          .hasMessageContaining(missing.contains("base") ? "deeper" : "gone");
    }
  }

  @Test
  void aSettingsFileNamedWithoutADirectoryMayIncludeAnother() throws IOException {
    Path included = Path.of("included-by-the-test.conf");
    Path file = Path.of("named-without-a-directory.conf");
    try {
      Files.writeString(included, "chunkopt.output.root = \"/srv/out\"\n");
      Files.writeString(file, "include \"" + included + "\"\n");
      assertThat(SettingsReader.read(file).output().root()).isEqualTo("/srv/out");
    } finally {
      Files.deleteIfExists(included);
      Files.deleteIfExists(file);
    }
  }

  @Test
  void theCommandLineWinsOverTheFile(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("site.conf");
    Files.writeString(file, "chunkopt.simulate { files = 5, hours = 3 }\n");

    Settings.Simulate simulate =
        SettingsReader.read(Optional.of(file), Map.of("simulate.files", 7)).simulate();

    assertThat(simulate.files()).isEqualTo(7);
    assertThat(simulate.hours()).isEqualTo(3);
    assertThat(simulate.end()).isEqualTo(Instant.parse("2026-11-23T00:00:00Z"));
  }

  @Test
  @Tag("R23")
  @DisplayName("R23: what a site must set is a problem where it is missing")
  void aSiteMustSayWhereItsInventoryAndItsResultsAre(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("site.conf");
    Files.writeString(file, "chunkopt.inputs.metrics = \"/m\"\n");

    assertThatThrownBy(() -> SettingsReader.site(file))
        .hasMessageContaining("chunkopt.output.root is empty")
        .hasMessageContaining("chunkopt.inputs.inventory is empty");
  }

  @Test
  void aFileThatIsMissingOrNoHoconIsASentence(@TempDir Path directory) throws IOException {
    Path broken = directory.resolve("broken.conf");
    Files.writeString(broken, "chunkopt { training { epochs = 3 }\n");
    Path unset = directory.resolve("unset.conf");
    Files.writeString(unset, "chunkopt.output.root = ${NOT_SET_ANYWHERE}\n");

    for (Path file : List.of(directory.resolve("none.conf"), broken, unset)) {
      UserError error = catchThrowableOfType(UserError.class, () -> SettingsReader.read(file));
      assertThat(error).as(file.toString()).isNotNull();
      assertThat(error.exitCode()).isEqualTo(64);
    }
  }

  private static String problems(String hocon) {
    UserError error = catchThrowableOfType(UserError.class, () -> SettingsReader.parse(hocon));
    assertThat(error).as("no problem in %s", hocon).isNotNull();
    return error.getMessage();
  }
}
