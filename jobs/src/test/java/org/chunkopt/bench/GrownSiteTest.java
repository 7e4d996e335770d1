package org.chunkopt.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Spark.class)
class GrownSiteTest {
  @TempDir Path directory;

  @Test
  void everyCopyHasPathsEntriesAndInodesOfItsOwn(SparkSession spark) {
    TableDirectory source = new TableDirectory(directory.resolve("source").toString());
    write(spark, source, Tables.FILES, 7);
    write(spark, source, Tables.ACCESS, 3);
    write(spark, source, Tables.FILE_EVENTS, 0);
    TableDirectory grown = new TableDirectory(directory.resolve("grown").toString());

    GrownSite.write(spark, source, grown, 5);

    Dataset<Row> files = grown.read(spark, Tables.FILES);
    assertThat(files.count()).isEqualTo(35);
    for (String key : List.of("path", "path_bytes", "entry_id", "inode")) {
      assertThat(files.select(key).distinct().count()).as(key).isEqualTo(35);
    }
    assertThat(
            files
                .where(
                    "path <> concat(parent_path, '/f', size_bytes)"
                        + " OR path_bytes <> encode(path, 'UTF-8')"
                        + " OR parent_path_bytes <> encode(parent_path, 'UTF-8')")
                .count())
        .isZero();
    assertThat(grown.read(spark, Tables.ACCESS).join(files, "path_bytes").count())
        .as("logs of the same files")
        .isEqualTo(15);
  }

  @Test
  void figuresAreWrittenAsATable(SparkSession spark) {
    Timing time = Timing.of(() -> spark.range(1_000_000).selectExpr("sum(id)").collect());

    BenchRow.write(
        spark,
        List.of(
            new BenchRow("scoring", "score", "files", 2, 1000, time, time.seconds() / 2),
            new BenchRow("scoring", "plan", "files", 2, 1000, time, Double.NaN)),
        directory.toString());

    List<Row> rows = spark.read().parquet(directory + "/bench").orderBy("name").collectAsList();
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).isNullAt(rows.get(0).fieldIndex("floor_seconds"))).isTrue();
    assertThat(rows.get(1).<Double>getAs("seconds") / rows.get(1).<Double>getAs("floor_seconds"))
        .isEqualTo(2);
    assertThat(rows.get(1).<Double>getAs("cpu_seconds")).isPositive();
  }

  /** Rows with the columns that name a file; the others are null. */
  private static void write(SparkSession spark, TableDirectory to, Table table, long rows) {
    String[] columns =
        table.columns().stream()
            .map(
                field ->
                    switch (field.name()) {
                          case "path" -> "concat('/d/f', id)";
                          case "path_bytes" -> "encode(concat('/d/f', id), 'UTF-8')";
                          case "parent_path" -> "'/d'";
                          case "parent_path_bytes" -> "encode('/d', 'UTF-8')";
                          case "entry_id" -> "concat(id, '-1-1')";
                          case "inode", "size_bytes" -> "id";
                          default -> "CAST(NULL AS " + field.type().sql() + ")";
                        }
                        + " AS "
                        + field.name())
            .toArray(String[]::new);
    to.write(table, spark.range(rows).selectExpr(columns));
  }
}
