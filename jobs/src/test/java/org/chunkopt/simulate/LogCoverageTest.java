package org.chunkopt.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import org.chunkopt.settings.SettingsReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogCoverageTest {
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.05, 0.3, 0.6, 0.9, 1})
  void theTotalIsAsSet(double share) {
    Site site = site(share);
    assertThat(files(site, false) / files(site, true)).isBetween(share - 0.03, share + 0.03);
  }

  @Test
  void usersWithoutTheToolHaveNoLogAndOthersHaveMore() {
    Site site = site(0.3);
    int silent = 0;
    int all = 0;
    for (long project = 0; project < Project.count(site); project++) {
      for (Directory directory : Project.of(site, project).directories()) {
        boolean logged = false;
        for (int job = 0; job * directory.jobFiles() < directory.files(); job++) {
          logged |= JobPlan.of(site, directory, job).logged();
        }
        assertThat(logged && !directory.user().logging()).isFalse();
        silent += directory.user().logging() ? 0 : 1;
        all++;
      }
    }
    assertThat((double) silent / all).isBetween(0.2, 0.45);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100})
  void theSharesOfTheUsersAreThoseOfTheDraws(int users) {
    double sum = 0;
    for (int user = 0; user < users; user++) {
      double share = User.share(user, users);
      int hits = 0;
      for (int i = 0; i < 20_000; i++) {
        hits += User.some(users, Draws.of(5, Draws.Topic.PROJECT, i)) == user ? 1 : 0;
      }
      assertThat(hits / 20_000.0).isBetween(share - 0.015, share + 0.015);
      sum += share;
    }
    assertThat(sum).isBetween(0.999999, 1.000001);
  }

  private static Site site(double share) {
    return Site.of(
        SettingsReader.parse(
            "chunkopt.simulate { files = 400000, darshan-share = " + share + " }"));
  }

  private static double files(Site site, boolean all) {
    long files = 0;
    for (long project = 0; project < Project.count(site); project++) {
      for (Directory directory : Project.of(site, project).directories()) {
        int left = directory.files();
        for (int job = 0; left > 0; job++) {
          int ofJob = Math.min(left, directory.jobFiles());
          files += all || JobPlan.of(site, directory, job).logged() ? ofJob : 0;
          left -= ofJob;
        }
      }
    }
    return files;
  }
}
