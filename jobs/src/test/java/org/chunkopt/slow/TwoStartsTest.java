package org.chunkopt.slow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.chunkopt.testing.RunComparison;
import org.chunkopt.testing.SmallSite;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nights of one date that are started together. */
@Tag("slow")
@Tag("R8")
class TwoStartsTest {
  private static final int PAIRS = 5;

  @TempDir Path directory;

  /**
   * The winner of every pair but the last is killed, so that the next pair meets a dead holder's
   * lock too, and only one night is paid for.
   */
  @Test
  @DisplayName(
      "R8: of two starts within a second one goes on, the other exits 75 within 10 s of it")
  void ofTwoStartsOneGoesOn() throws Exception {
    Path settings = SmallSite.shared().settings(directory, "");
    for (int pair = 1; pair <= PAIRS; pair++) {
      Path[] logs = {directory.resolve("one-" + pair), directory.resolve("two-" + pair)};
      Process one = SmallSite.night(settings, logs[0], "local[2]").start();
      Thread.sleep(200L * pair - 200);
      Process two = SmallSite.night(settings, logs[1], "local[2]").start();

      Process loser = firstToEnd(one, two);
      Process winner = loser == one ? two : one;
      Path log = loser == one ? logs[0] : logs[1];
      assertThat(loser.exitValue())
          .as("exit code of the second start: %s", read(log))
          .isEqualTo(75);
      assertThat(read(log)).contains("holds the lock", "process " + winner.pid());
      assertThat(read(log)).as("what it did before").doesNotContain("begins:", "Removing");
      assertThat(secondsOf(log)).as("time from its first word to its end").isLessThan(limit());
      if (pair < PAIRS) {
        assertThat(winner.isAlive()).isTrue();
        winner.destroyForcibly().waitFor();
      } else {
        assertThat(winner.waitFor()).isIn(0, 2);
      }
    }
    assertThat(SmallSite.out(directory).resolve("runs"))
        .isDirectoryContaining(run -> run.getFileName().toString().endsWith(SmallSite.DATE));
    assertThat(SmallSite.out(directory).resolve("superseded")).doesNotExist();
    assertThat(RunComparison.debris(SmallSite.out(directory))).isEmpty();
  }

  private static Process firstToEnd(Process one, Process two) throws Exception {
    for (int i = 0; i < 3000; i++) {
      for (Process process : List.of(one, two)) {
        if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
          return process;
        }
      }
    }
    throw new AssertionError("Neither start ended.");
  }

  /** Ten seconds on a machine of one's own; others' load stretches them. */
  private static double limit() {
    double load =
        java.lang.management.ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return 10 * Math.max(1, load / Runtime.getRuntime().availableProcessors());
  }

  private static double secondsOf(Path log) throws Exception {
    var attributes = Files.readAttributes(log, java.nio.file.attribute.BasicFileAttributes.class);
    return (attributes.lastModifiedTime().toMillis() - attributes.creationTime().toMillis()) / 1e3;
  }

  private static String read(Path log) throws Exception {
    return Files.readString(log);
  }
}
