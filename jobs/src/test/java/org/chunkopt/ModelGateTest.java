package org.chunkopt;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.xxhash64;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.chunkopt.evaluate.EvaluateJob;
import org.chunkopt.evidence.EvidenceJob;
import org.chunkopt.features.FeaturesJob;
import org.chunkopt.ingest.IngestJob;
import org.chunkopt.model.Champion;
import org.chunkopt.model.Registry;
import org.chunkopt.model.TrainingOutcome;
import org.chunkopt.policy.Decision;
import org.chunkopt.run.Run;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.simulate.SimulateJob;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.chunkopt.train.TrainJob;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks that learnt nonsense on a simulated site, whose evidence is made once. */
@ExtendWith(Spark.class)
@Tag("slow")
class ModelGateTest {
  private static final LocalDate DATE = LocalDate.of(2026, 11, 23);

  private static final String SITE = "evidence-of-the-site";

  @TempDir static Path house;

  @BeforeAll
  static void simulateOneSite() {
    SparkSession spark = Spark.session();
    SimulateJob.run(
        spark,
        SettingsReader.parse(
            """
            chunkopt.simulate {
              output = "%s/site", files = 4000, hours = 4, users = 8, darshan-share = 0.9
              default-share = 0.5, storage-servers = 2, targets-per-server = 2
            }
            """
                .formatted(house)));
    Run run = run(SITE);
    new IngestJob().run(spark, run);
    new FeaturesJob().run(spark, run);
    new EvidenceJob().run(spark, run);
  }

  @ParameterizedTest
  @CsvSource({
    "shuffled, label_scaled",
    "constant, 1.0D",
    // All that one day says is the opposite of what the others did.
    "outlier, 1 - label_scaled"
  })
  @Tag("R22")
  @DisplayName(
      "R22: a network of shuffled, constant or outlying labels is not promoted, and it is said why")
  void nonsenseIsNotPromoted(String name, String label, SparkSession spark) {
    Run run = run(name);
    Dataset<Row> labels =
        run(SITE)
            .tables()
            .read(spark, Tables.LABELS)
            .withColumn("label_scaled", expr(label))
            .cache();
    run.tables().write(Tables.LABELS, name.equals("shuffled") ? shuffled(labels) : labels);
    Registry registry = new Registry(run.settings().output().root());
    registry.promote(Champion.cohortTable());

    new TrainJob().run(spark, run);
    String id = TrainingOutcome.read(run).candidate().orElseThrow();
    new EvaluateJob().run(spark, run);

    double gain =
        run.tables()
            .read(spark, Tables.EVALUATION)
            .where("basis = 'evidence' AND policy = 'cohort-table'")
            .where("metric = 'gain-over-current'")
            .first()
            .getAs("value");
    assertThat(Math.log(gain) / Math.log(2))
        .as("octaves that the table gains; where it gains next to nothing any network may pass")
        .isGreaterThan(0.02);
    Decision decision = Decision.read(run);
    assertThat(decision.champion()).as(decision.reason()).isEqualTo(Champion.cohortTable());
    assertThat(decision.reason())
        .contains("the network " + id + " is not good enough: on ")
        .containsPattern("its advice gains -0\\.\\d{4} octaves");
    assertThat(registry.list()).as("it stays as a candidate").contains(id);
    assertThat(registry.champion()).contains(Champion.cohortTable());
    labels.unpersist();
  }

  /** Each row with the label of another, drawn by hash. */
  private static Dataset<Row> shuffled(Dataset<Row> labels) {
    Column[] learnt = {col("place"), col("label_scaled"), col("label_log2_kib")};
    Dataset<Row> files =
        labels
            .drop("label_scaled", "label_log2_kib")
            .withColumn(
                "place",
                row_number()
                    .over(Window.orderBy(xxhash64(col("path_bytes"), col("never_logged")))));
    Dataset<Row> drawn =
        labels
            .withColumn(
                "place",
                row_number()
                    .over(
                        Window.orderBy(
                            xxhash64(col("path_bytes"), col("never_logged"), lit("drawn")))))
            .select(learnt);
    return Tables.LABELS.select(files.join(drawn, "place"));
  }

  /** A run of its own registry; what it does not write is read from the site's evidence. */
  private static Run run(String name) {
    String root = house.resolve(name).toString();
    return new Run(
        DATE,
        SettingsReader.parse(
            """
            include required(file("%1$s/site/site.conf"))
            chunkopt {
              output.root = "%1$s/out-%2$s"
              evaluate { truth = "", bootstrap = 50 }
              training { epochs = 6, min-files = 100, batch-size = 32, learning-rate = 0.005 }
            }
            """
                .formatted(house, name)),
        new TableDirectory(
            root, name.equals(SITE) ? List.of() : List.of(house.resolve(SITE).toString())));
  }
}
