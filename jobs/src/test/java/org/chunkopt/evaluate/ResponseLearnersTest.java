package org.chunkopt.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Spark.class)
class ResponseLearnersTest {
  private static final String INPUTS =
      "io_throughput_bytes_per_s DOUBLE, network_latency_ms DOUBLE, metadata_ops_per_s DOUBLE,"
          + " storage_usage_fraction DOUBLE, cpu_usage_fraction DOUBLE, memory_usage_fraction DOUBLE,"
          + " network_bandwidth_bytes_per_s DOUBLE, concurrent_operations DOUBLE,"
          + " file_size_log2 DOUBLE, file_type_code DOUBLE, access_run_log2 DOUBLE,"
          + " num_targets DOUBLE, compressed_flag DOUBLE, access_frequency_log2 DOUBLE,"
          + " read_share DOUBLE, sequential_share DOUBLE, num_processes_log2 DOUBLE";
  private static final StructType OBSERVATIONS =
      StructType.fromDDL("position INT, log2_throughput DOUBLE, trust DOUBLE, " + INPUTS);
  private static final StructType FILES = StructType.fromDDL("path_bytes BINARY, " + INPUTS);
  private static final int SIZE = 8;
  private static final int LATENCY = 1;
  private static final int TARGETS = 11;

  @Test
  void bothFindAPlantedEffect(SparkSession spark) {
    // Small files are faster with 128 KiB, large ones with 4 MiB; a third of the latencies is
    // missing.
    Random random = new Random(5);
    List<Row> learnt = new ArrayList<>();
    for (int i = 0; i < 1_200; i++) {
      boolean large = i % 2 == 0;
      int arm = i / 2 % 3 == 0 ? 1 : i / 2 % 3 == 1 ? 3 : 6;
      double effect = large ? 0.25 * arm : -0.25 * arm;
      Object[] row = new Object[20];
      row[0] = arm;
      row[1] = (large ? 9 : 6) + effect + random.nextGaussian() * 0.1;
      row[2] = 1.0;
      inputs(row, 3, large ? 32 + random.nextDouble() : 20 + random.nextDouble(), random);
      learnt.add(RowFactory.create(row));
    }
    List<Row> files = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Object[] row = new Object[18];
      row[0] = new byte[] {(byte) i};
      inputs(row, 1, i % 2 == 0 ? 32.5 : 20.5, random);
      files.add(RowFactory.create(row));
    }
    Dataset<Row> choices =
        ResponseLearners.choices(
            spark.createDataFrame(learnt, OBSERVATIONS), spark.createDataFrame(files, FILES), 1);
    List<Row> rows = choices.collectAsList();
    assertThat(rows).hasSize(40);
    for (Row row : rows) {
      boolean large = row.<byte[]>getAs("path_bytes")[0] % 2 == 0;
      assertThat(row.<Integer>getAs("knn")).isEqualTo(large ? 6 : 1);
      // Trees are flat between the chunk sizes that the history tried: they cannot tell 2 MiB from
      // 8.
      assertThat(row.<Integer>getAs("gbt")).isIn(large ? List.of(5, 6, 7) : List.of(0, 1));
    }
  }

  @Test
  void tooFewObservationsTeachNothing(SparkSession spark) {
    assertThat(
            ResponseLearners.choices(
                    spark.createDataFrame(new ArrayList<Row>(), OBSERVATIONS),
                    spark.createDataFrame(new ArrayList<Row>(), FILES),
                    1)
                .collectAsList())
        .isEmpty();
  }

  private static void inputs(Object[] row, int from, double size, Random random) {
    row[from + SIZE] = size;
    row[from + TARGETS] = 4.0;
    row[from + LATENCY] = random.nextInt(3) == 0 ? null : (Object) random.nextDouble();
  }
}
