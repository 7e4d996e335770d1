package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManualTest {
  @TempDir Path directory;

  @Test
  void bashCompletesCommandsAndOptions() throws Exception {
    Manual.write(directory);

    assertThat(completions("chunkopt", "nig")).containsExactly("nightly");
    assertThat(completions("chunkopt", "report", "--da")).containsExactly("--date");
    assertThat(completions("chunkopt", "settings", "--te")).containsExactly("--template");
  }

  @Test
  void everyCommandHasAPage() throws IOException {
    Manual.write(directory);

    List<String> commands = List.copyOf(Main.commandLine(Main.STAGES).getSubcommands().keySet());
    try (Stream<Path> pages = Files.list(directory.resolve("man1"))) {
      assertThat(pages.map(page -> page.getFileName().toString()))
          .contains("chunkopt.1")
          .containsAll(commands.stream().map(name -> "chunkopt-" + name + ".1").toList());
    }
    assertThat(Files.readAllLines(directory.resolve("man1/chunkopt-nightly.1")))
        .contains(".SH NAME", ".SH EXAMPLES", ".B 75", ".B \\-\\-settings FILE")
        .allMatch(
            line -> !line.startsWith(".") || line.matches("\\.(TH|SH|TP|PP|B)( .*)?"), "a request");
  }

  /** What bash offers for the last of these words. */
  private List<String> completions(String... words) throws IOException, InterruptedException {
    String script =
        """
        compopt() { :; }  # Only a running completion may call the real one.
        source "$1"; shift
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _complete_chunkopt
        printf '%s\\n' "${COMPREPLY[@]}"
        """;
    List<String> command =
        new java.util.ArrayList<>(
            List.of("bash", "-c", script, "bash", directory.resolve("chunkopt.bash").toString()));
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> offered = process.inputReader().lines().toList();
    assertThat(process.waitFor()).as(offered.toString()).isZero();
    return offered;
  }
}
