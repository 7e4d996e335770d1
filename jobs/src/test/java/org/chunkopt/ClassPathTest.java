package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What Deeplearning4j would drag in beside Spark's own libraries, kept out. */
class ClassPathTest {
  private static final Map<String, TreeSet<String>> VERSIONS = versions();

  @Test
  @Tag("R25")
  @DisplayName("R25: every library has one version")
  void everyLibraryHasOneVersion() {
    assertThat(VERSIONS)
        .hasSizeGreaterThan(100)
        .allSatisfy((name, versions) -> assertThat(versions).as(name).hasSize(1));
  }

  @Test
  @Tag("R25")
  @DisplayName("R25: there is one Spark, and config is 1.4.3 or later")
  void sparkAndJacksonAreOfOneRelease() {
    assertThat(versionsOf("spark/spark-.*_2\\.12"))
        .containsExactly(org.apache.spark.package$.MODULE$.SPARK_VERSION());
    assertThat(versionsOf("core/jackson-.*")).containsExactly("2.15.2");
    assertThat(versionsOf("guava/guava")).hasSize(1);
    assertThat(versionsOf("typesafe/config"))
        .as("not that of Deeplearning4j")
        .containsExactly("1.4.10");
    assertThat(versionsOf(".*_2\\.(11|13)")).isEmpty();
  }

  @Test
  @Tag("R25")
  @DisplayName("R25: nothing that plays media or starts a server came along")
  void nothingThatPlaysMediaOrStartsAServerCameAlong() {
    String unwanted =
        "bytedeco/(ffmpeg|opencv|hdf5|leptonica|tesseract|javacv).*|.*/datavec-data-image"
            + "|.*/deeplearning4j-(modelimport|ui.*)|.*/vertx.*|.*/oshi.*|logback/.*"
            + "|esotericsoftware/kryo|.*-platform";

    assertThat(VERSIONS.keySet()).noneMatch(name -> name.matches(unwanted));
    assertThat(VERSIONS).containsKeys("bytedeco/openblas", "esotericsoftware/kryo-shaded");
  }

  private static TreeSet<String> versionsOf(String pattern) {
    return VERSIONS.entrySet().stream()
        .filter(library -> library.getKey().matches(pattern))
        .flatMap(library -> library.getValue().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Versions by library, from the directories of the Maven repository: group/artifact/version. */
  private static Map<String, TreeSet<String>> versions() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Map<String, TreeSet<String>> versions = new TreeMap<>();
    for (String entry : path.split(File.pathSeparator)) {
      Path version = Path.of(entry).getParent();
      if (entry.endsWith(".jar") && version.getNameCount() > 2) {
        Path artifact = version.getParent();
        String group = artifact.getParent().getFileName().toString();
        versions
            .computeIfAbsent(group + "/" + artifact.getFileName(), name -> new TreeSet<>())
            .add(version.getFileName().toString());
      }
    }
    return versions;
  }
}
