package org.chunkopt.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.RandomAccessFile;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.chunkopt.UserError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that somebody else put into the registry: each is refused with a sentence. */
@Tag("R21")
class EvilModelTest {
  private static final String ID = "mlp-evil";
  private static final long HUGE = 10L << 30;

  /** Runs code when it is read from a stream. */
  static final class Gadget implements Serializable {
    private static final long serialVersionUID = 1;
    static boolean ran;

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      ran = true;
    }
  }

  @TempDir Path house;
  private Registry registry;

  @BeforeEach
  void aChampionAndAModelThatIsTamperedWith() throws IOException {
    registry = new Registry(house.resolve("out").toString());
    for (String id : List.of("mlp-good", ID)) {
      registry.save(
          Models.random(id, 1),
          new TrainingOutcome(
              id, "Trained.", 10, 2, 1, List.of(new TrainingOutcome.Epoch(1, 0.5, 0.6))));
    }
    registry.promote(Champion.mlp("mlp-good"));
    Gadget.ran = false;
    try (Stream<Path> files = Files.walk(house)) {
      for (Path sum : files.filter(f -> f.getFileName().toString().endsWith(".crc")).toList()) {
        Files.delete(sum);
      }
    }
  }

  @Test
  @DisplayName("R21: an archive with a serialized gadget runs nothing, whatever file it is put for")
  void gadgetsDoNotRun() throws Exception {
    byte[] serialized = serialized();
    new ObjectInputStream(new java.io.ByteArrayInputStream(serialized)).readObject();
    assertThat(Gadget.ran).as("the gadget works where it is read").isTrue();
    Gadget.ran = false;

    byte[] archive = archive(serialized);
    Files.write(file("preprocessor.bin"), serialized);
    Files.write(file("normalizer.bin"), serialized);
    Files.write(file("model.zip"), archive);
    assertThat(registry.load(ID).id()).as("what is beside a model is not looked at").isEqualTo(ID);
    for (byte[] evil : List.of(archive, serialized)) {
      byte[] weights = Files.readAllBytes(file("weights.f32"));
      Files.write(file("weights.f32"), evil);
      assertRefused(evil.length + " bytes, not");
      Files.write(file("weights.f32"), weights);
      byte[] description = Files.readAllBytes(file("model.json"));
      Files.write(file("model.json"), evil);
      assertRefused("not what this version writes");
      Files.write(file("model.json"), description);
    }
    assertThat(Gadget.ran).isFalse();
    assertThat(house.resolve("escaped")).doesNotExist();
  }

  @Test
  @DisplayName("R21: a description that names a class is refused")
  void classesAreNotNamed() throws IOException {
    String gadget = Gadget.class.getName();
    edit("\"features\"", "\"@class\" : \"" + gadget + "\", \"features\"");
    assertRefused("@class");
    edit("\"@class\" : \"" + gadget + "\", \"features\"", "\"features\"");
    edit("\"features\" : [", "\"features\" : [ [ \"" + gadget + "\", {} ],");
    assertRefused("not what this version writes");
  }

  @Test
  @DisplayName("R21: names that leave the registry are refused")
  void nothingOutsideTheRegistryIsRead() throws IOException {
    Path outside = Files.createDirectories(house.resolve("x"));
    for (String name : List.of("model.json", "weights.f32")) {
      Files.copy(file(name), outside.resolve(name));
    }
    for (String id : List.of("../../x", "..", ".", "a/../../../x", "/etc", "a\0b", "", "-x")) {
      UserError refusal = catchThrowableOfType(UserError.class, () -> registry.load(id));
      assertThat(refusal).as(id).isNotNull().hasMessageContaining("is no model id");
    }
    edit("\"file\" : \"weights.f32\"", "\"file\" : \"../../x/weights.f32\"");
    assertRefused("constants or a layout");
    Files.writeString(
        house.resolve("out/models/champion.json"),
        "{\"policy\" : \"mlp\", \"model_id\" : \"../../x\"}");
    assertThat(registry.champion()).contains(Champion.mlp("../../x"));
    assertThat(
            catchThrowableOfType(
                UserError.class, () -> registry.promote(registry.champion().get())))
        .hasMessageContaining("is no model id");
  }

  @Test
  @DisplayName("R21: files of 10 GiB and shapes of billions of weights are refused unread")
  void memoryIsBounded() throws IOException {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try (RandomAccessFile weights = new RandomAccessFile(file("weights.f32").toFile(), "rw")) {
      weights.setLength(HUGE);
    }
    assertRefused(HUGE + " bytes, not");
    byte[] description = Files.readAllBytes(file("model.json"));
    try (RandomAccessFile json = new RandomAccessFile(file("model.json").toFile(), "rw")) {
      json.setLength(HUGE);
    }
    assertRefused(HUGE + " bytes, more than");
    Files.write(file("model.json"), description);
    edit("\"hidden\" : [ 10, 7 ]", "\"hidden\" : [ 65536, 65536, 65536 ]");
    assertRefused("parameters");
    edit("\"hidden\" : [ 65536, 65536, 65536 ]", "\"hidden\" : " + "[".repeat(100_000));
    assertRefused("not what this version writes");
    assertThat(threads.getCurrentThreadAllocatedBytes() - before)
        .as("bytes allocated")
        .isLessThan(256L << 20);
  }

  @Test
  @DisplayName("R21: truncated, flipped, NaN, infinite and 14 instead of 15 inputs are refused")
  void damageIsRefused() throws IOException {
    byte[] weights = Files.readAllBytes(file("weights.f32"));
    Files.write(file("weights.f32"), Arrays.copyOf(weights, weights.length - 1));
    assertRefused("bytes, not");
    for (int bit : new int[] {0, 7, 8 * weights.length - 1}) {
      byte[] flipped = weights.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file("weights.f32"), flipped);
      assertRefused("SHA-256");
    }
    String sum = ModelFiles.sha256(weights);
    for (float value : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      byte[] wrong = weights.clone();
      ByteBuffer.wrap(wrong).order(ByteOrder.LITTLE_ENDIAN).putFloat(wrong.length - 4, value);
      Files.write(file("weights.f32"), wrong);
      edit(sum, ModelFiles.sha256(wrong));
      sum = ModelFiles.sha256(wrong);
      assertRefused("no number");
    }
    edit("\"inputs\" : 15", "\"inputs\" : 14");
    assertRefused("14 inputs for 15 features");
  }

  @Test
  @DisplayName("R21: a model of another cluster is refused, though it is whole")
  void aModelOfAnotherSiteIsRefused() throws IOException {
    Registry other = new Registry(house.resolve("other").toString());
    other.save(Models.random(ID, 2), new TrainingOutcome(ID, "Trained.", 10, 2, 1, List.of()));
    for (String name : List.of("model.json", "weights.f32")) {
      Files.write(file(name), Files.readAllBytes(house.resolve("other/models/" + ID + "/" + name)));
    }
    assertThat(other.load(ID).id()).isEqualTo(ID);
    assertRefused("a model of another site");
  }

  @Test
  @DisplayName("R21: a model that others can write is refused")
  void aModelThatOthersCanWriteIsRefused() throws IOException {
    for (Path path : List.of(file("weights.f32"), file("model.json"), file("."))) {
      Set<java.nio.file.attribute.PosixFilePermission> mode = Files.getPosixFilePermissions(path);
      for (String open : List.of("rwxrwx---", "rwx---rwx")) {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(open));
        assertRefused("Others than its owner can write");
      }
      Files.setPosixFilePermissions(path, mode);
    }
    assertThat(registry.load(ID).id()).isEqualTo(ID);
  }

  /** It is not loaded, not promoted, nothing is written, and the champion is as before. */
  private void assertRefused(String why) throws IOException {
    Set<String> before = tree();
    for (Runnable use : List.<Runnable>of(() -> registry.load(ID), this::promote)) {
      UserError refusal = catchThrowableOfType(UserError.class, use::run);
      assertThat(refusal).as(why).isNotNull().hasMessageContaining(why);
      assertThat(refusal.exitCode()).isEqualTo(UserError.FAILED);
    }
    assertThat(registry.champion()).contains(Champion.mlp("mlp-good"));
    assertThat(tree()).isEqualTo(before);
  }

  private void promote() {
    registry.promote(Champion.mlp(ID));
  }

  private Set<String> tree() throws IOException {
    try (Stream<Path> files = Files.walk(house)) {
      return files.map(Path::toString).collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private Path file(String name) {
    return house.resolve("out/models").resolve(ID).resolve(name).normalize();
  }

  private void edit(String from, String to) throws IOException {
    String text = Files.readString(file("model.json"));
    assertThat(text).contains(from);
    Files.writeString(file("model.json"), text.replace(from, to));
  }

  private static byte[] serialized() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new Gadget());
    }
    return bytes.toByteArray();
  }

  /** A model archive of Deeplearning4j, with entries that would leave the directory. */
  private static byte[] archive(byte[] serialized) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : List.of("preprocessor.bin", "normalizer.bin", "../../../escaped")) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(serialized);
      }
      zip.putNextEntry(new ZipEntry("configuration.json"));
      zip.write("{\"@class\":\"evil\"}".getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }
}
