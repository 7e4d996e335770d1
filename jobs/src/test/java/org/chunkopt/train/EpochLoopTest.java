package org.chunkopt.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.model.Scaling;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Spark.class)
class EpochLoopTest {
  private static final long SEED = 5;

  @TempDir Path directory;

  @Test
  void aKilledTrainingEndsAsIfItHadNotBeenKilled(SparkSession spark) {
    Checkpoints straight = checkpoints("straight");
    Checkpoints killed = checkpoints("killed");
    train(spark, 4, straight, Optional.empty());
    train(spark, 2, killed, Optional.empty());

    train(spark, 4, killed, killed.latest());

    Checkpoints.Progress expected = straight.latest().orElseThrow();
    Checkpoints.Progress actual = killed.latest().orElseThrow();
    assertThat(actual.epochs()).isEqualTo(expected.epochs());
    assertThat(actual.state().parameters()).isEqualTo(expected.state().parameters());
    assertThat(actual.state().updater()).isEqualTo(expected.state().updater());
    assertThat(actual.best().flat()).isEqualTo(expected.best().flat());
    TrainingRows rows = rows(spark);
    assertThat(actual.state().iterations())
        .as("one step for every batch of the fullest worker, in each of 4 epochs")
        .isEqualTo(4 * (int) Math.ceil(rows.mostRows() / 64.0));
    rows.unpersist();
  }

  @Test
  @Tag("R21")
  @DisplayName("R21: a damaged checkpoint is not used")
  void aDamagedCheckpointIsNotUsed(SparkSession spark) throws IOException {
    Checkpoints checkpoints = checkpoints("damaged");
    train(spark, 1, checkpoints, Optional.empty());
    Path state = directory.resolve("damaged/epoch-000001/state.f32");
    byte[] bytes = Files.readAllBytes(state);
    bytes[17] ^= 4;
    Files.delete(state.resolveSibling(".state.f32.crc"));
    Files.write(state, bytes);

    assertThat(checkpoints.latest()).isEmpty();
  }

  @Test
  void trainingBeginsAtTheLossOfTheMeanTarget(SparkSession spark) {
    Checkpoints.Progress reached =
        train(
            spark,
            training("epochs = 1, learning-rate = 1e-8"),
            checkpoints("mean"),
            Optional.empty());

    Row mean =
        labels(spark)
            .selectExpr("sum(weight * label_scaled) / sum(weight)", "avg(label_scaled)")
            .head();
    double expected = mean.getDouble(0);
    assertThat(expected).as("weighted").isNotEqualTo(mean.getDouble(1));
    assertThat(reached.epochs().get(0).trainLoss())
        .as("variance of a target that is 0 or 1")
        .isCloseTo(expected * (1 - expected), within(1e-4));
  }

  @Test
  void stopsWhenTheValidationLossNoLongerFalls(SparkSession spark) {
    Settings.Training impatient =
        SettingsReader.parse("chunkopt.training { epochs = 50, patience = 2, min-delta = 1 }")
            .training();

    Checkpoints.Progress reached =
        train(spark, impatient, checkpoints("patience"), Optional.empty());

    assertThat(reached.epoch()).isEqualTo(3);
    assertThat(reached.bestEpoch()).isEqualTo(1);
  }

  @Test
  void theRateFallsFromEpochToEpoch(SparkSession spark) {
    Checkpoints steady = checkpoints("steady");
    Checkpoints falling = checkpoints("falling");
    train(spark, training("epochs = 2"), steady, Optional.empty());
    train(spark, training("epochs = 2, learning-rate-decay = 0.1"), falling, Optional.empty());
    float[] steadyFirst = first(spark, "epochs = 1", "steady-first");
    float[] fallingFirst = first(spark, "epochs = 1, learning-rate-decay = 0.1", "falling-first");

    assertThat(fallingFirst).as("the first epoch has the whole rate").isEqualTo(steadyFirst);
    assertThat(
            moved(fallingFirst, falling.latest().orElseThrow().state().parameters())
                / moved(steadyFirst, steady.latest().orElseThrow().state().parameters()))
        .isBetween(0.05, 0.25);
  }

  @Test
  void theRateGrowsWithTheWorkers(SparkSession spark) {
    float[] begun = first(spark, "epochs = 1, learning-rate = 1e-8", "begun");
    float[] alone = first(spark, "epochs = 1, max-rate-factor = 1", "alone");
    float[] together = first(spark, "epochs = 1", "together");

    assertThat(moved(begun, together) / moved(begun, alone)).as("two workers").isBetween(1.4, 2.2);
    assertThat(training("learning-rate = 0.01, max-rate-factor = 4").rate(1, 16)).isEqualTo(0.04);
  }

  private float[] first(SparkSession spark, String settings, String name) {
    return train(spark, training(settings), checkpoints(name), Optional.empty())
        .state()
        .parameters();
  }

  private static Settings.Training training(String settings) {
    return SettingsReader.parse("chunkopt.training { " + settings + " }").training();
  }

  /**
   * How far the weights of the first layer went: the moments of the normalisation, which stand
   * among the parameters, follow the data and not the rate.
   */
  private static double moved(float[] from, float[] to) {
    double sum = 0;
    for (int i = 0; i < 15 * 128; i++) {
      sum += Math.abs(to[i] - from[i]);
    }
    return sum;
  }

  private Checkpoints checkpoints(String name) {
    return new Checkpoints(new org.apache.hadoop.fs.Path(directory.resolve(name).toString()));
  }

  private static void train(
      SparkSession spark,
      int epochs,
      Checkpoints checkpoints,
      Optional<Checkpoints.Progress> earlier) {
    train(
        spark,
        SettingsReader.parse("chunkopt.training.epochs = " + epochs).training(),
        checkpoints,
        earlier);
  }

  private static Checkpoints.Progress train(
      SparkSession spark,
      Settings.Training training,
      Checkpoints checkpoints,
      Optional<Checkpoints.Progress> earlier) {
    TrainingRows rows = rows(spark);
    try {
      return new EpochLoop(
              SettingsReader.defaults().model(), training, SEED, rows, rows, checkpoints)
          .run(
              JavaSparkContext.fromSparkContext(spark.sparkContext()),
              scaling(spark),
              Optional.empty(),
              earlier)
          .orElseThrow();
    } finally {
      rows.unpersist();
    }
  }

  private static TrainingRows rows(SparkSession spark) {
    return TrainingRows.of(labels(spark), Tables.DEFAULT_FEATURES, scaling(spark), 2, SEED);
  }

  private static Scaling scaling(SparkSession spark) {
    return Scaling.fit(labels(spark), Tables.DEFAULT_FEATURES);
  }

  private static Dataset<Row> labels(SparkSession spark) {
    return ToyLabels.of(spark, 600, ToyLabels.SAME_SIGN, "1 + id % 3");
  }
}
