package org.chunkopt.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.chunkopt.model.Champion;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static final Optional<String> MODEL = Optional.of("m");

  @Test
  void publishesTheNetworkThatIsNotShownToBeWorse() {
    assertThat(Verdict.of(MODEL, List.of(difference("observed", -0.01, -0.03, 0.01))).champion())
        .isEqualTo(Champion.mlp("m"));
  }

  @Test
  void publishesTheTableWhereTheIntervalLiesBelowZero() {
    assertThat(Verdict.of(MODEL, List.of(difference("observed", -0.02, -0.03, -0.01))).champion())
        .isEqualTo(Champion.cohortTable());
  }

  @Test
  void publishesOfWhatIsNotIdentifiableOnlyTheTablesOwnChoices() {
    assertThat(Verdict.of(MODEL, List.of(agreement(0.9))).champion()).isEqualTo(Champion.mlp("m"));
    assertThat(Verdict.of(MODEL, List.of(agreement(0.89))))
        .satisfies(
            decision -> {
              assertThat(decision.champion()).isEqualTo(Champion.cohortTable());
              assertThat(decision.reason()).contains("not identifiable", "89 %");
            });
  }

  @Test
  void theHistoryOverrulesAgreement() {
    assertThat(
            Verdict.of(MODEL, List.of(agreement(0.99), difference("observed", -0.02, -0.03, -0.01)))
                .champion())
        .isEqualTo(Champion.cohortTable());
  }

  @Test
  void decidesNothingByTheTruthOfASimulatedSite() {
    List<Row> rows = new ArrayList<>();
    rows.add(difference("truth", 1, 0.9, 1.1));
    rows.add(agreement(0.5));
    assertThat(Verdict.of(MODEL, rows).champion()).isEqualTo(Champion.cohortTable());
  }

  @Test
  void publishesTheTableWithoutANetwork() {
    assertThat(
            Verdict.of(Optional.empty(), List.of(difference("observed", 1, 0.9, 1.1))).champion())
        .isEqualTo(Champion.cohortTable());
  }

  private static Row difference(String basis, double value, double low, double high) {
    return RowFactory.create(basis, "mlp", "dr-over-cohort-table", value, low, high, 9L, 2L, 1L);
  }

  private static Row agreement(double share) {
    return RowFactory.create("observed", "mlp", Verdict.AGREEMENT, share, null, null, 9L, 2L, 1L);
  }
}
