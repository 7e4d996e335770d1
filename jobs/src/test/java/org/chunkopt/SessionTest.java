package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a session lets in, and what it leaves. */
@Tag("R20")
class SessionTest {
  private static final String SECRET = "spark.authenticate.secret";

  @TempDir Path house;

  @Test
  @DisplayName("R20: every night has a secret of its own, and no UI")
  void everyNightHasASecretOfItsOwnAndNoUi() {
    SparkConf one = conf("local[2]");
    SparkConf other = conf("yarn");
    assertThat(Session.protect(one, null)).isEmpty();
    assertThat(Session.protect(other, null)).isEmpty();
    assertThat(one.get(SECRET)).hasSize(64).isNotEqualTo(other.get(SECRET));
    assertThat(one.get("spark.authenticate")).isEqualTo("true");
    assertThat(one.get("spark.ui.enabled")).isEqualTo("false");
    assertThat(one.get("spark.ui.killEnabled")).isEqualTo("false");
    assertThat(one.contains("spark.network.crypto.enabled")).isFalse();
    assertThat(other.get("spark.network.crypto.enabled")).isEqualTo("true");
    assertThat(other.get("spark.io.encryption.enabled")).isEqualTo("true");
    assertThat(other.get("spark.plugins")).isEqualTo(NativeCache.class.getName());
  }

  @Test
  @DisplayName("R20: a standalone cluster has a secret of its own, from a private file")
  void aStandaloneClusterHasASecretOfItsOwn() throws IOException {
    assertThat(Session.protect(conf("spark://host:7077"), null))
        .singleElement()
        .asString()
        .contains("open to everybody", "CHUNKOPT_SECRET_FILE");
    Path file = Files.writeString(house.resolve("secret"), "of the cluster\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> Session.protect(conf("spark://host:7077"), file.toString()))
        .hasMessageContaining("chmod 0600");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    SparkConf conf = conf("spark://host:7077");
    assertThat(Session.protect(conf, file.toString())).isEmpty();
    assertThat(conf.get(SECRET)).isEqualTo("of the cluster");
    assertThat(conf.get("spark.authenticate")).isEqualTo("true");
  }

  @Test
  @DisplayName("R20: native code is loaded from a directory of this user alone")
  void nativeCodeIsLoadedFromADirectoryOfThisUserAlone() throws Exception {
    Path cache = house.resolve("own/cache");
    assertThat(NativeCache.require(cache)).isEqualTo(cache);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)))
        .isEqualTo("rwx------");
    Path library = Files.createFile(Files.createDirectories(cache.resolve("jar")).resolve("x.so"));
    NativeCache.require(cache);

    for (Path open : List.of(library, cache.resolve("jar"), cache, house.resolve("own"))) {
      sh("chmod go+w \"$0\"", open);
      assertThatThrownBy(() -> NativeCache.require(cache))
          .as(open.toString())
          .isInstanceOf(UserError.class)
          .hasMessageContaining(open + " is not this user's alone")
          .hasMessageContaining("CHUNKOPT_CACHE");
      sh("chmod go-w \"$0\"", open);
    }
    NativeCache.require(cache);
    Path link = Files.createSymbolicLink(house.resolve("link"), cache);
    assertThatThrownBy(() -> NativeCache.require(link)).isInstanceOf(UserError.class);
  }

  @Test
  @DisplayName("R20: native code that another user has laid out is refused")
  void nativeCodeThatAnotherUserHasLaidOutIsRefused() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can give a file away");
    Path cache = house.resolve("cache");
    Path library = Files.createFile(NativeCache.require(cache).resolve("x.so"));
    for (Path foreign : List.of(library, cache)) {
      sh("chown 12345 \"$0\"", foreign);
      assertThatThrownBy(() -> NativeCache.require(cache))
          .hasMessageContaining(foreign + " is not this user's alone");
      sh("chown 0 \"$0\"", foreign);
    }
  }

  @Test
  @Tag("R3")
  @DisplayName("R3: what a killed start left in the local directories is removed by the next")
  void whatAKilledStartLeftIsRemoved() throws IOException {
    String name = "chunkopt-" + System.getProperty("user.name") + "-dead";
    Path dead = Files.createDirectories(house.resolve(name));
    Files.writeString(dead.resolve("shuffle"), "left");
    Files.createFile(house.resolve(name + ".lock"));
    Path other = Files.createDirectories(house.resolve("blockmgr-of-another-program"));

    LocalDirectories one = LocalDirectories.in(house.toString());
    LocalDirectories two = LocalDirectories.in(house + "," + house.resolve("second"));
    assertThat(dead).doesNotExist();
    assertThat(Path.of(one.value())).as("of a live process").isDirectory();
    assertThat(two.value().split(","))
        .hasSize(2)
        .allMatch(each -> Files.isDirectory(Path.of(each)));
    one.close();
    two.close();
    try (var left = Files.list(house)) {
      assertThat(left).containsExactlyInAnyOrder(other, house.resolve("second"));
    }
    assertThat(house.resolve("second")).isEmptyDirectory();
  }

  private static SparkConf conf(String master) {
    return new SparkConf(false).set("spark.master", master);
  }

  private static void sh(String program, Path argument) throws Exception {
    assertThat(new ProcessBuilder("sh", "-c", program, argument.toString()).start().waitFor())
        .isZero();
  }
}
