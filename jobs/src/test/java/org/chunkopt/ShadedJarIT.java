package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The jar that is submitted, and what the build says it is made of. */
@Tag("R25")
class ShadedJarIT {
  private static final Path JAR = Path.of("target/chunkopt.jar");
  private static final Path PARTS = Path.of("target/chunkopt.cdx.json");

  @Test
  @DisplayName("R25: the jar holds no class of Spark, Hadoop or Scala, and natives of Linux only")
  void nothingOfSparkIsInside() throws IOException {
    List<String> names = new ArrayList<>();
    try (JarFile jar = new JarFile(JAR.toFile())) {
      jar.stream().map(JarEntry::getName).forEach(names::add);
      assertThat(jar.getManifest().getMainAttributes().keySet())
          .extracting(Object::toString)
          .as("nothing of the machine that built it")
          .containsExactlyInAnyOrder(
              "Manifest-Version",
              "Created-By",
              "Build-Jdk-Spec",
              "Main-Class",
              "Implementation-Version");
    }
    Set<String> once = new HashSet<>();
    assertThat(names)
        .hasSizeGreaterThan(10_000)
        .allMatch(once::add, "stands in it once")
        .contains("org/chunkopt/Main.class", "reference.conf", "site.conf");
    assertThat(names)
        .filteredOn(
            name ->
                name.matches(
                    "(org/apache/(spark|hadoop|parquet|arrow|log4j|logging)|scala|org/slf4j"
                        + "|org/bytedeco/(ffmpeg|opencv|hdf5|leptonica|tesseract|javacv))/.*"))
        .as("but Deeplearning4j's own class in a package of Spark")
        .containsOnly(
            "org/apache/spark/",
            "org/apache/spark/TaskContextHelper.class",
            "org/apache/spark/TaskContextHelper$.class");
    assertThat(names)
        .filteredOn(name -> name.matches(".*\\.(so|dll|dylib)(\\.\\d+)*"))
        .isNotEmpty()
        .allMatch(name -> name.contains("/linux-x86_64/"));
    assertThat(Files.size(JAR)).as("bytes").isLessThan(200L << 20);
  }

  @Test
  @DisplayName("R25: the list of parts names each library that is in the jar, with its hash")
  void thePartsAreListed() throws IOException {
    assumeThat(PARTS).as("the plugin makes it only where Maven is not offline").exists();
    TreeSet<String> listed = new TreeSet<>();
    for (JsonNode part : new ObjectMapper().readTree(PARTS.toFile()).path("components")) {
      String library = part.path("group").asText() + ":" + part.path("name").asText();
      listed.add(library);
      if (!library.equals("org.chunkopt:common")) {
        assertThat(part.path("hashes").toString()).as(library).contains("SHA-256");
      }
      assertThat(part.path("version").asText()).as(library).isNotEmpty();
    }
    TreeSet<String> inside = new TreeSet<>();
    try (JarFile jar = new JarFile(JAR.toFile())) {
      jar.stream()
          .map(entry -> entry.getName().split("/"))
          .filter(
              name -> name.length == 5 && name[1].equals("maven") && name[4].endsWith("pom.xml"))
          .map(name -> name[2] + ":" + name[3])
          .forEach(inside::add);
    }
    // Those that the libraries of ND4J hold under other names, as a part of themselves.
    inside.removeIf(
        name ->
            name.matches(
                "com\\.google\\..*|com\\.fasterxml\\..*|org\\.(yaml|codehaus\\.woodstox):.*"));
    inside.remove("org.chunkopt:jobs");
    assertThat(listed).hasSizeGreaterThan(30).containsAll(inside);
    assertThat(listed).noneMatch(name -> name.startsWith("org.apache.spark:"));
  }
}
