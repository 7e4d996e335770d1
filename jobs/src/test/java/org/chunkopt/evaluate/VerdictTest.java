package org.chunkopt.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.chunkopt.model.Champion;
import org.chunkopt.policy.Decision;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {
  @Test
  void publishesTheNetworkThatIsShownToBeBetter() {
    Decision decision = decide(List.of(difference("observed", 0.02, 0.01, 0.03)));
    assertThat(decision.champion()).isEqualTo(Champion.mlp("m"));
    assertThat(decision.reason()).contains("better than the cohort table", "+0.0100 to +0.0300");
  }

  @ParameterizedTest
  @CsvSource({
    "-0.02, -0.03, -0.01, the network is worse than it",
    "-0.01, -0.03, 0.01, the network is not better than it",
    "0.01, -0.01, 0.03, the network is not better than it",
    "0.01, 0, 0.03, the network is not better than it",
    // One directory has no interval.
    "0.01, , , the network is not better than it"
  })
  void publishesTheTableThatTheNetworkIsNotShownToBeat(
      double value, Double low, Double high, String why) {
    Decision decision = decide(List.of(difference("observed", value, low, high)));
    assertThat(decision.champion()).isEqualTo(Champion.cohortTable());
    assertThat(decision.reason()).startsWith("The cohort table is published: " + why);
  }

  @Test
  void publishesTheTableWhereTheHistoryCannotValueTheNetwork() {
    for (double share : new double[] {0.5, 0.996}) {
      Decision decision = decide(List.of(agreement(share)));
      assertThat(decision.champion()).isEqualTo(Champion.cohortTable());
      assertThat(decision.reason())
          .contains("not identifiable", (int) Math.floor(100 * share) + " %");
    }
    assertThat(decide(List.of()).reason())
        .isEqualTo(
            "The cohort table is published: the value of the network is not identifiable from this"
                + " history.");
  }

  @Test
  void decidesNothingByTheTruthOfASimulatedSite() {
    List<Row> rows = new ArrayList<>();
    rows.add(difference("truth", 1, 0.9, 1.1));
    rows.add(agreement(0.5));
    assertThat(decide(rows).champion()).isEqualTo(Champion.cohortTable());
  }

  @Test
  void publishesTheTableWithoutANetwork() {
    assertThat(Verdict.of(Map.of(), false))
        .isEqualTo(
            new Decision(
                Champion.cohortTable(),
                "The cohort table is published: there is no network yet.",
                true));
  }

  @Test
  @Tag("R22")
  @DisplayName("R22: the champion stays where tonight's network is worse, and both are told of")
  void theChampionIsJudgedWhereTonightsNetworkIsWorse() {
    Map<String, Verdict.Finding> findings = new LinkedHashMap<>();
    findings.put("tonight", Verdict.find(List.of(difference("observed", -0.02, -0.03, -0.01))));
    findings.put("before", Verdict.find(List.of(difference("observed", 0.02, 0.01, 0.03))));

    Decision decision = Verdict.of(findings, false);

    assertThat(decision.champion()).isEqualTo(Champion.mlp("before"));
    assertThat(decision.reason())
        .startsWith("The champion before stays: it is better")
        .contains("tonight is not promoted: the network is worse than it")
        .contains("-0.0300 to -0.0100");
  }

  @Test
  @Tag("R21")
  @DisplayName("R21: the table that stands in for a champion that cannot be read is not promoted")
  void whatStandsInIsNotPromoted() {
    Decision decision = Verdict.of(Map.of(), true);
    assertThat(decision.champion()).isEqualTo(Champion.cohortTable());
    assertThat(decision.promoted()).isFalse();
    assertThat(decision.reason()).contains("could not be read");
  }

  private static Decision decide(List<Row> rows) {
    return Verdict.of(Map.of("m", Verdict.find(rows)), false);
  }

  private static Row difference(String basis, double value, Double low, Double high) {
    return RowFactory.create(basis, "mlp", "dr-over-cohort-table", value, low, high, 9L, 2L, 1L);
  }

  private static Row agreement(double share) {
    return RowFactory.create("observed", "mlp", Verdict.AGREEMENT, share, null, null, 9L, 2L, 1L);
  }
}
