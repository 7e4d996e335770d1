package org.chunkopt.slow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.chunkopt.testing.RunComparison;
import org.chunkopt.testing.SmallSite;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nights whose driver is killed again and again, started by {@code nightly.sh}. */
@Tag("slow")
@Tag("R3")
class KilledDriverTest {
  private static final long SEED = 20261123;
  private static final int KILLS = 20;
  private static final int KILLS_OF_A_NIGHT = 7;
  private static final Pattern BEGINS = Pattern.compile("Nightly: (\\w+) begins");

  @TempDir Path directory;

  @Test
  @DisplayName("R3: twenty kill -9 at random moments; the next start ends in the undisturbed run")
  void theStartAfterAKillPublishesTheUndisturbedRun() throws Exception {
    SmallSite site = SmallSite.shared();
    Path undisturbed = directory.resolve("undisturbed");
    long start = System.nanoTime();
    assertThat(finish(site, undisturbed)).isIn(0, 2);
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);

    Random random = new Random(SEED);
    Map<String, Integer> killed = new TreeMap<>();
    int kills = 0;
    for (int night = 0; kills < KILLS; night++) {
      Path house = directory.resolve("night-" + night);
      Path settings = site.settings(house, "");
      Path log = house.resolve("log");
      for (int i = 0; i < KILLS_OF_A_NIGHT && kills < KILLS; i++) {
        Process driver = SmallSite.night(settings, log, "local[2]").start();
        long delay = (long) (random.nextDouble() * millis * 0.3);
        if (driver.waitFor(delay, TimeUnit.MILLISECONDS)) {
          break;
        }
        driver.destroyForcibly().waitFor();
        kills++;
        killed.merge(lastStage(log), 1, Integer::sum);
        // A reader never sees half of a run, whatever was killed.
        assertThat(SmallSite.run(house).resolve("run.json"))
            .satisfiesAnyOf(
                json -> assertThat(json).exists(),
                json -> assertThat(json.getParent()).doesNotExist());
      }
      int code = finish(site, house);
      assertThat(code == 0 || code == 2 || Files.readString(log).contains("Nightly: Published"))
          .as("exit code %d of night %d: %s", code, night, Files.readString(log))
          .isTrue();
      RunComparison.assertSame(SmallSite.run(house), SmallSite.run(undisturbed));
      assertThat(RunComparison.debris(SmallSite.out(house))).isEmpty();
      assertThat(SmallSite.out(house).resolve("latest.json"))
          .hasSameTextualContentAs(SmallSite.out(undisturbed).resolve("latest.json"));
      assertThat(SmallSite.out(house).resolve("models/champion.json"))
          .hasSameTextualContentAs(SmallSite.out(undisturbed).resolve("models/champion.json"));
    }
    System.out.println("Killed " + kills + " times, undisturbed " + millis + " ms: " + killed);
    assertThat(killed).as("stages in which a driver was killed").hasSizeGreaterThan(2);
  }

  private static int finish(SmallSite site, Path house) throws Exception {
    Path settings = site.settings(house, "");
    return SmallSite.night(settings, house.resolve("log"), "local[2]").start().waitFor();
  }

  private static String lastStage(Path log) throws Exception {
    return BEGINS
        .matcher(Files.readString(log))
        .results()
        .map(MatchResult.class::cast)
        .reduce((first, second) -> second)
        .map(match -> match.group(1))
        .orElse("start");
  }
}
