package org.chunkopt.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.chunkopt.model.Champion;
import org.junit.jupiter.api.Test;

class EvaluateJobTest {
  @Test
  void publishesTheNetworkThatIsNotWorseThanTheTable() {
    assertThat(EvaluateJob.decide(Optional.of("m"), gains("evidence", 1.02, 1.01)).champion())
        .isEqualTo(Champion.mlp("m"));
  }

  @Test
  void publishesTheTableThatTheNetworkDoesNotBeat() {
    assertThat(EvaluateJob.decide(Optional.of("m"), gains("evidence", 1.01, 1.02)).champion())
        .isEqualTo(Champion.cohortTable());
  }

  @Test
  void decidesNothingByTheTruthOfASimulatedSite() {
    assertThat(EvaluateJob.decide(Optional.of("m"), gains("truth", 2.0, 1.0)).champion())
        .isEqualTo(Champion.cohortTable());
  }

  @Test
  void publishesTheTableWithoutANetwork() {
    assertThat(EvaluateJob.decide(Optional.empty(), gains("evidence", 2.0, 1.0)).champion())
        .isEqualTo(Champion.cohortTable());
  }

  private static List<Row> gains(String basis, double network, double table) {
    return List.of(
        RowFactory.create(basis, "mlp", "gain-over-current", network),
        RowFactory.create(basis, "cohort-table", "gain-over-current", table));
  }
}
