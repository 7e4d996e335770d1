package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.ingest.IngestJob;
import org.chunkopt.run.Run;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Scripts;
import org.chunkopt.testing.Spark;
import org.chunkopt.testing.StandInBeegfs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Spark.class)
class ExportIndexTest {
  @TempDir Path house;

  @Test
  void namesOwnersTargetsAndPatternsOfDirectoriesAreAllThere(SparkSession spark)
      throws IOException {
    StandInBeegfs beegfs = new StandInBeegfs(house, "beegfs");
    beegfs.files(List.of("/a", "/d/new\nline", "/d/\u00ff.bin", "/d/\u00ef\u00bf\u00bd", "/e/f/g"));
    for (String link : List.of("second", "third")) {
      Files.createLink(
          beegfs.mount().resolve("e/f").resolve(link), beegfs.mount().resolve("e/f/g"));
    }
    beegfs.set("STAND_IN_NO_IOCTL", "yes");
    Scripts.Result result =
        Scripts.run(
            beegfs.environment(),
            "export-index.sh",
            "--mount",
            "" + beegfs.mount(),
            "--output",
            "" + out(),
            "--no-open");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).contains("3 directories with files, 0 without entry info");

    TableDirectory tables = new TableDirectory(house.resolve("tables").toString());
    List<String> warnings =
        new IngestJob()
            .run(
                spark,
                new Run(
                    LocalDate.of(2026, 11, 23),
                    SettingsReader.parse(
                        "chunkopt { inputs.inventory = \"%s\", output.root = \"%s\", beegfs.mount = \"%s\" }"
                            .formatted(out(), house, beegfs.mount())),
                    tables));
    Dataset<Row> files = tables.read(spark, Tables.FILES);
    assertThat(texts(files.selectExpr("decode(path_bytes, 'ISO-8859-1')")))
        .as("each path once, with its own bytes")
        .containsExactlyInAnyOrder(
            "/",
            "/a",
            "/d",
            "/d/new\nline",
            "/d/\u00ff.bin",
            "/d/\u00ef\u00bf\u00bd",
            "/e",
            "/e/f",
            "/e/f/g",
            "/e/f/second",
            "/e/f/third");
    assertThat(tables.read(spark, Tables.REJECTS).isEmpty()).isTrue();
    assertThat(files.filter("uid IS NULL OR gid IS NULL").isEmpty()).isTrue();
    assertThat(
            texts(
                files
                    .filter("entry_type = 'file'")
                    .selectExpr(
                        "concat_ws(' ', chunk_bytes, num_targets, array_join(target_ids, ','))")
                    .distinct()))
        .containsExactly("524288 4 101,102,201,202");
    assertThat(
            texts(files.filter("entry_type = 'directory' AND chunk_bytes = 524288").select("path")))
        .as("those that hold files")
        .containsExactlyInAnyOrder("/", "/d", "/e/f");
    assertThat(warnings)
        .filteredOn(warning -> warning.startsWith("The chunk size of 1 directories is not known"))
        .hasSize(1);
    assertThat(warnings).noneMatch(warning -> warning.contains("have no owner"));
  }

  @Test
  void whatIsWrongIsSaidAndNothingIsReplaced() throws IOException {
    StandInBeegfs beegfs = new StandInBeegfs(house, "beegfs");
    Files.createDirectories(out());
    Path old = Files.writeString(out().resolve("index.index.ndjson"), "of yesterday");
    Scripts.Result result =
        Scripts.run(
            beegfs.environment(),
            "export-index.sh",
            "--mount",
            "" + beegfs.mount(),
            "--output",
            "" + out());
    assertThat(result.code()).isEqualTo(UserError.FAILED);
    assertThat(result.err()).contains("The index has no file", "Nothing was replaced.");
    assertThat(old).content(StandardCharsets.UTF_8).isEqualTo("of yesterday");
  }

  private Path out() {
    return house.resolve("the drop");
  }

  private static List<String> texts(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(row -> row.getString(0)).toList();
  }
}
