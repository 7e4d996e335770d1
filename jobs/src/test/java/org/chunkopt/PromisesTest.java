package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The promises of the README, each with the tests that hold it. */
class PromisesTest {
  @Test
  void everyPromiseNamesTestsThatExist() throws IOException {
    String readme = Files.readString(Path.of("../README.md"));
    int begin = readme.indexOf("## What is promised\n");
    String section = readme.substring(begin, readme.indexOf("\n## ", begin));
    List<String> tests = new ArrayList<>();
    for (String module : List.of("../common", ".")) {
      try (Stream<Path> files = Files.walk(Path.of(module, "src/test/java"))) {
        files.map(file -> file.getFileName().toString()).forEach(tests::add);
      }
    }
    List<String> promises = section.lines().filter(line -> line.startsWith("| ")).skip(1).toList();
    assertThat(promises).hasSize(8);
    for (String promise : promises) {
      List<String> named =
          Pattern.compile("`(\\w+Test)`").matcher(promise).results().map(r -> r.group(1)).toList();
      assertThat(named).as(promise).isNotEmpty();
      assertThat(tests).as(promise).containsAll(named.stream().map(n -> n + ".java").toList());
    }
  }
}
