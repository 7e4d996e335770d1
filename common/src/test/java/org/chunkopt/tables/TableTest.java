package org.chunkopt.tables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.chunkopt.UserError;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Spark.class)
class TableTest {
  private static final Table TABLE =
      Table.of(
          "sizes", "one row per file", "id", "id BIGINT | identity\nsize_bytes BIGINT | size\n");

  @Test
  void everyDifferenceFromTheSchemaIsListed(SparkSession spark) {
    Dataset<Row> rows = spark.range(1).selectExpr("cast(id as string) as id", "1 as more");

    assertThatThrownBy(() -> TABLE.require(rows))
        .hasMessageContaining("id is string, not bigint")
        .hasMessageContaining("missing size_bytes")
        .hasMessageContaining("extra more");
  }

  @Test
  void theOrderOfColumnsMatters(SparkSession spark) {
    Dataset<Row> rows = spark.range(1).selectExpr("2L as size_bytes", "id");

    assertThatThrownBy(() -> TABLE.require(rows)).hasMessageContaining("another order");
    assertThat(TABLE.require(TABLE.select(rows)).columns()).containsExactly("id", "size_bytes");
  }

  @Test
  void meaningsAreTheCommentsOfTheColumns(SparkSession spark) {
    Dataset<Row> rows = TABLE.require(spark.range(1).selectExpr("id", "2L as size_bytes"));

    assertThat(rows.schema().apply("size_bytes").getComment().get()).isEqualTo("size");
    assertThat(TABLE.schema().apply("id").dataType()).isEqualTo(DataTypes.LongType);
  }

  @Test
  void aTableIsWrittenOnceAndCheckedWhenRead(SparkSession spark, @TempDir Path root) {
    TableDirectory tables = new TableDirectory(root.toString());
    Dataset<Row> rows = spark.range(3).selectExpr("id", "2L as size_bytes");

    assertThatThrownBy(() -> tables.read(spark, TABLE))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("Run the stage that writes it first");
    tables.write(TABLE, rows);
    assertThat(tables.read(spark, TABLE).count()).isEqualTo(3);
    assertThatThrownBy(() -> tables.write(TABLE, rows)).hasMessageContaining("already exists");

    spark.range(1).write().parquet(root.resolve("files").toString());
    assertThatThrownBy(() -> tables.read(spark, Tables.FILES)).hasMessageContaining("missing path");
  }

  @Test
  void aRootMayHaveBracesAndBracketsInItsName(SparkSession spark, @TempDir Path root) {
    Path odd = root.resolve("{a,b} [c]*?");
    TableDirectory tables = new TableDirectory(odd.toString());
    tables.write(TABLE, spark.range(3).selectExpr("id", "2L as size_bytes"));
    assertThat(tables.read(spark, TABLE).count()).isEqualTo(3);
    assertThat(tables.carried(spark, TABLE)).isPresent();
  }

  @Test
  void earlierDirectoriesAreReadWhereTheRootHasNoSuchTable(
      SparkSession spark, @TempDir Path first, @TempDir Path second) {
    new TableDirectory(first.toString())
        .write(TABLE, spark.range(3).selectExpr("id", "2L as size_bytes"));
    TableDirectory tables =
        new TableDirectory(second.toString(), java.util.List.of(first.toString()));

    assertThat(tables.read(spark, TABLE).count()).isEqualTo(3);
    tables.write(TABLE, spark.range(1).selectExpr("id", "2L as size_bytes"));
    assertThat(tables.read(spark, TABLE).count()).isEqualTo(1);
    assertThat(new TableDirectory(first.toString()).read(spark, TABLE).count()).isEqualTo(3);
  }

  @Test
  void aKeyMustBeAColumn() {
    assertThatThrownBy(() -> Table.of("t", "grain", "other", "id BIGINT | identity"))
        .hasMessageContaining("other is no column");
  }
}
