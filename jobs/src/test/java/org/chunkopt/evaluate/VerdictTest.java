package org.chunkopt.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.chunkopt.evaluate.Verdict.Finding;
import org.chunkopt.model.Champion;
import org.chunkopt.policy.Decision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {
  @ParameterizedTest
  @CsvSource({
    // mean of the difference and the lower end of its interval, octaves
    "0.02, 0.01",
    "0.00, -0.005",
    "-0.005, -0.0099"
  })
  void publishesTheNetworkThatIsNotShownToBeWorse(double mean, double low) {
    Decision decision = Verdict.of(List.of(finding("new", mean, low)), true, false);
    assertThat(decision.champion()).isEqualTo(Champion.mlp("new"));
    assertThat(decision.promoted()).isTrue();
    assertThat(decision.reason())
        .startsWith(
            "The network is published: on 1,234 held-out cases (logged files as they are, and as if never logged) its advice gains ")
        .contains(String.format(java.util.Locale.ROOT, "%+.4f octaves", mean));
  }

  @ParameterizedTest
  @CsvSource({
    "0.005, -0.01",
    "-0.02, -0.03",
    // One directory has no interval.
    "0.02, NaN"
  })
  void publishesTheTableWhereTheIntervalReachesTheMargin(double mean, double low) {
    Decision decision = Verdict.of(List.of(finding("new", mean, low)), true, false);
    assertThat(decision.champion()).isEqualTo(Champion.cohortTable());
    assertThat(decision.promoted()).isTrue();
    assertThat(decision.reason())
        .startsWith("The cohort table is published, because the network new is not good enough:")
        .contains("the lower end must be above -0.01");
  }

  @Test
  void ofTwoNetworksTheBetterIsPublishedAndTheOtherNamed() {
    Decision decision =
        Verdict.of(List.of(finding("new", 0.01, 0.005), finding("old", 0.03, 0.02)), true, false);
    assertThat(decision.champion()).isEqualTo(Champion.mlp("old"));
    assertThat(decision.reason()).startsWith("The champion old stays: ").contains("Of new: ");
  }

  @Test
  void aTieGoesToTonights() {
    Decision decision =
        Verdict.of(List.of(finding("new", 0.01, 0.005), finding("old", 0.01, 0.009)), true, false);
    assertThat(decision.champion()).isEqualTo(Champion.mlp("new"));
    assertThat(decision.reason()).startsWith("The network is published: ").contains("Of old: ");
  }

  @Test
  void aChampionThatBecameWorseThanTheTableGoes() {
    Decision decision =
        Verdict.of(
            List.of(finding("new", -0.05, -0.06), finding("old", -0.03, -0.04)), true, false);
    assertThat(decision.champion()).isEqualTo(Champion.cohortTable());
    assertThat(decision.reason()).contains("the network old is not good enough", "Of new: ");
  }

  @Test
  void withoutANetworkOfTonightTheChampionStays() {
    Decision decision = Verdict.of(List.of(finding("old", 0.01, 0.005)), false, false);
    assertThat(decision.champion()).isEqualTo(Champion.mlp("old"));
    assertThat(decision.reason()).startsWith("The champion old stays: ");
  }

  @Test
  void withoutHeldOutFilesTheNetworkIsNotShownToBeWorse() {
    Decision decision = Verdict.of(List.of(new Finding("new", null, 0)), true, false);
    assertThat(decision.champion()).isEqualTo(Champion.mlp("new"));
    assertThat(decision.reason())
        .isEqualTo(
            "The network is published: no held-out file has a known use to compare it with the"
                + " cohort table on.");
  }

  @Test
  void withoutAnyNetworkTheTableIsPublished() {
    Decision decision = Verdict.of(List.of(), false, false);
    assertThat(decision.champion()).isEqualTo(Champion.cohortTable());
    assertThat(decision.promoted()).isTrue();
    assertThat(decision.reason())
        .isEqualTo("The cohort table is published: there is no network yet.");
  }

  @Test
  void aChampionThatCannotBeReadIsReplacedForOneNight() {
    Decision decision = Verdict.of(List.of(), false, true);
    assertThat(decision.champion()).isEqualTo(Champion.cohortTable());
    assertThat(decision.promoted()).isFalse();
    assertThat(decision.reason()).contains("could not be read");
    assertThat(Verdict.of(List.of(finding("new", -0.05, -0.06)), true, true).promoted())
        .as("a network of tonight that is worse than the table does not end the champion either")
        .isFalse();
    assertThat(Verdict.of(List.of(finding("new", 0.05, 0.04)), true, true).promoted()).isTrue();
  }

  private static Finding finding(String id, double mean, double low) {
    return new Finding(id, new Bootstrap.Interval(mean, low, mean + 0.01), 1234);
  }
}
