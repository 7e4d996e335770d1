package org.chunkopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Spark.class)
class EvidenceCurvesTest {
  private static final Settings SETTINGS = SettingsReader.defaults();
  private static final String COHORT = "c43|w-seq-private|t4|r20|s30";
  private static final long DEFAULT = 512 << 10;
  private static final long LARGE = 2 << 20;
  private static final int DIRECTORIES = 120;

  /** A response for a chunk size, in log2 over the default's. */
  private interface Response {
    double log2Gain(long chunkBytes);
  }

  @Test
  void refindsAPlantedContrastAndCallsItSupported(SparkSession spark) {
    Dataset<Row> evidence = evidence(observations(spark, chunk -> chunk == LARGE ? 0.6 : 0));
    Row large = row(evidence, LARGE);
    assertThat(large.<Double>getAs("posterior_log2")).isCloseTo(0.6, within(0.12));
    assertThat(large.<Double>getAs("posterior_se")).isLessThan(0.12);
    assertThat(large.<String>getAs("tier")).isEqualTo("cohort");
    assertThat(large.<Boolean>getAs("tie")).isTrue();
    assertThat(row(evidence, DEFAULT).<Long>getAs("choice_bytes")).isEqualTo(LARGE);
  }

  @Test
  void keepsTheCurrentChunkSizeWhereChunkSizesMakeNoDifference(SparkSession spark) {
    Dataset<Row> evidence = evidence(observations(spark, chunk -> 0));
    Row large = row(evidence, LARGE);
    double low =
        large.<Double>getAs("posterior_log2") - 1.2816 * large.<Double>getAs("posterior_se");
    assertThat(low).as("lower bound of a gain that is not there").isLessThan(0.03);
    assertThat(row(evidence, DEFAULT).<Long>getAs("choice_bytes")).isEqualTo(DEFAULT);
  }

  @Test
  void callsArmsWithoutDataPrior(SparkSession spark) {
    Row untried = arm(spark, observations(spark, chunk -> 0), 8 << 20);
    assertThat(untried.<String>getAs("tier")).isEqualTo("prior");
    assertThat(untried.<Long>getAs("files")).isZero();
    assertThat(untried.<Double>getAs("posterior_se")).isGreaterThan(0.3);
  }

  @Test
  void learnsNothingFromTheTestDirectories(SparkSession spark) {
    Dataset<Row> judge =
        observations(spark, chunk -> chunk == LARGE ? 1.0 : 0)
            .withColumn("split", org.apache.spark.sql.functions.lit("test"));
    Row learnt = row(evidence(judge), LARGE);
    assertThat(learnt.<Long>getAs("files")).isZero();
    assertThat(learnt.<String>getAs("tier")).isEqualTo("prior");
  }

  private static Row arm(SparkSession spark, Dataset<Row> observations, long chunkBytes) {
    return row(evidence(observations), chunkBytes);
  }

  private static Row row(Dataset<Row> evidence, long chunkBytes) {
    return evidence
        .where("fold = 'learn' AND level = 5 AND chunk_bytes = " + chunkBytes)
        .collectAsList()
        .get(0);
  }

  private static Dataset<Row> evidence(Dataset<Row> observations) {
    Dataset<Row> files =
        observations.sparkSession().createDataFrame(List.<Row>of(), Tables.FILE_FEATURES.schema());
    return new EvidenceCurves(observations, files, SETTINGS).evidence().localCheckpoint();
  }

  /** Directories of ten files each, a quarter of them with the large chunk size. */
  private static Dataset<Row> observations(SparkSession spark, Response response) {
    SplittableRandom random = new SplittableRandom(7);
    List<Row> rows = new ArrayList<>();
    for (int directory = 0; directory < DIRECTORIES; directory++) {
      long chunk = directory % 4 == 0 ? LARGE : DEFAULT;
      double effect = 0.15 * gaussian(random);
      for (int file = 0; file < 10; file++) {
        double log2 = 9 + response.log2Gain(chunk) + effect + 0.1 * gaussian(random);
        rows.add(
            RowFactory.create(
                "darshan",
                directory + "/" + file,
                null,
                "/d" + directory,
                (long) directory % 7,
                "train",
                COHORT,
                null,
                null,
                1,
                1L << 30,
                chunk,
                log2,
                20.0,
                null,
                false,
                1.0));
      }
    }
    return spark.createDataFrame(rows, Tables.OBSERVATIONS.schema());
  }

  private static double gaussian(SplittableRandom random) {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }
}
