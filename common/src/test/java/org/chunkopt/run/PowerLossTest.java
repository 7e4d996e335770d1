package org.chunkopt.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A power loss seconds after a run was published: what was never synced is empty, and a rename
 * whose directory was not synced afterwards has not happened. Needs a C compiler.
 */
class PowerLossTest {
  private static final String RUN = "run_date=2026-11-23";
  private static final String RECORD = "{\"as_of\": \"2026-11-23T00:00:00Z\"}\n";

  @TempDir Path house;

  /** Publishes a small run, as a night does, and dies. */
  public static void main(String[] arguments) throws IOException {
    Path output = Path.of(arguments[0]);
    RunDirectory directory =
        RunDirectory.of(new Configuration(), output.toString(), LocalDate.of(2026, 11, 23));
    directory.lock();
    directory.resume(List.of());
    // Spark writes its tables without a sync.
    Path part = output.resolve("staging/" + RUN + "/files/part-0.parquet");
    Files.createDirectories(part.getParent());
    Files.writeString(part, "table");
    directory.write("run.json", RECORD);
    directory.publish(RunDirectory.Existing.REFUSE);
    directory.pointLatest();
    Runtime.getRuntime().halt(0);
  }

  @Test
  @Tag("R24")
  @DisplayName("R24: a power loss after the publication leaves a whole run")
  void aPowerLossAfterThePublicationLeavesAWholeRun() throws Exception {
    assumeTrue(hasCompiler(), "needs cc");
    Path output = house.resolve("out");
    Path journal = house.resolve("journal");
    Path library = house.resolve("journal.so");
    run("cc", "-shared", "-fPIC", "-o", library + "", "src/test/resources/power/journal.c", "-ldl");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            PowerLossTest.class.getName(),
            output.toString());
    builder.environment().put("LD_PRELOAD", library.toString());
    builder.environment().put("POWER_JOURNAL", journal.toString());
    assertThat(builder.inheritIO().start().waitFor()).isZero();

    int lost = losePower(output, Files.readAllLines(journal));

    assertThat(lost).as("the lock alone may be lost").isLessThanOrEqualTo(1);
    assertThat(output.resolve("runs/" + RUN + "/run.json")).hasContent(RECORD);
    assertThat(output.resolve("runs/" + RUN + "/files/part-0.parquet")).hasContent("table");
    assertThat(output.resolve("latest.json")).content().contains("runs/" + RUN);
  }

  /** Empties what was never synced, takes unsynced renames back. How many files were emptied. */
  private static int losePower(Path output, List<String> journal) throws IOException {
    Set<Path> synced = new HashSet<>();
    for (int i = 0; i < journal.size(); i++) {
      String[] call = journal.get(i).split("\t", -1);
      Path first = Path.of(call[1]);
      if (call[0].equals("sync")) {
        synced.add(first);
      } else if (first.startsWith(output)) {
        Path to = Path.of(call[2]);
        String names = "sync\t" + to.getParent() + "\t";
        assertThat(journal.subList(i, journal.size())).as(journal.get(i)).contains(names);
        Set<Path> moved = new HashSet<>();
        synced.removeIf(path -> path.startsWith(to));
        synced.stream()
            .filter(path -> path.startsWith(first))
            .forEach(path -> moved.add(to.resolve(first.relativize(path))));
        synced.addAll(moved);
      }
    }
    int lost = 0;
    try (Stream<Path> files = Files.walk(output)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!synced.contains(file)) {
          Files.writeString(file, "");
          lost++;
        }
      }
    }
    return lost;
  }

  private static boolean hasCompiler() throws Exception {
    return new ProcessBuilder("sh", "-c", "command -v cc >/dev/null").start().waitFor() == 0;
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
