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

class VerdictTest {
  @Test
  void publishesTheNetworkThatIsNotShownToBeWorse() {
    assertThat(decide(List.of(difference("observed", -0.01, -0.03, 0.01))).champion())
        .isEqualTo(Champion.mlp("m"));
  }

  @Test
  void publishesTheTableWhereTheIntervalLiesBelowZero() {
    assertThat(decide(List.of(difference("observed", -0.02, -0.03, -0.01))).champion())
        .isEqualTo(Champion.cohortTable());
  }

  @Test
  void publishesOfWhatIsNotIdentifiableOnlyTheTablesOwnChoices() {
    assertThat(decide(List.of(agreement(0.9))).champion()).isEqualTo(Champion.mlp("m"));
    assertThat(decide(List.of(agreement(0.89))))
        .satisfies(
            decision -> {
              assertThat(decision.champion()).isEqualTo(Champion.cohortTable());
              assertThat(decision.reason()).contains("not identifiable", "89 %");
            });
  }

  @Test
  void theHistoryOverrulesAgreement() {
    assertThat(
            decide(List.of(agreement(0.99), difference("observed", -0.02, -0.03, -0.01)))
                .champion())
        .isEqualTo(Champion.cohortTable());
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
        .startsWith("The champion before stays: it is not worse")
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

  private static Row difference(String basis, double value, double low, double high) {
    return RowFactory.create(basis, "mlp", "dr-over-cohort-table", value, low, high, 9L, 2L, 1L);
  }

  private static Row agreement(double share) {
    return RowFactory.create("observed", "mlp", Verdict.AGREEMENT, share, null, null, 9L, 2L, 1L);
  }
}
