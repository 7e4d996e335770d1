package org.chunkopt.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Spark.class)
class ServerPoolsTest {
  private static final StructType LEVELS =
      StructType.fromDDL("node_num_id INT, storage_class STRING, level_log2 DOUBLE");

  @Test
  void aGapBetweenServersOfOneCapacityPartsTwoPools(SparkSession spark) {
    List<Row> pools =
        ServerPools.of(
                spark,
                List.of(
                    level(1, "c47", 0.1),
                    level(2, "c47", 1.4),
                    level(3, "c47", -0.2),
                    level(4, "c47", 1.2),
                    level(5, "c44", 3.0)))
            .orderBy("node_num_id")
            .collectAsList();
    assertThat(pools)
        .extracting(row -> row.getInt(0) + row.getString(1) + row.getString(2))
        .containsExactly("1c47a", "2c47b", "3c47a", "4c47b");
  }

  @Test
  void serversThatShadeIntoEachOtherAreOnePool(SparkSession spark) {
    assertThat(
            ServerPools.of(
                    spark, List.of(level(1, "c47", 0), level(2, "c47", 0.6), level(3, "c47", 1.2)))
                .collectAsList())
        .isEmpty();
  }

  private static Row level(int node, String storageClass, double level) {
    return new GenericRowWithSchema(new Object[] {node, storageClass, level}, LEVELS);
  }
}
