package org.chunkopt.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Spark.class)
class SqlFileTest {
  @Test
  void theCacheOfAnInputOutlivesTheQuery(SparkSession spark) {
    Dataset<Row> numbers = spark.range(3).toDF("id").persist(StorageLevel.MEMORY_ONLY());
    Dataset<Row> doubled =
        SqlFile.named("doubled").run(Map.of("numbers", numbers), Map.of("factor", 2));
    assertThat(numbers.storageLevel()).isEqualTo(StorageLevel.MEMORY_ONLY());
    assertThat(doubled.queryExecution().executedPlan().toString()).contains("InMemoryTableScan");
    assertThat(doubled.collectAsList())
        .extracting(row -> row.getLong(0))
        .containsExactly(0L, 2L, 4L);
    numbers.unpersist();
  }

  @Test
  void aQueryLeavesNoViewBehind(SparkSession spark) {
    SqlFile.named("doubled").run(Map.of("numbers", spark.range(3).toDF("id")), Map.of("factor", 2));
    assertThat(spark.catalog().tableExists("numbers")).isFalse();
  }

  @Test
  void anUnknownQueryIsNamed() {
    assertThatThrownBy(() -> SqlFile.named("nowhere"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nowhere");
  }
}
