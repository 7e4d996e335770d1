package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** Whole nights in the session of the tests. */
public final class Nights {
  private Nights() {}

  /**
   * Runs {@code nightly} with every stage; what it reports must be a sentence.
   *
   * @return the exit code
   */
  public static int run(Path settings, LocalDate date, String... more) {
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(Main.STAGES);
    line.setOut(new PrintWriter(new StringWriter())).setErr(new PrintWriter(err, true));
    List<String> arguments =
        new ArrayList<>(
            List.of("nightly", "--settings", settings.toString(), "--date", date.toString()));
    arguments.addAll(List.of(more));
    int code = line.execute(arguments.toArray(String[]::new));
    assertThat(err.toString()).doesNotContain("\tat ");
    return code;
  }
}
