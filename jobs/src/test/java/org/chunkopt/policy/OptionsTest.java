package org.chunkopt.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.beegfs.ChunkSize;
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
class OptionsTest {
  private static final int KEEP = 3;
  private static final Row COHORT = cohort("a");

  private final List<Map<String, Object>> evidence = new ArrayList<>();

  @Test
  void withoutABudgetNothingThatHasARiskIsWorthIt(SparkSession spark) {
    change(COHORT, 5, 1.0, 0.001, 1);
    assertThat(options(spark, "harm-budget = 0").byTable(COHORT, KEEP)).isEqualTo(KEEP);
    assertThat(options(spark, "harm-budget = 0.016").byTable(COHORT, KEEP)).isEqualTo(5);
  }

  @Test
  void withoutABudgetAGainWithoutARiskIs(SparkSession spark) {
    change(COHORT, 5, 1.0, 0, 1);
    assertThat(options(spark, "harm-budget = 0").byTable(COHORT, KEEP)).isEqualTo(5);
  }

  @Test
  void thePriceIsTheLeastThatKeepsTheBudget(SparkSession spark) {
    // 99 files may gain 0.5 with a risk of 1 %, one gains 0.3 with a risk of 10 %: at no price
    // .0109 of the files would be slower. Of a budget of .01 the one file is too much.
    Row many = cohort("many");
    from(many, 99);
    change(many, 5, 0.5, 0.01, 1);
    change(COHORT, 5, 0.3, 0.1, 1);
    Options enough = options(spark, "harm-budget = 0.011");
    assertThat(enough.byTable(many, KEEP)).isEqualTo(5);
    assertThat(enough.byTable(COHORT, KEEP)).isEqualTo(5);
    Options less = options(spark, "harm-budget = 0.01");
    assertThat(less.byTable(many, KEEP)).isEqualTo(5);
    assertThat(less.byTable(COHORT, KEEP)).isEqualTo(KEEP);
  }

  @Test
  void aSizeOfLessRiskMayBeWorthMore(SparkSession spark) {
    // At a price of 2^(3/4) and more the gain of .5 less its risk is below that of .45.
    change(COHORT, 5, 0.5, 0.04, 1);
    change(COHORT, 4, 0.45, 0.01, 1);
    assertThat(options(spark, "harm-budget = 0.05").byTable(COHORT, KEEP)).isEqualTo(5);
    assertThat(options(spark, "harm-budget = 0.02").byTable(COHORT, KEEP)).isEqualTo(4);
  }

  @Test
  void ofTiesTheNearestToTheDefaultIsTaken(SparkSession spark) {
    // A tie is 2 %, 0.0286 octaves.
    change(COHORT, 4, 0.48, 0, 1);
    change(COHORT, 6, 0.5, 0, 1);
    assertThat(options(spark, "").byTable(COHORT, KEEP)).isEqualTo(4);
    change(COHORT, 4, 0.46, 0, 1);
    assertThat(options(spark, "").byTable(COHORT, KEEP)).isEqualTo(6);
  }

  @ParameterizedTest
  @CsvSource({
    // proposed, advised: the best are 1 MiB (+.3), 2 MiB (+.5), 4 MiB (+.51) and 128 KiB (+.1)
    "5, 5",
    "6, 6",
    "7, 6",
    "4, 5",
    "3, 4",
    "2, 1",
    "0, 1"
  })
  void theBestWithinAnOctaveOfTheProposalIsAdvised(int proposed, int advised, SparkSession spark) {
    change(COHORT, 1, 0.3, 0, 1);
    change(COHORT, 4, 0.3, 0, 1);
    change(COHORT, 5, 0.5, 0, 1);
    // The proposal is favoured by a tie of 0.0286 octaves.
    change(COHORT, 6, 0.51, 0, 1);
    assertThat(options(spark, "").advised(COHORT, KEEP, proposed)).isEqualTo(advised);
  }

  @ParameterizedTest
  @CsvSource({
    // gain, chance to be faster by more than a tie, risk, tier, position advised
    "0.25, 0.89, 0, predicted, 3",
    "0.25, 0.90, 0, predicted, 5",
    // What was measured may be less sure.
    "0.25, 0.79, 0, measured, 3",
    "0.25, 0.80, 0, measured, 5",
    // log2(1.2) is 0.263: it need not be sure.
    "0.27, 0.60, 0, predicted, 5",
    // Within a tie nothing is gained.
    "0.028, 1, 0, measured, 3",
    "0.030, 1, 0, measured, 5",
    // The least probability that nothing is lost is 0.8.
    "2, 1, 0.21, measured, 3",
    "2, 1, 0.19, measured, 5"
  })
  void smallGainsMustBeSureAndLossesUnlikely(
      double gain, double faster, double slower, String tier, int advised, SparkSession spark) {
    change(COHORT, 5, gain, slower, faster);
    evidence.forEach(row -> row.put("tier", tier));
    Options options = options(spark, "harm-budget = 0.5, small-gain = 1.2, min-probability = 0.8");
    assertThat(options.byTable(COHORT, KEEP)).isEqualTo(advised);
    assertThat(options.advised(COHORT, KEEP, 5)).isEqualTo(advised);
  }

  @Test
  void nothingOutsideTheRangeOfTheSettingsIsAdvised(SparkSession spark) {
    change(COHORT, 7, 1.0, 0, 1);
    change(COHORT, 5, 0.5, 0, 1);
    Settings settings = SettingsReader.parse("chunkopt { chunk-size.max-kb = 4096 }");
    Options options = of(spark, settings);
    assertThat(options.byTable(COHORT, KEEP)).isEqualTo(5);
    assertThat(options.advised(COHORT, KEEP, 7)).isEqualTo(KEEP);
  }

  @Test
  void onlyTheRowsOfTheFoldCount(SparkSession spark) {
    change(COHORT, 5, 1.0, 0, 1);
    evidence.forEach(row -> row.put("fold", "learn"));
    assertThat(options(spark, "").knows(COHORT, KEEP)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"1024, 0", "65536, 0", "131072, 1", "524288, 3", "8388608, 7", "16777216, 7"})
  void aChunkSizeIsHeldToTheCandidates(long bytes, int position) {
    assertThat(Options.position(bytes)).isEqualTo(position);
  }

  @ParameterizedTest
  @CsvSource({"-3, 0", "6.49, 0", "6.5, 1", "9.2, 3", "13, 7", "99, 7"})
  void anOutputIsRoundedToACandidate(double log2Kib, int position) {
    assertThat(Options.position(log2Kib)).isEqualTo(position);
  }

  private Options options(SparkSession spark, String advice) {
    return of(spark, SettingsReader.parse("chunkopt { advice { " + advice + " } }"));
  }

  private Options of(SparkSession spark, Settings settings) {
    if (evidence.stream().noneMatch(row -> row.get("cohort").equals(COHORT))) {
      from(COHORT, 1);
    }
    return Options.of(TableRows.of(spark, Tables.EVIDENCE, evidence), "all", settings);
  }

  /** Eight changes from 512 KiB that gain nothing, for this many files. */
  private void from(Row cohort, long files) {
    for (ChunkSize to : ChunkSize.CANDIDATES) {
      Map<String, Object> row = new HashMap<>();
      row.put("fold", "all");
      row.put("cohort", cohort);
      row.put("from_chunk_bytes", 512L << 10);
      row.put("to_chunk_bytes", to.bytes());
      row.put("files", files);
      row.put("gain_log2", 0.0);
      row.put("gain_se", 0.0);
      row.put("gain_p10_log2", 0.0);
      row.put("gain_p20_log2", 0.0);
      row.put("gain_p90_log2", 0.0);
      row.put("faster", 0.0);
      row.put("slower", 0.0);
      row.put("from_throughput_log2", 8.0);
      row.put("tier", "measured");
      evidence.add(row);
    }
  }

  private void change(Row cohort, int to, double gain, double slower, double faster) {
    if (evidence.stream().noneMatch(row -> row.get("cohort").equals(cohort))) {
      from(cohort, 1);
    }
    evidence.stream()
        .filter(row -> row.get("cohort").equals(cohort))
        .filter(row -> row.get("to_chunk_bytes").equals(64L << 10 << to))
        .forEach(
            row -> {
              row.put("gain_log2", gain);
              row.put("slower", slower);
              row.put("faster", faster);
            });
  }

  private static Row cohort(String habit) {
    return RowFactory.create("p", 4, 30, null, null, habit, null);
  }
}
