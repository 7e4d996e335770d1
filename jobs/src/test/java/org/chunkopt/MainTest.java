package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkConf;
import org.chunkopt.settings.SettingsReader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void usageMistakesAreSentencesWithExitCode64() {
    for (String[] arguments :
        List.of(
            new String[] {},
            new String[] {"nightli"},
            new String[] {"nightly"},
            new String[] {"nightly", "--settings", "/none.conf"},
            new String[] {"nightly", "--settings", "/none.conf", "--date", "today"},
            new String[] {"pull"},
            new String[] {"pull", "--settings", "/none.conf"},
            new String[] {"pull", "--settings", "/none.conf", "--from", "yesterday"},
            new String[] {"settings"},
            new String[] {"settings", "--check"},
            new String[] {"settings", "--check", "--settings", "/none.conf"},
            new String[] {"settings", "--check", "--show"})) {
      err.getBuffer().setLength(0);

      assertThat(execute(arguments)).as(String.join(" ", arguments)).isEqualTo(64);
      assertThat(err.toString())
          .as(String.join(" ", arguments))
          .isNotBlank()
          .doesNotContain("\tat ");
    }
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void theTemplateIsAValidSettingsFile(@TempDir Path directory) throws IOException {
    assertThat(execute("settings", "--template")).isZero();
    Path file = directory.resolve("site.conf");
    Files.writeString(file, out.toString());

    assertThat(execute("settings", "--check", "--settings", file.toString())).isZero();
    assertThat(SettingsReader.site(file).output().root()).isEqualTo("/srv/chunkopt/output");
    assertThat(out.toString().lines().count()).isLessThan(40);
  }

  @Test
  @Tag("R20")
  @DisplayName("R20: settings are shown without secrets")
  void settingsAreShownWithoutSecrets(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("site.conf");
    Files.writeString(file, "chunkopt.influx.token = canary\nchunkopt.training.epochs = 7\n");

    assertThat(execute("settings", "--show", "--settings", file.toString())).isZero();

    assertThat(out.toString())
        .contains("chunkopt.training.epochs = 7  # site.conf: 2")
        .contains("chunkopt.influx.token = ***  # site.conf: 1")
        .doesNotContain("canary");
  }

  @Test
  void everyStageIsACommandThatExplainsItself() {
    for (String stage :
        List.of(
            "nightly",
            "ingest",
            "features",
            "evidence",
            "train",
            "evaluate",
            "score",
            "plan",
            "report")) {
      out.getBuffer().setLength(0);

      assertThat(execute(stage, "--help")).isZero();
      assertThat(out.toString()).contains("--settings=FILE", "OUTPUT/staging");
    }
  }

  @Test
  void everyCommandHasAnExample() {
    Main.commandLine(Main.STAGES)
        .getSubcommands()
        .forEach(
            (name, command) ->
                assertThat(command.getUsageMessage())
                    .as(name)
                    .containsPattern("Examples?: chunkopt " + name + " "));
    assertThat(Main.commandLine(Main.STAGES).getUsageMessage())
        .contains("Examples: chunkopt nightly", "--dry-run");
  }

  @Test
  void aStudyThatCannotBeIsRefused() {
    for (List<String> wrong :
        List.of(
            List.of("--ablations"),
            List.of("--study", "../runs"),
            List.of("--study", "a", "--seeds", "0"))) {
      List<String> arguments = new java.util.ArrayList<>(List.of("evaluate", "--settings", "x"));
      arguments.addAll(wrong);
      err.getBuffer().setLength(0);

      assertThat(execute(arguments.toArray(String[]::new))).isEqualTo(64);
      assertThat(err.toString()).containsAnyOf("--study NAME", "study's name", "--seeds is 0");
    }
  }

  @Test
  void propertiesThatResultsDependOnAreSetAndCorrected() {
    SparkConf conf = new SparkConf(false).set("spark.sql.session.timeZone", "Asia/Kathmandu");

    assertThat(Session.enforce(conf)).singleElement().asString().contains("Asia/Kathmandu");
    assertThat(conf.get("spark.sql.session.timeZone")).isEqualTo("UTC");
    assertThat(conf.get("spark.sql.ansi.enabled")).isEqualTo("true");
    assertThat(Session.enforce(conf)).isEmpty();
  }

  @Test
  void shufflesHaveFourPartitionsACore() {
    assertThat(Session.partitions(1)).isEqualTo(8);
    assertThat(Session.partitions(64)).isEqualTo(256);
  }

  @Test
  void aJavaThatSparkCannotRunOnIsNamed() {
    Session.requireJava(17);
    for (int feature : new int[] {11, 24, 25}) {
      assertThatThrownBy(() -> Session.requireJava(feature)).hasMessageContaining("JAVA_HOME");
    }
  }

  private int execute(String... arguments) {
    CommandLine line = Main.commandLine(Main.STAGES);
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }
}
