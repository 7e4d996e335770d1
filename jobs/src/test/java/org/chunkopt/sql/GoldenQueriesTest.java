package org.chunkopt.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.testing.GoldenQuery;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every query against small tables: {@code src/test/resources/sql/QUERY/CASE}. */
@ExtendWith(Spark.class)
class GoldenQueriesTest {
  private static final Path CASES = Path.of("src/test/resources/sql");
  private static final Path QUERIES = Path.of("src/main/resources/sql");

  @TestFactory
  Stream<DynamicTest> queryReturnsTheExpectedRows(SparkSession spark) throws IOException {
    return directories(CASES).stream()
        .filter(directory -> Files.exists(directory.resolve("expected.jsonl")) || isCase(directory))
        .map(
            directory -> {
              String query = CASES.relativize(directory.getParent()).toString();
              return DynamicTest.dynamicTest(
                  query + " " + directory.getFileName(), () -> check(spark, query, directory));
            });
  }

  private static void check(SparkSession spark, String query, Path directory) throws IOException {
    GoldenQuery golden = new GoldenQuery(query, directory);
    List<String> actual = golden.actual(spark);
    assertThat(golden.update(actual)).as("expected rows were written anew: run again").isFalse();
    assertThat(actual).containsExactlyElementsOf(golden.expected());
  }

  @Test
  void everyQueryHasACase() throws IOException {
    try (Stream<Path> files = Files.walk(QUERIES)) {
      List<String> without =
          files
              .filter(file -> file.toString().endsWith(".sql"))
              .map(file -> QUERIES.relativize(file).toString().replace(".sql", ""))
              .filter(query -> !Files.isDirectory(CASES.resolve(query)))
              .sorted()
              .toList();
      assertThat(without).as("queries without a golden case").isEmpty();
    }
  }

  private static boolean isCase(Path directory) {
    try (Stream<Path> list = Files.list(directory)) {
      return list.anyMatch(file -> file.toString().endsWith(".jsonl"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<Path> directories(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.filter(Files::isDirectory).filter(p -> !p.equals(root)).sorted().toList();
    }
  }
}
