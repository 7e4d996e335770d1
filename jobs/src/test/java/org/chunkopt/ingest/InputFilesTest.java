package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.UserError;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Spark.class)
class InputFilesTest {
  @TempDir Path drop;

  @BeforeEach
  void writeDrop() throws IOException {
    Files.createDirectories(drop.resolve("day/hour"));
    Files.createDirectories(drop.resolve("_staging"));
    Files.writeString(drop.resolve("b.lp"), "bb");
    Files.writeString(drop.resolve("a.lp"), "a");
    Files.writeString(drop.resolve("day/hour/c.lp"), "ccc");
    Files.writeString(drop.resolve("day/.c.lp.crc"), "x");
    Files.writeString(drop.resolve("_staging/d.lp"), "x");
    Files.writeString(drop.resolve("odd[1].lp"), "odd");
  }

  @Test
  void findsFilesOfDirectoriesSortedWithoutHiddenOnes(SparkSession spark) {
    List<InputFile> files = InputFiles.resolve(spark, List.of(drop.toString()), "inputs.metrics");
    assertThat(files)
        .extracting(InputFile::name)
        .containsExactly("a.lp", "b.lp", "c.lp", "odd[1].lp");
    assertThat(files).extracting(InputFile::bytes).containsExactly(1L, 2L, 3L, 3L);
  }

  @Test
  void takesAFileOnceThatSeveralPatternsMatch(SparkSession spark) {
    List<String> patterns = List.of(drop + "/*.lp", drop + "/a.lp", drop + "/{a,b}.lp");
    assertThat(InputFiles.resolve(spark, patterns, "inputs.metrics"))
        .extracting(InputFile::name)
        .containsExactly("a.lp", "b.lp", "odd[1].lp");
  }

  @Test
  void takesAPathThatLooksLikeAGlobLiterally(SparkSession spark) {
    assertThat(InputFiles.resolve(spark, List.of(drop + "/odd[1].lp"), "inputs.metrics"))
        .extracting(InputFile::name)
        .containsExactly("odd[1].lp");
  }

  @Test
  void namesThePatternAndTheSettingThatMatchNothing(SparkSession spark) {
    assertThatThrownBy(() -> InputFiles.resolve(spark, List.of(drop + "/*.gz"), "inputs.inventory"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("*.gz")
        .hasMessageContaining("chunkopt.inputs.inventory");
  }

  @Test
  void anEmptyDirectoryMatchesNothing(SparkSession spark) throws IOException {
    Path empty = Files.createDirectory(drop.resolve("empty"));
    assertThatThrownBy(() -> InputFiles.resolve(spark, List.of(empty.toString()), "inputs.metrics"))
        .isInstanceOf(UserError.class);
  }
}
