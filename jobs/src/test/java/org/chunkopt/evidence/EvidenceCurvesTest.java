package org.chunkopt.evidence;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.policy.Advice;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.chunkopt.testing.TableRows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(Spark.class)
class EvidenceCurvesTest {
  private static final Settings SETTINGS = SettingsReader.defaults();

  /** Of one target: the law knows of no smaller chunk size that would be faster. */
  private static final String COHORT = "c43|w-seq-private|t1|r24|s30";

  private static final long DEFAULT = 512 << 10;
  private static final long LARGE = 2 << 20;
  private static final int DEFAULT_POSITION = 3;
  private static final int DIRECTORIES = 120;

  /** The one public sweep of BeeGFS, relative to 512 KiB. */
  private static final double[] PUBLISHED = {0.49, 0.68, 0.84, 1, 1.06, 1.10, 1.11, 1.06};

  /** A response for a chunk size, in log2 over the default's. */
  private interface Response {
    double log2Gain(long chunkBytes);
  }

  @ParameterizedTest
  @CsvSource({
    "0.6",
    // No law of striping explains why a larger chunk size should be slower here.
    "-0.6"
  })
  void refindsAPlantedContrastAndCallsItSupported(double planted, SparkSession spark) {
    Dataset<Row> evidence = evidence(observations(spark, chunk -> chunk == LARGE ? planted : 0));
    Row large = row(evidence, LARGE);
    assertThat(large.<Double>getAs("posterior_log2")).isCloseTo(planted, within(0.12));
    assertThat(large.<Double>getAs("posterior_se")).isLessThan(0.12);
    assertThat(large.<String>getAs("tier")).isEqualTo("cohort");
    assertThat(large.<Boolean>getAs("tie")).isEqualTo(planted > 0);
    assertThat(row(evidence, DEFAULT).<Long>getAs("choice_bytes"))
        .isEqualTo(planted > 0 ? LARGE : DEFAULT);
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
    Row untried = row(evidence(observations(spark, chunk -> 0)), 8 << 20);
    assertThat(untried.<String>getAs("tier")).isEqualTo("prior");
    assertThat(untried.<Long>getAs("files")).isZero();
    assertThat(untried.<Double>getAs("posterior_se")).isGreaterThan(0.3);
  }

  @Test
  void learnsNothingFromTheTestDirectories(SparkSession spark) {
    Dataset<Row> judge =
        observations(spark, chunk -> chunk == LARGE ? 1.0 : 0).withColumn("split", lit("test"));
    Row learnt = row(evidence(judge), LARGE);
    assertThat(learnt.<Long>getAs("files")).isZero();
    assertThat(learnt.<String>getAs("tier")).isEqualTo("prior");
  }

  @Test
  void callsEveryArmButTheDefaultPriorWhereAlmostAllFilesHaveIt(SparkSession spark) {
    Dataset<Row> history =
        observations(
            spark, chunk -> chunk == LARGE ? 1.0 : 0, file -> file == 77 ? LARGE : DEFAULT);
    List<Row> arms =
        evidence(history)
            .where("level = 5 AND fold <> 'judge'")
            .select("chunk_bytes", "tier", "files")
            .collectAsList();
    assertThat(arms).hasSize(16);
    for (Row arm : arms) {
      assertThat(arm.getString(1))
          .as("tier of %s with %d files", new ChunkSize(arm.getLong(0)), arm.getLong(2))
          .isEqualTo(arm.getLong(0) == DEFAULT ? "cohort" : "prior");
    }
    assertThat(arms)
        .filteredOn(arm -> arm.getLong(0) == LARGE)
        .allMatch(arm -> arm.getLong(2) == 1);
  }

  @Test
  void aSweepAloneGivesItsShapeToFilesWithoutALog(SparkSession spark) {
    Dataset<Row> files = files(spark, List.of("c43|use:*:*|t2|mix|s34"));
    Dataset<Row> observations =
        Observations.of(
            files,
            empty(spark, Tables.ACCESS.schema()),
            publishedSweep(spark),
            empty(spark, Tables.NODE_MINUTES.schema()),
            empty(spark, StructType.fromDDL("target_id INT, node_num_id INT")),
            SETTINGS);
    EvidenceCurves curves =
        new EvidenceCurves(observations.localCheckpoint(), noChanges(spark), files, SETTINGS);

    Row law = curves.poolLaws().where("fold = 'all' AND storage_class = 'c43'").first();
    assertThat(law.<Long>getAs("sweep_points")).isEqualTo(8);
    assertThat(law.<Double>getAs("h_bytes") / 1024).as("h in KiB").isBetween(70.0, 100.0);

    Dataset<Row> all = Advice.curves(curves.evidence(), "all").localCheckpoint();
    Row curve = all.where("cohort LIKE '%|use:%'").first();
    long choice = curve.<Long>getList(curve.fieldIndex("choices")).get(DEFAULT_POSITION);
    assertThat(choice).isBetween(1L << 20, 4L << 20);
    int position = new ChunkSize(choice).log2Kib() - 6;
    assertThat(curve.<String>getList(curve.fieldIndex("tiers")).get(position))
        .isEqualTo("contrast");
    int change = position * 8 + DEFAULT_POSITION;
    double low = curve.<Double>getList(curve.fieldIndex("gain_p10_log2")).get(change);
    double high = curve.<Double>getList(curve.fieldIndex("gain_p90_log2")).get(change);
    assertThat(Math.log(PUBLISHED[position]) / Math.log(2))
        .as("published log2 gain of the choice over 512 KiB")
        .isBetween(low, high);
    assertThat(high - low).as("interval of a gain that was measured").isLessThan(0.5);

    Dataset<Row> worths = Advice.worths(all, files, SETTINGS).localCheckpoint();
    for (Row advice :
        Advice.recommendations(
                Advice.byCohortTable(files, worths, SETTINGS), worths, SETTINGS, "cohort-table")
            .collectAsList()) {
      assertThat(advice.<String>getAs("action")).isIn("keep", "set-directory");
      assertThat(advice.<String>getAs("tier")).isEqualTo("contrast");
    }
  }

  @Test
  void chunkSizesThatWereShuffledAmongTheFilesGiveNoAdvice(SparkSession spark) {
    SplittableRandom random = new SplittableRandom(5);
    StripeLaw law = PoolCurves.of(List.of(), 0.4).law();
    List<String> cohorts = new ArrayList<>();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int kind = 0; kind < 40; kind++) {
      boolean write = kind % 2 == 0;
      int request = 16 + kind / 2 % 4 * 2;
      int size = 28 + kind / 8;
      String cohort = "c43|" + (write ? "w" : "r") + "-seq-private|t4|r" + request + "|s" + size;
      Use use = new Use(1L << size, 1 << request, 1, 4, false, true, write);
      cohorts.add(cohort);
      for (int directory = 0; directory < 24; directory++) {
        int arm = directory % 3 == 0 ? directory / 3 : DEFAULT_POSITION;
        double mean = law.log2Throughput(use, arm) + 0.15 * gaussian(random);
        for (int file = 0; file < 5; file++) {
          Map<String, Object> row =
              observation(
                  "/" + cohort + "/" + directory,
                  file,
                  directory % 7,
                  cohort,
                  ChunkSize.CANDIDATES.get(arm).bytes(),
                  mean + 0.1 * gaussian(random));
          row.put("request_bytes_log2", (double) request);
          row.put("size_bytes", 1L << size);
          rows.add(row);
        }
      }
    }
    List<Object> chunks = new ArrayList<>(rows.stream().map(r -> r.get("chunk_bytes")).toList());
    Collections.shuffle(chunks, new Random(5));
    IntStream.range(0, rows.size()).forEach(i -> rows.get(i).put("chunk_bytes", chunks.get(i)));
    Dataset<Row> files = files(spark, cohorts);

    Dataset<Row> evidence =
        new EvidenceCurves(
                TableRows.of(spark, Tables.OBSERVATIONS, rows), noChanges(spark), files, SETTINGS)
            .evidence();
    Dataset<Row> worths =
        Advice.worths(Advice.curves(evidence, "all"), files, SETTINGS).localCheckpoint();
    List<Row> advice =
        Advice.recommendations(
                Advice.byCohortTable(files, worths, SETTINGS), worths, SETTINGS, "cohort-table")
            .select(
                "path", "action", "tier", "recommended_chunk_bytes", "expected_gain", "gain_p10")
            .collectAsList();

    assertThat(advice).hasSize(cohorts.size());
    assertThat(advice)
        .filteredOn(row -> !row.getString(1).equals("keep"))
        .as("advice from chunk sizes that mean nothing")
        .hasSizeLessThanOrEqualTo(cohorts.size() / 20);
  }

  private static Row row(Dataset<Row> evidence, long chunkBytes) {
    return evidence
        .where("fold = 'learn' AND level = 5 AND chunk_bytes = " + chunkBytes)
        .collectAsList()
        .get(0);
  }

  private static Dataset<Row> evidence(Dataset<Row> observations) {
    Dataset<Row> files = empty(observations.sparkSession(), Tables.FILE_FEATURES.schema());
    return new EvidenceCurves(observations, noChanges(observations.sparkSession()), files, SETTINGS)
        .evidence()
        .localCheckpoint();
  }

  private static Dataset<Row> noChanges(SparkSession spark) {
    return empty(spark, Tables.PATTERN_CHANGES.schema());
  }

  private static Dataset<Row> empty(SparkSession spark, StructType schema) {
    return spark.createDataFrame(List.<Row>of(), schema);
  }

  /** A file of the default chunk size in each cohort, 16 GiB, which no log has seen. */
  private static Dataset<Row> files(SparkSession spark, List<String> cohorts) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String cohort : cohorts) {
      String path = "/new/" + cohort;
      Map<String, Object> row = new HashMap<>();
      row.put("path", path);
      row.put("path_bytes", path.getBytes(StandardCharsets.UTF_8));
      row.put("parent_path", "/new");
      row.put("entry_id", "1-6563A1B2-1");
      row.put("uid", 7L);
      row.put("size_bytes", 1L << 34);
      row.put("chunk_bytes", DEFAULT);
      row.put("target_ids", List.of(1, 2));
      row.put("storage_class", "c43");
      row.put("file_type", "array");
      row.put("cohort", cohort);
      row.put("has_telemetry", true);
      row.put("num_targets", 4.0);
      row.put("file_size_log2", 34.0);
      row.put("access_frequency_log2", 0.0);
      rows.add(row);
    }
    return TableRows.of(spark, Tables.FILE_FEATURES, rows);
  }

  /** Rounds of the public sweep, which says nothing of request, processes and sharing. */
  private static Dataset<Row> publishedSweep(SparkSession spark) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (double factor : new double[] {1, 1.01, 0.99, 1.02, 0.98}) {
      for (int arm = 0; arm < PUBLISHED.length; arm++) {
        Map<String, Object> row = new HashMap<>();
        row.put("path", "/sweep/" + rows.size());
        row.put("group_name", "sweep");
        row.put("file_size_bytes", 1L << 34);
        row.put("chunk_bytes", ChunkSize.CANDIDATES.get(arm).bytes());
        row.put("num_targets", 4);
        row.put("target_ids", List.of());
        row.put("throughput_mib_s", 2000 * PUBLISHED[arm] * factor);
        row.put("source", "ior");
        row.put("source_file", "sweep.csv");
        row.put("row_no", (long) rows.size());
        rows.add(row);
      }
    }
    return TableRows.of(spark, Tables.SWEEPS, rows);
  }

  /** Directories of ten files each, a quarter of them with the large chunk size. */
  private static Dataset<Row> observations(SparkSession spark, Response response) {
    return observations(spark, response, file -> file / 10 % 4 == 0 ? LARGE : DEFAULT);
  }

  /** The chunk size of a file. */
  private interface Choice {
    long chunkBytes(int file);
  }

  private static Dataset<Row> observations(SparkSession spark, Response response, Choice choice) {
    SplittableRandom random = new SplittableRandom(7);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int directory = 0; directory < DIRECTORIES; directory++) {
      double effect = 0.15 * gaussian(random);
      for (int file = 0; file < 10; file++) {
        long chunk = choice.chunkBytes(directory * 10 + file);
        double log2 = 9 + response.log2Gain(chunk) + effect + 0.1 * gaussian(random);
        rows.add(observation("/d" + directory, file, directory % 7, COHORT, chunk, log2));
      }
    }
    return TableRows.of(spark, Tables.OBSERVATIONS, rows);
  }

  private static Map<String, Object> observation(
      String directory, int file, long uid, String cohort, long chunk, double log2) {
    Map<String, Object> row = new HashMap<>();
    row.put("source", "darshan");
    row.put("observation_id", directory + "/" + file);
    row.put("directory", directory);
    row.put("uid", uid);
    row.put("split", "train");
    row.put("cohort", cohort);
    row.put("node_num_id", 1);
    row.put("size_bytes", 1L << 30);
    row.put("chunk_bytes", chunk);
    row.put("log2_throughput", log2);
    row.put("request_bytes_log2", 24.0);
    row.put("page_cache", false);
    row.put("weight", 1.0);
    return row;
  }

  private static double gaussian(SplittableRandom random) {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }
}
