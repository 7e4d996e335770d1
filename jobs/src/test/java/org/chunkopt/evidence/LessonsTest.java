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
import org.chunkopt.evidence.Cohort.Use;
import org.chunkopt.policy.Advice;
import org.chunkopt.policy.Options;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.chunkopt.testing.TableRows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From observations to what each change is worth, and to advice. */
@ExtendWith(Spark.class)
class LessonsTest {
  private static final Settings SETTINGS = SettingsReader.defaults();
  private static final String POOL = "c43";

  /** Of one target: the law knows of no smaller chunk size that would be faster. */
  private static final Cohort WRITTEN =
      new Cohort(POOL, 1, 30, new Use(true, true, false, 24, 0), null, null, null);

  private static final Cohort UNLOGGED = new Cohort(POOL, 2, 34, null, null, "all files", null);
  private static final long DEFAULT = 512 << 10;
  private static final long LARGE = 2 << 20;
  private static final int DIRECTORIES = 120;

  /** The one public sweep of BeeGFS, relative to 512 KiB. */
  private static final double[] PUBLISHED = {0.49, 0.68, 0.84, 1, 1.06, 1.10, 1.11, 1.06};

  /** A sweep that is flat within 1.2 % from 512 KiB to 4 MiB. */
  private static final double[] FLAT = {0.90, 0.96, 0.985, 1, 1.012, 1.008, 1.004, 0.99};

  /** Log2 of the throughput with a chunk size over that with the default. */
  private interface Response {
    double log2Gain(long chunkBytes);
  }

  @ParameterizedTest
  @CsvSource({
    "0.6",
    // No law of striping explains why a larger chunk size should be slower here.
    "-0.6"
  })
  void refindsAPlantedContrastAndCallsItMeasured(double planted, SparkSession spark) {
    Row large = toLarge(spark, observations(spark, chunk -> chunk == LARGE ? planted : 0));
    assertThat(large.<Double>getAs("gain_log2")).isCloseTo(planted, within(0.15));
    assertThat(large.<Double>getAs("gain_se")).isLessThan(0.2);
    assertThat(large.<String>getAs("tier")).isEqualTo("measured");
    assertThat(large.<Double>getAs("slower")).isCloseTo(planted > 0 ? 0 : 1, within(0.02));
    assertThat(large.<Double>getAs("gain_p10_log2"))
        .isLessThan(large.<Double>getAs("gain_p20_log2"));
    assertThat(large.<Double>getAs("gain_p20_log2"))
        .isLessThan(large.<Double>getAs("gain_p90_log2"));
  }

  @Test
  void keepsTheChunkSizeWhereItMakesNoDifference(SparkSession spark) {
    Dataset<Row> evidence = evidence(spark, observations(spark, chunk -> 0), List.of(WRITTEN));
    for (Row advice : advice(spark, evidence, WRITTEN)) {
      assertThat(advice.<String>getAs("action")).isEqualTo("keep");
    }
    Row large = row(evidence, "learn", LARGE);
    assertThat(large.<Double>getAs("gain_log2")).isCloseTo(0, within(0.1));
  }

  @Test
  void callsWhatNobodyHasTriedPredicted(SparkSession spark) {
    Row untried =
        row(evidence(spark, observations(spark, chunk -> 0), List.of(WRITTEN)), "learn", 64L << 10);
    assertThat(untried.<String>getAs("tier")).isEqualTo("predicted");
    assertThat(untried.<Double>getAs("gain_se")).isGreaterThan(0.1);
  }

  @Test
  void learnsNothingFromTheTestDirectories(SparkSession spark) {
    Dataset<Row> judged =
        observations(spark, chunk -> chunk == LARGE ? 1.0 : 0).withColumn("split", lit("test"));
    Dataset<Row> evidence = evidence(spark, judged, List.of(WRITTEN));
    Dataset<Row> ignorant =
        evidence(spark, TableRows.of(spark, Tables.OBSERVATIONS, List.of()), List.of(WRITTEN));
    assertThat(row(evidence, "learn", LARGE)).isEqualTo(row(ignorant, "learn", LARGE));
    assertThat(row(evidence, "learn", LARGE).<String>getAs("tier")).isEqualTo("predicted");
    assertThat(row(evidence, "all", LARGE).<String>getAs("tier"))
        .as("the advice uses the whole history")
        .isEqualTo("measured");
  }

  @Test
  void aSiteOfOneChunkSizeIsToldThatNothingIsIdentifiable(SparkSession spark) {
    Dataset<Row> history = observations(spark, chunk -> 0).where("chunk_bytes = " + DEFAULT);
    assertThat(learn(spark, history, List.of(WRITTEN)).warnings())
        .singleElement()
        .asString()
        .startsWith("The history has one chunk size only");
    assertThat(learn(spark, observations(spark, chunk -> 0), List.of(WRITTEN)).warnings())
        .isEmpty();
    Dataset<Row> evidence = evidence(spark, history, List.of(WRITTEN));
    for (Row change : evidence.where("to_chunk_bytes <> from_chunk_bytes").collectAsList()) {
      assertThat(change.<String>getAs("tier")).isEqualTo("predicted");
    }
  }

  @Test
  void thePublicSweepAloneGivesItsGainsToAnUnloggedFile(SparkSession spark) {
    Dataset<Row> evidence = evidence(spark, sweep(spark, PUBLISHED), List.of(UNLOGGED));
    for (int position = 4; position <= 6; position++) {
      Row change = row(evidence, "all", ChunkSize.CANDIDATES.get(position).bytes());
      double published = Math.log(PUBLISHED[position]) / Math.log(2);
      assertThat(change.<String>getAs("tier")).isEqualTo("measured");
      assertThat(change.<Double>getAs("gain_log2")).isCloseTo(published, within(0.05));
      assertThat(published)
          .isBetween(change.<Double>getAs("gain_p10_log2"), change.<Double>getAs("gain_p90_log2"));
    }
    assertThat(row(evidence, "all", 64 << 10).<Double>getAs("slower"))
        .as("64 KiB reaches half of the default")
        .isGreaterThan(0.9);
    assertThat(advice(spark, evidence, UNLOGGED).get(0).<String>getAs("action"))
        .isIn("keep", "set-directory");
  }

  @Test
  void thePublicSweepAloneLeadsAnUnloggedFileToItsPlateau(SparkSession spark) {
    Dataset<Row> evidence = evidence(spark, sweep(spark, PUBLISHED), List.of(UNLOGGED));
    Row advice = advice(spark, evidence, UNLOGGED).get(0);
    assertThat(advice.<Long>getAs("recommended_chunk_bytes")).isBetween(1L << 20, 4L << 20);
    assertThat(advice.<String>getAs("tier")).isEqualTo("measured");
  }

  @Test
  void aSweepThatIsFlatAroundTheDefaultLeadsToKeep(SparkSession spark) {
    Dataset<Row> evidence = evidence(spark, sweep(spark, FLAT), List.of(UNLOGGED));

    assertThat(advice(spark, evidence, UNLOGGED).get(0).<String>getAs("action")).isEqualTo("keep");
    for (long chunk = DEFAULT; chunk <= 4L << 20; chunk *= 2) {
      assertThat(Math.pow(2, row(evidence, "all", chunk).<Double>getAs("gain_log2")))
          .as("gain of %s", new ChunkSize(chunk))
          .isCloseTo(1, within(0.02));
    }
  }

  @Test
  void chunkSizesThatWereShuffledAmongTheFilesGiveNoAdvice(SparkSession spark) {
    SplittableRandom random = new SplittableRandom(5);
    StripeLaw law = LawSearch.best(List.of()).law();
    List<Cohort> cohorts = new ArrayList<>();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int kind = 0; kind < 40; kind++) {
      boolean writes = kind % 2 == 0;
      int request = 16 + kind / 2 % 4 * 2;
      int size = 28 + kind / 8;
      Use use = new Use(writes, true, false, request, 0);
      Cohort cohort = new Cohort(POOL, 4, size, use, null, null, null);
      AccessPattern pattern =
          new AccessPattern(1L << size, 1 << request, 1, 4, false, true, writes);
      cohorts.add(cohort);
      for (int directory = 0; directory < 24; directory++) {
        int position = directory % 3 == 0 ? directory / 3 : 3;
        double mean = law.log2Throughput(pattern, position) + 0.15 * random.nextGaussian();
        for (int file = 0; file < 5; file++) {
          Map<String, Object> row =
              observation(
                  "/" + kind + "/" + directory,
                  file,
                  directory % 7,
                  cohort,
                  ChunkSize.CANDIDATES.get(position).bytes(),
                  mean + 0.1 * random.nextGaussian());
          row.put("request_bytes_log2", (double) request);
          row.put("size_bytes", 1L << size);
          rows.add(row);
        }
      }
    }
    List<Object> chunks = new ArrayList<>(rows.stream().map(r -> r.get("chunk_bytes")).toList());
    Collections.shuffle(chunks, new Random(5));
    IntStream.range(0, rows.size()).forEach(i -> rows.get(i).put("chunk_bytes", chunks.get(i)));

    Dataset<Row> evidence =
        evidence(spark, TableRows.of(spark, Tables.OBSERVATIONS, rows), cohorts);
    Options options = Options.of(evidence, "all", SETTINGS);
    List<String> actions =
        Advice.recommendations(
                Advice.byCohortTable(files(spark, cohorts), options),
                options,
                SETTINGS,
                "cohort-table")
            .collectAsList()
            .stream()
            .map(row -> row.<String>getAs("action"))
            .toList();
    assertThat(actions).hasSize(cohorts.size());
    assertThat(actions)
        .filteredOn(action -> !action.equals("keep"))
        .as("advice from chunk sizes that mean nothing")
        .hasSizeLessThanOrEqualTo(cohorts.size() / 20);
  }

  private static Row toLarge(SparkSession spark, Dataset<Row> observations) {
    return row(evidence(spark, observations, List.of(WRITTEN)), "learn", LARGE);
  }

  private static Row row(Dataset<Row> evidence, String fold, long toChunkBytes) {
    List<Row> rows =
        evidence
            .where("fold = '" + fold + "' AND to_chunk_bytes = " + toChunkBytes)
            .where("from_chunk_bytes = " + DEFAULT)
            .collectAsList();
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  private static Dataset<Row> evidence(
      SparkSession spark, Dataset<Row> observations, List<Cohort> cohorts) {
    return learn(spark, observations, cohorts).evidence(spark);
  }

  private static Lessons learn(
      SparkSession spark, Dataset<Row> observations, List<Cohort> cohorts) {
    Dataset<Row> nobody =
        spark.createDataFrame(
            List.<Row>of(),
            StructType.fromDDL(
                "cohort "
                    + Tables.COHORT
                    + ", use_cohort "
                    + Tables.COHORT
                    + ", chunk_bytes BIGINT"));
    return Lessons.learn(
        observations,
        TableRows.of(spark, Tables.HABITS, List.of()),
        files(spark, cohorts),
        nobody,
        SETTINGS);
  }

  private static List<Row> advice(SparkSession spark, Dataset<Row> evidence, Cohort cohort) {
    Options options = Options.of(evidence, "all", SETTINGS);
    Dataset<Row> files = files(spark, List.of(cohort));
    return Advice.recommendations(
            Advice.byCohortTable(files, options), options, SETTINGS, "cohort-table")
        .collectAsList();
  }

  /** A file of the default chunk size in each cohort. */
  private static Dataset<Row> files(SparkSession spark, List<Cohort> cohorts) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Cohort cohort : cohorts) {
      String path = "/new/" + rows.size();
      Map<String, Object> row = new HashMap<>();
      row.put("path", path);
      row.put("path_bytes", path.getBytes(StandardCharsets.UTF_8));
      row.put("parent_path", "/new");
      row.put("entry_id", "1-6563A1B2-1");
      row.put("uid", 7L);
      row.put("size_bytes", 1L << cohort.sizeOctave());
      row.put("chunk_bytes", DEFAULT);
      row.put("target_ids", List.of(1, 2));
      row.put("storage_class", POOL);
      row.put("cohort", cohort.row());
      row.put("has_telemetry", true);
      row.put("num_targets", (double) cohort.targets());
      row.put("access_frequency_log2", 0.0);
      rows.add(row);
    }
    return TableRows.of(spark, Tables.FILE_FEATURES, rows);
  }

  /** Rounds of a sweep that says nothing of request, processes and sharing. */
  private static Dataset<Row> sweep(SparkSession spark, double[] relative) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (double factor : new double[] {1, 1.01, 0.99, 1.02, 0.98}) {
      for (int arm = 0; arm < relative.length; arm++) {
        Map<String, Object> row = new HashMap<>();
        row.put("path", "/sweep/" + rows.size());
        row.put("group_name", "sweep");
        row.put("file_size_bytes", 1L << 34);
        row.put("chunk_bytes", ChunkSize.CANDIDATES.get(arm).bytes());
        row.put("num_targets", 2);
        row.put("target_ids", List.of());
        row.put("throughput_mib_s", 2000 * relative[arm] * factor);
        row.put("source", "ior");
        row.put("source_file", "sweep.csv");
        row.put("row_no", (long) rows.size());
        rows.add(row);
      }
    }
    return Observations.of(
        files(spark, List.of(UNLOGGED)),
        TableRows.of(spark, Tables.ACCESS, List.of()),
        TableRows.of(spark, Tables.SWEEPS, rows),
        TableRows.of(spark, Tables.PATTERN_CHANGES, List.of()),
        TableRows.of(spark, Tables.NODE_MINUTES, List.of()),
        spark.createDataFrame(List.<Row>of(), StructType.fromDDL("target_id INT, node_num_id INT")),
        SETTINGS);
  }

  /** Directories of ten files each, a quarter of them with the large chunk size. */
  private static Dataset<Row> observations(SparkSession spark, Response response) {
    SplittableRandom random = new SplittableRandom(7);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int directory = 0; directory < DIRECTORIES; directory++) {
      double effect = 0.15 * random.nextGaussian();
      long chunk = directory % 4 == 0 ? LARGE : DEFAULT;
      for (int file = 0; file < 10; file++) {
        double log2 = 9 + response.log2Gain(chunk) + effect + 0.1 * random.nextGaussian();
        rows.add(observation("/d" + directory, file, directory % 7, WRITTEN, chunk, log2));
      }
    }
    return TableRows.of(spark, Tables.OBSERVATIONS, rows);
  }

  private static Map<String, Object> observation(
      String directory, int file, long uid, Cohort cohort, long chunk, double log2) {
    Map<String, Object> row = new HashMap<>();
    row.put("source", "darshan");
    row.put("observation_id", directory + "/" + file);
    row.put("directory", directory);
    row.put("uid", uid);
    row.put("split", "train");
    row.put("cohort", cohort.row());
    row.put("node_num_id", 1);
    row.put("size_bytes", 1L << 30);
    row.put("chunk_bytes", chunk);
    row.put("log2_throughput", log2);
    row.put("request_bytes_log2", 24.0);
    row.put("page_cache", false);
    row.put("weight", 1.0);
    return row;
  }
}
