package org.chunkopt.slow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.chunkopt.testing.RunComparison;
import org.chunkopt.testing.SmallSite;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A night on two executors, processes of their own, of which one is killed in each long stage. */
@Tag("slow")
@Tag("R5")
class LostExecutorTest {
  private static final String CLUSTER = "local-cluster[2,1,1024]";
  private static final List<String> STAGES = List.of("ingest", "features", "train", "score");

  @TempDir Path directory;

  @Test
  @DisplayName("R5: an executor killed in ingest, features, training and score costs no row")
  void theNightGoesOnWithoutTheExecutor() throws Exception {
    SmallSite site = SmallSite.shared();
    Path undisturbed = directory.resolve("undisturbed");
    assertThat(start(site, undisturbed).waitFor()).isIn(0, 2);

    Path house = directory.resolve("house");
    Path log = house.resolve("log");
    Process driver = start(site, house);
    List<String> killed = new ArrayList<>();
    for (String stage : STAGES) {
      if (awaitStage(driver, log, stage) && killExecutor(driver)) {
        killed.add(stage);
      }
    }
    int code = driver.waitFor();
    assertThat(code).as(Files.readString(log)).isIn(0, 2);
    assertThat(killed).as("stages in which an executor was killed").containsAll(STAGES);
    assertThat(Files.readString(log)).contains("Lost executor");
    RunComparison.assertSame(SmallSite.run(house), SmallSite.run(undisturbed));
    assertThat(RunComparison.debris(SmallSite.out(house))).isEmpty();
  }

  private static Process start(SmallSite site, Path house) throws Exception {
    Path settings = site.settings(house, "");
    return SmallSite.night(
            settings,
            house.resolve("log"),
            CLUSTER,
            "--conf",
            "spark.executor.memory=1g",
            "--conf",
            "spark.executor.instances=2")
        .start();
  }

  private static boolean awaitStage(Process driver, Path log, String stage) throws Exception {
    while (driver.isAlive()) {
      if (Files.readString(log).contains("Nightly: " + stage + " begins")) {
        // Some of its tasks have begun by then.
        Thread.sleep(1000);
        return true;
      }
      driver.waitFor(200, TimeUnit.MILLISECONDS);
    }
    return false;
  }

  /** A killed executor is started again by its worker, which takes some seconds. */
  private static boolean killExecutor(Process driver) throws Exception {
    for (int i = 0; i < 100 && driver.isAlive(); i++) {
      Optional<ProcessHandle> executor =
          driver.descendants().filter(LostExecutorTest::isExecutor).findFirst();
      if (executor.isPresent()) {
        return executor.get().destroyForcibly();
      }
      Thread.sleep(100);
    }
    return false;
  }

  /** From the kernel: what the JDK tells of a command line ends after a page. */
  private static boolean isExecutor(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
          .contains("CoarseGrainedExecutorBackend");
    } catch (IOException e) {
      return false;
    }
  }
}
