package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.LocalDate;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.evidence.EvidenceJob;
import org.chunkopt.features.FeaturesJob;
import org.chunkopt.ingest.IngestJob;
import org.chunkopt.policy.Advice;
import org.chunkopt.policy.Options;
import org.chunkopt.run.Run;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.simulate.SimulateJob;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sites on which the chunk size means nothing, from their exports to the advice. */
@ExtendWith(Spark.class)
class ControlSitesTest {
  private static final LocalDate DATE = LocalDate.of(2026, 11, 23);

  @TempDir Path house;

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "permuted, 0, 0.05",
    "never-applied, 0, 0.05",
    "flat, 0, 0.05",
    // The same site where the chunk size does mean something: what the bounds above are worth.
    "none, 0.2, 1"
  })
  void adviceComesOnlyOfChunkSizesThatMeanSomething(
      String control, double least, double most, SparkSession spark) {
    SimulateJob.run(
        spark,
        SettingsReader.parse(
            """
            chunkopt.simulate {
              output = "%s/site", control = %s, files = 4000, hours = 4, users = 12
              darshan-share = 0.9, default-share = 0.5, hardware = hdd
              storage-servers = 2, targets-per-server = 2
            }
            """
                .formatted(house, control)));
    Run run = run();
    new IngestJob().run(spark, run);
    new FeaturesJob().run(spark, run);
    new EvidenceJob().run(spark, run);

    Dataset<Row> files = run.tables().read(spark, Tables.FILE_FEATURES);
    Options options = Options.of(run.tables().read(spark, Tables.EVIDENCE), "all", run.settings());
    Dataset<Row> advice =
        Advice.recommendations(
                Advice.byCohortTable(files, options), options, run.settings(), "cohort-table")
            .cache();

    double share = (double) advice.where("action <> 'keep'").count() / advice.count();
    assertThat(share).as("files with other advice than to keep").isBetween(least, most);
    advice.unpersist();
  }

  private Run run() {
    return new Run(
        DATE,
        SettingsReader.parse(
            """
            include required(file("%1$s/site/site.conf"))
            chunkopt { output.root = "%1$s/out", evaluate.truth = "" }
            """
                .formatted(house)),
        new TableDirectory(house.resolve("run").toString()));
  }
}
