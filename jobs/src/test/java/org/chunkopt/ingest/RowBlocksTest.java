package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Spark.class)
class RowBlocksTest {
  private static final StructType KEYS = StructType.fromDDL("id STRING, path BINARY");
  private static final StructType ALL =
      StructType.fromDDL(
          """
          text STRING, whole BIGINT, number DOUBLE, small INT, raw BINARY, flag BOOLEAN,
          at TIMESTAMP, floats ARRAY<FLOAT>, gaps ARRAY<FLOAT>, longs ARRAY<BIGINT>,
          doubles ARRAY<DOUBLE>, ids ARRAY<INT>
          """);

  @Test
  void everyTypeComesOutAsItWentIn(SparkSession spark) {
    Row full =
        RowFactory.create(
            1,
            "ä",
            -1L,
            0.5,
            7,
            new byte[] {0, -1},
            true,
            1_500_000L,
            new float[] {1, 2},
            new Float[] {1F, null},
            new long[] {1L << 40},
            new double[] {0.1},
            new Integer[] {101, 102});
    Object[] nothing = new Object[1 + ALL.size()];
    nothing[0] = 1;
    JavaRDD<RowBlock> blocks =
        Sheets.keep(
            new JavaSparkContext(spark.sparkContext())
                .parallelize(List.of(full, RowFactory.create(nothing)), 1),
            List.of(KEYS, ALL));
    Dataset<Row> rows = Sheets.rows(spark, blocks, 1, ALL);
    assertThat(rows.toJSON().collectAsList())
        .containsExactly(
            "{\"text\":\"ä\",\"whole\":-1,\"number\":0.5,\"small\":7,\"raw\":\"AP8=\","
                + "\"flag\":true,\"at\":\"1970-01-01T00:00:01.500Z\",\"floats\":[1.0,2.0],"
                + "\"gaps\":[1.0,null],\"longs\":[1099511627776],\"doubles\":[0.1],"
                + "\"ids\":[101,102]}",
            "{}");
    assertThat(Sheets.rows(spark, blocks, 0, KEYS).isEmpty()).isTrue();
    blocks.unpersist();
  }

  @Test
  void rowsLargerThanABlockAndManySmallOnesPass() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 40_000; i++) {
      rows.add(
          RowFactory.create(0, "row " + i, i % 10_000 == 0 ? new byte[3 << 20] : new byte[i % 90]));
    }
    Iterator<RowBlock> packer = new RowPacker(rows.iterator(), List.of(KEYS));
    int blocks = 0;
    int next = 0;
    while (packer.hasNext()) {
      blocks++;
      for (Row row : Sheets.decoded(packer.next(), KEYS)) {
        assertThat(row.getString(0)).isEqualTo("row " + next);
        assertThat(row.<byte[]>getAs(1)).hasSameSizeAs(rows.get(next++).<byte[]>getAs(2));
      }
    }
    assertThat(next).isEqualTo(rows.size());
    assertThat(blocks).isBetween(5, 20);
  }

  @Test
  void keysThatOccurAgainAreFoundInAnyTask(SparkSession spark) {
    List<Row> rows =
        IntStream.range(0, 100_000)
            .mapToObj(
                i -> key("job", i == 99_999 ? "path 5" : i == 50_000 ? "path 50001" : "path " + i))
            .toList();
    JavaRDD<RowBlock> blocks =
        Sheets.keep(new JavaSparkContext(spark.sparkContext()).parallelize(rows, 3), List.of(KEYS));
    RepeatedKeys repeated = new RepeatedKeys(blocks, 0, 2, 0, 1);
    assertThat(repeated.isEmpty()).isFalse();
    assertThat(repeated.rows(spark).collectAsList())
        .containsExactlyInAnyOrderElementsOf(
            spark
                .sql(
                    "SELECT xxhash64('job', CAST(path AS BINARY))"
                        + " FROM VALUES ('path 5'), ('path 50001') AS (path)")
                .collectAsList());
    assertThat(new RepeatedKeys(blocks, 1, 2, 0, 1).isEmpty()).as("no rows").isTrue();
    blocks.unpersist();
  }

  private static Row key(String id, String path) {
    return RowFactory.create(0, id, path.getBytes(StandardCharsets.UTF_8));
  }
}
