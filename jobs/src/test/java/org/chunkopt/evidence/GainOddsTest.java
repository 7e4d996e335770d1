package org.chunkopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.chunkopt.evidence.GainOdds.Part;
import org.junit.jupiter.api.Test;

class GainOddsTest {
  /** The logistic approximation and the halvings err by less. */
  private static final double NEARLY = 0.002;

  @Test
  void oneUseIsANormalDistribution() {
    GainOdds odds = new GainOdds(List.of(new Part(1, 0.5, 0.2)));
    assertThat(odds.mean()).isEqualTo(0.5);
    assertThat(odds.sd()).isCloseTo(0.2, within(1e-12));
    assertThat(odds.below(0.5)).isCloseTo(0.5, within(1e-12));
    assertThat(odds.below(0.3)).isCloseTo(0.158655, within(NEARLY));
    assertThat(odds.quantile(0.1)).isCloseTo(0.5 - 1.281552 * 0.2, within(NEARLY));
    assertThat(odds.quantile(0.2)).isCloseTo(0.5 - 0.841621 * 0.2, within(NEARLY));
    assertThat(odds.quantile(0.9)).isCloseTo(0.5 + 1.281552 * 0.2, within(NEARLY));
  }

  @Test
  void aGainInOneUseOfFourAndNothingInTheOthersIsNoRisk() {
    GainOdds odds = new GainOdds(List.of(new Part(0.25, 1, 0.1), new Part(0.75, 0, 0)));
    assertThat(odds.mean()).isEqualTo(0.25);
    // .25 * .01 + .25 * .75
    assertThat(odds.sd()).isCloseTo(Math.sqrt(0.19), within(1e-12));
    assertThat(odds.below(GainOdds.HARM)).isCloseTo(0, within(1e-9));
    assertThat(odds.quantile(0.5)).isCloseTo(0, within(NEARLY));
    // .75 + .25 * .6
    assertThat(odds.quantile(0.9)).isCloseTo(1 + 0.253347 * 0.1, within(NEARLY));
  }

  @Test
  void aLossInOneUseOfFiveIsThatMuchRisk() {
    GainOdds odds = new GainOdds(List.of(new Part(0.2, -1, 0.01), new Part(0.8, 1, 0.01)));
    assertThat(odds.below(GainOdds.HARM)).isCloseTo(0.2, within(1e-9));
    assertThat(GainOdds.HARM).isCloseTo(-0.0740006, within(1e-6));
  }

  @Test
  void timeSavedAndLostAreTheTwoSidesOfTheDistribution() {
    for (Part part : List.of(new Part(1, 0.3, 0.4), new Part(1, -0.2, 0.5), new Part(1, 1, 0.1))) {
      double saved = 0;
      double lost = 0;
      double total = 0;
      for (double z = -6; z <= 6; z += 1e-3) {
        double weight = Math.exp(-z * z / 2);
        double left = Math.pow(2, -(part.mean() + part.sd() * z));
        saved += weight * Math.max(0, 1 - left);
        lost += weight * Math.max(0, left - 1);
        total += weight;
      }
      GainOdds odds = new GainOdds(List.of(part));
      assertThat(odds.timeSaved()).isCloseTo(saved / total, within(NEARLY));
      assertThat(odds.timeLost()).isCloseTo(lost / total, within(NEARLY));
    }
    GainOdds mixed = new GainOdds(List.of(new Part(0.25, 1, 0), new Part(0.75, 0, 0)));
    assertThat(mixed.timeSaved()).isCloseTo(0.125, within(1e-6));
    assertThat(mixed.timeLost()).isCloseTo(0, within(1e-6));
  }
}
