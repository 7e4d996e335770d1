package org.chunkopt.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.chunkopt.settings.SettingsReader;
import org.junit.jupiter.api.Test;

/** Sites with few logs or none, and with owners who change their habits. */
class ModestSitesTest {
  @Test
  void withoutLogsNoJobIsLogged() {
    assertThat(loggedUsers(site("darshan-share = 0"))).isEmpty();
  }

  @Test
  void onlyTheLargestUsersHaveLogs() {
    Site site = site("logging-users = 2, darshan-share = 0.5");
    assertThat(loggedUsers(site)).containsExactlyInAnyOrder(0, 1);
  }

  @Test
  void habitsChangeInTheMiddleOfTheHistory() {
    Site site = site("habits-change = 0.5");
    List<Directory> all = directories(site);
    List<Directory> changed = all.stream().filter(d -> d.habitSecond() < Long.MAX_VALUE).toList();
    assertThat((double) changed.size() / all.size()).isBetween(0.35, 0.65);
    assertThat(changed)
        .allSatisfy(
            d -> {
              assertThat(d.accessAt(d.habitSecond() - 1)).isEqualTo(d.access());
              assertThat(d.accessAt(d.habitSecond())).isEqualTo(d.laterAccess());
              double factor = (double) d.access().requestBytes() / d.laterAccess().requestBytes();
              assertThat(Math.max(factor, 1 / factor)).isGreaterThanOrEqualTo(2);
            });
    long before = 0;
    long after = 0;
    for (long project = 0; project < Project.count(site); project++) {
      for (SimulatedFile file : Project.of(site, project).files(site)) {
        if (file.directory().habitSecond() < Long.MAX_VALUE) {
          boolean isLater =
              file.access().requestBytes() != file.directory().access().requestBytes();
          before += isLater ? 0 : 1;
          after += isLater ? 1 : 0;
        }
      }
    }
    assertThat(after).isBetween(before / 5, before * 5);
  }

  @Test
  void aSiteOfSteadyHabitsIsTheSameAsBefore() {
    assertThat(directories(site("habits-change = 0")))
        .allMatch(d -> d.access().equals(d.laterAccess()))
        .extracting(Directory::access)
        .containsExactlyElementsOf(
            directories(site("habits-change = 0.5")).stream().map(Directory::access).toList());
  }

  @Test
  void bothPoolsOfAMixedSiteCanHaveOneCapacity() {
    assertThat(capacities(site("equal-capacity = true"))).hasSize(1);
    assertThat(capacities(site("equal-capacity = false"))).hasSize(2);
  }

  private static Set<Long> capacities(Site site) {
    Set<Long> capacities = new HashSet<>();
    site.pools().forEach(pool -> capacities.add(pool.targetBytes()));
    return capacities;
  }

  private static Set<Integer> loggedUsers(Site site) {
    Set<Integer> users = new HashSet<>();
    for (Directory directory : directories(site)) {
      for (int job = 0; job * directory.jobFiles() < directory.files(); job++) {
        if (JobPlan.of(site, directory, job).logged()) {
          users.add(directory.user().index());
        }
      }
    }
    return users;
  }

  private static List<Directory> directories(Site site) {
    List<Directory> directories = new ArrayList<>();
    for (long project = 0; project < Project.count(site); project++) {
      directories.addAll(Project.of(site, project).directories());
    }
    return directories;
  }

  private static Site site(String settings) {
    return Site.of(
        SettingsReader.parse(
            "chunkopt { run.seed = 5, simulate { files = 60000, " + settings + " } }"));
  }
}
