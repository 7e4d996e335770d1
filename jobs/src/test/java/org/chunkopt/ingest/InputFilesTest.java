package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.UserError;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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

  @Test
  void aDirectoryThatHoldsItselfIsReadOnce(SparkSession spark) throws IOException {
    Files.createSymbolicLink(drop.resolve("day/self"), drop);
    assertThat(InputFiles.resolve(spark, List.of(drop.toString()), "inputs.metrics"))
        .extracting(InputFile::name)
        .containsExactly("a.lp", "b.lp", "c.lp", "odd[1].lp");
  }

  @Test
  @Timeout(60)
  void whatIsNoPlainFileIsNotOpened(SparkSession spark) throws Exception {
    Path fifo = drop.resolve("day/fifo.lp");
    assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
    Files.createSymbolicLink(drop.resolve("day/zero.lp"), Path.of("/dev/zero"));
    InputOpener opener = new InputOpener(spark);
    for (String name : List.of("fifo.lp", "zero.lp")) {
      String file = drop.resolve("day").resolve(name).toUri().toString();
      assertThatThrownBy(() -> opener.open(file))
          .hasMessageContaining("is no plain file")
          .matches(e -> InputOpener.isDamage((IOException) e));
      assertThatThrownBy(
              () -> MetricsText.open(new MetricsSplit(0, file, 0, 1), new Configuration(), 100))
          .hasMessageContaining("is no plain file");
      assertThat(InputMarks.of(spark, List.of(new InputFile(file, 0)))).contains("cannot be read");
    }
  }

  @Test
  void anEmptyGzipFileIsUnreadable(SparkSession spark) throws IOException {
    Files.createFile(drop.resolve("cut.lp.gz"));
    String file = drop.resolve("cut.lp.gz").toUri().toString();
    assertThatThrownBy(() -> new InputOpener(spark).open(file)).isInstanceOf(EOFException.class);
    assertThatThrownBy(
            () -> MetricsText.open(new MetricsSplit(0, file, 0, 0), new Configuration(), 100))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void aFileThatGrowsWhileItIsReadIsNoticed(SparkSession spark) throws IOException {
    List<InputFile> files = InputFiles.resolve(spark, List.of(drop.toString()), "inputs.metrics");
    assertThat(InputFiles.changed(spark, files)).isZero();
    Files.writeString(drop.resolve("a.lp"), "longer");
    Files.delete(drop.resolve("b.lp"));
    assertThat(InputFiles.changed(spark, files)).isEqualTo(2);
  }

  @Test
  void anEmptyFileMayComeFirst() {
    List<InputFile> files = List.of(new InputFile("aaa.lp", 0), new InputFile("good.lp", 10));
    assertThat(MetricsSplit.tasks(files, 2)).hasSize(1);
    assertThat(MetricsSplit.tasks(files, 2).get(0)).extracting(MetricsSplit::file).contains(0, 1);
  }
}
