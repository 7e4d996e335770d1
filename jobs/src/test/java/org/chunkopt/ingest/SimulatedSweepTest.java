package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.simulate.SimulateJob;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Spark.class)
class SimulatedSweepTest {
  @TempDir Path directory;

  @AfterEach
  void forgetWhatWasPersisted() {
    Spark.session().catalog().clearCache();
  }

  @Test
  void theSettingsOfASimulatedSiteLeadToItsSweep(SparkSession spark) {
    Path drop = directory.resolve("drop");
    Settings wanted =
        SettingsReader.parse(
            "chunkopt.simulate { output = \""
                + drop
                + "\", files = 200, hours = 1, users = 3, sweep = true }");
    SimulateJob.run(spark, wanted);

    Ingested read = SweepInput.read(spark, SettingsReader.read(drop.resolve("site.conf")));

    assertThat(read.rejects().collectAsList()).isEmpty();
    Dataset<Row> sweeps = read.tables().get(Tables.SWEEPS);
    assertThat(sweeps.count()).isEqualTo(1_200);
    assertThat(
            sweeps
                .groupBy("group_name")
                .agg(
                    functions
                        .expr(
                            "count(DISTINCT chunk_bytes, path) = 8 AND count(*) = 8"
                                + " AND count(DISTINCT file_size_bytes, num_targets, target_ids,"
                                + " request_bytes, read_share, sequential_share, processes, shared) = 1"
                                + " AND min(observed_at) >= timestamp'2026-11-22 23:00:00Z'"
                                + " AND max(observed_at) < timestamp'2026-11-23 00:00:00Z'"
                                + " AND every(path LIKE '/scratch/%' AND source = 'sweep'"
                                + " AND size(target_ids) = num_targets)")
                        .as("holds"))
                .select("holds")
                .distinct()
                .collectAsList())
        .singleElement()
        .satisfies(row -> assertThat(row.getBoolean(0)).isTrue());
  }
}
