package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a night says of wrong settings, and that it leaves nothing behind. */
@Tag("R23")
class SettingsMistakesTest {
  @TempDir Path house;

  @Test
  @DisplayName("R23: every problem is told at once with its line, by the night as by the check")
  void theNightSaysWhatTheCheckSays() throws IOException {
    String told =
        refusal(
            """
            chunkopt {
              output.rot = "%1$s/out"
              training { epochs = many, learning-rate = 7 }
              ingest { max-reject-fraction = 0.01, warn-reject-fraction = 0.02 }
            }
            """
                .formatted(house));
    assertThat(told)
        .contains("The settings have 6 problems:")
        .contains("site.conf: 2: unknown key chunkopt.output.rot; did you mean output.root?")
        .contains("site.conf: 3: chunkopt.training.epochs is \"many\", not a whole number")
        .contains("site.conf: 3: chunkopt.training.learning-rate is 7, outside")
        .contains("site.conf: 4: chunkopt.ingest.warn-reject-fraction is above")
        .contains("chunkopt.output.root is empty; a site must set it")
        .contains("chunkopt.inputs.inventory is empty; a site must set it");
  }

  @Test
  @DisplayName("R23: a variable of the file that is not set is named with its line")
  void anUnsetVariableIsNamed() throws IOException {
    assertThat(System.getenv("INFLUXDB_TOKEN")).isNull();
    assertThat(refusal("chunkopt {\n  influx.token = ${INFLUXDB_TOKEN}\n}\n"))
        .contains("INFLUXDB_TOKEN", "site.conf: 2");
  }

  @Test
  @DisplayName("R23: a file of another encoding is refused, not read with other names")
  void anotherEncodingIsNamed() throws IOException {
    byte[] latin =
        ("# a\nchunkopt.output.root = \"" + house + "/donn\u00e9es\"\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    assertThat(refusal(latin)).contains("site.conf, line 2 is not UTF-8. Save it as UTF-8.");
    assertThat(refusal(new byte[] {'a', (byte) 0xc3})).contains("line 1 is not UTF-8");
  }

  private String refusal(String text) throws IOException {
    return refusal(text.getBytes(StandardCharsets.UTF_8));
  }

  /** What the check, the night and the plan say alike; nothing is made. */
  private String refusal(byte[] text) throws IOException {
    Path file = Files.write(house.resolve("site.conf"), text);
    String told = null;
    for (List<String> command :
        List.of(List.of("settings", "--check"), List.of("nightly"), List.of("plan"))) {
      StringWriter err = new StringWriter();
      CommandLine line = Main.commandLine(Main.STAGES);
      line.setOut(new PrintWriter(err, true)).setErr(new PrintWriter(err, true));
      String[] arguments =
          Stream.concat(command.stream(), Stream.of("--settings", file.toString()))
              .toArray(String[]::new);
      assertThat(line.execute(arguments)).isEqualTo(UserError.USAGE);
      assertThat(told).isIn(null, err.toString());
      told = err.toString();
    }
    try (Stream<Path> made = Files.list(house)) {
      assertThat(made).containsExactly(file);
    }
    assertThat(told).doesNotContain("\tat ", "Exception");
    return told;
  }
}
