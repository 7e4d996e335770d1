package org.chunkopt.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.chunkopt.UserError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryTest {
  @TempDir Path output;
  private Registry registry;
  private TrainedModel model;

  @BeforeEach
  void saveAModel() {
    registry = new Registry(output.toString());
    model = Models.random("mlp-a", 1);
    registry.save(
        model,
        new TrainingOutcome(
            "mlp-a", "Trained.", 10, 2, 1, List.of(new TrainingOutcome.Epoch(1, 0.5, 0.6))));
  }

  @Test
  void loadsWhatWasSaved() {
    TrainedModel loaded = registry.load("mlp-a");

    assertThat(loaded.network().flat()).isEqualTo(model.network().flat());
    assertThat(loaded.scaling().sd()).isEqualTo(model.scaling().sd());
    assertThat(loaded.features()).isEqualTo(model.features());
    assertThat(loaded.metadata()).isEqualTo(model.metadata());
    assertThat(registry.list()).containsExactly("mlp-a");
  }

  @Test
  @Tag("R3")
  @DisplayName("R3: a kill between a file and its checksum leaves a champion that is read")
  void readsAFileWhoseChecksumIsThatOfAnEarlierOne() throws IOException {
    registry.promote(Champion.cohortTable());
    Path checksum = output.resolve("models/.champion.json.crc");
    byte[] earlier = Files.readAllBytes(checksum);
    registry.promote(Champion.mlp("mlp-a"));
    Files.write(checksum, earlier);

    assertThat(registry.champion()).contains(Champion.mlp("mlp-a"));
  }

  @Test
  @Tag("R21")
  @DisplayName("R21: a flipped bit is refused")
  void refusesAFlippedBit() throws IOException {
    byte[] weights = Files.readAllBytes(weights());
    weights[100] ^= 1;
    replace(weights(), weights);

    assertRefused("SHA-256");
  }

  @Test
  void refusesTruncatedWeights() throws IOException {
    byte[] weights = Files.readAllBytes(weights());
    replace(weights(), Arrays.copyOf(weights, weights.length - 4));

    assertRefused("bytes, not");
  }

  @Test
  void refusesAWeightThatIsNoNumberEvenWithAFittingChecksum() throws IOException {
    byte[] weights = Files.readAllBytes(weights());
    String before = ModelFiles.sha256(weights);
    ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN).putFloat(8, Float.NaN);
    replace(weights(), weights);
    edit(before, ModelFiles.sha256(weights));

    assertRefused("no number");
  }

  @Test
  @Tag("R21")
  @DisplayName("R21: features that files do not have are refused")
  void refusesFeaturesThatFilesDoNotHave() throws IOException {
    edit("\"num_targets\"", "\"num_stripes\"");

    assertRefused("num_stripes");
  }

  @Test
  @Tag("R21")
  @DisplayName("R21: a scaling that is too short is refused")
  void refusesAScalingThatIsTooShort() throws IOException {
    edit("\"sd\" : [ ", "\"sd\" : [ 2.0, ");

    assertRefused("scales");
  }

  @Test
  void refusesUnknownKeysAndOtherTypes() throws IOException {
    edit("\"schema_version\" : 2", "\"schema_version\" : 2, \"preprocessor\" : \"evil\"");
    assertRefused("preprocessor");
    edit("\"schema_version\" : 2, \"preprocessor\" : \"evil\"", "\"schema_version\" : \"2\"");
    assertRefused("not what this version writes");
  }

  @Test
  void refusesIdsThatLeaveTheRegistry() {
    assertThatThrownBy(() -> registry.load("../mlp-a"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no model id");
    assertThatThrownBy(() -> registry.load("mlp-b"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("mlp-a");
  }

  @Test
  @Tag("R22")
  @DisplayName("R22: one call brings back the champion before")
  void rollsBackToTheChampionBefore() {
    assertThatThrownBy(registry::rollback).hasMessageContaining("no champion before");
    registry.promote(Champion.mlp("mlp-a"));
    registry.promote(Champion.cohortTable());
    registry.promote(Champion.cohortTable());

    assertThat(registry.rollback()).isEqualTo(Champion.mlp("mlp-a"));
    assertThat(registry.champion()).contains(Champion.mlp("mlp-a"));
    assertThat(registry.rollback()).isEqualTo(Champion.cohortTable());
  }

  @Test
  @Tag("R21")
  @DisplayName("R21: only a model that loads is promoted, else the champion stays")
  void promotesOnlyModelsThatLoad() throws IOException {
    assertThat(registry.champion()).isEmpty();
    registry.promote(Champion.cohortTable());
    registry.promote(Champion.mlp("mlp-a"));
    assertThat(registry.champion()).contains(Champion.mlp("mlp-a"));

    replace(weights(), new byte[4]);

    assertThatThrownBy(() -> registry.promote(Champion.mlp("mlp-a"))).isInstanceOf(UserError.class);
    assertThat(registry.champion()).contains(Champion.mlp("mlp-a"));
  }

  private void assertRefused(String why) {
    assertThatThrownBy(() -> registry.load("mlp-a"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(why);
  }

  private void edit(String from, String to) throws IOException {
    Path file = output.resolve("models/mlp-a/model.json");
    String text = Files.readString(file);
    assertThat(text).contains(from);
    replace(file, text.replace(from, to).getBytes(StandardCharsets.UTF_8));
  }

  /** As another program would: without the file system's own checksum beside the file. */
  private static void replace(Path file, byte[] bytes) throws IOException {
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.write(file, bytes);
  }

  private Path weights() {
    return output.resolve("models/mlp-a/weights.f32");
  }

  @Test
  void anOutputOnTheDefaultHdfsIsNamedWithItsHost() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.defaultFS", "hdfs://127.0.0.1:8020");
    org.apache.hadoop.fs.Path models = new org.apache.hadoop.fs.Path("hdfs:///out/models");
    assertThat(ModelFiles.qualified(models, hadoop))
        .hasToString("hdfs://127.0.0.1:8020/out/models");
    assertThatThrownBy(() -> ModelFiles.qualified(models, new Configuration()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("output.root");
  }

  @Test
  void anEmptyChampionOfAPowerLossIsNone() throws IOException {
    Files.createDirectories(output.resolve("models"));
    Files.createFile(output.resolve("models/champion.json"));
    assertThat(new Registry(output.toString()).champion()).isEmpty();
  }
}
