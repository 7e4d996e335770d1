package org.chunkopt.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.assertj.core.data.Offset;
import org.chunkopt.evaluate.Judgement.Policy;
import org.chunkopt.policy.Gate;
import org.chunkopt.policy.Options.Change;
import org.chunkopt.settings.Settings;
import org.chunkopt.settings.SettingsReader;
import org.junit.jupiter.api.Test;

/** A planted truth: every figure can be worked out by hand. */
class JudgementTest {
  private static final Settings SETTINGS =
      SettingsReader.parse("chunkopt { evaluate.bootstrap = 100 }");
  private static final Offset<Double> EXACTLY = within(1e-9);
  private static final int KEEP = 3;

  /**
   * 100 files in 20 directories have 512 KiB. With 2 MiB 90 of them, of 100 bytes, are twice as
   * fast; ten, of 900 bytes, are as they were. With 64 KiB all reach a fifth.
   */
  private static final List<HeldOutFile> FILES =
      IntStream.range(0, 100)
          .mapToObj(i -> new HeldOutFile("/d" + i % 20, i < 90 ? 100 : 900, KEEP, null, null))
          .toList();

  private static final double[][] TRUTH =
      IntStream.range(0, 100).mapToObj(JudgementTest::truth).toArray(double[][]::new);

  /** The network moves the 90, promising just that, and one of the others to 64 KiB. */
  private static final Map<String, Row> ROWS = judged(TRUTH);

  @Test
  void gainsAreGeometricMeansOverTheFiles() {
    assertThat(value("mlp ratio-to-oracle")).isCloseTo(Math.pow(0.2, 0.01), EXACTLY);
    assertThat(value("keep ratio-to-oracle")).isCloseTo(Math.pow(2, -0.9), EXACTLY);
    assertThat(value("oracle ratio-to-oracle")).isCloseTo(1, EXACTLY);
    assertThat(value("oracle gain-over-current")).isCloseTo(Math.pow(2, 0.9), EXACTLY);
    assertThat(value("mlp gain-over-current"))
        .isCloseTo(Math.pow(2, 0.9) * Math.pow(0.2, 0.01), EXACTLY);
    assertThat(value("mlp gain-over-default")).isCloseTo(value("mlp gain-over-current"), EXACTLY);
    assertThat(value("keep gain-over-default")).isCloseTo(1, EXACTLY);
    assertThat(value("mlp gain-over-current-bytes"))
        .isCloseTo(Math.exp((9000 * Math.log(2) + 900 * Math.log(0.2)) / 18000), EXACTLY);
  }

  @Test
  void sharesAreOfTheFilesJudged() {
    assertThat(value("mlp harm")).isCloseTo(0.01, EXACTLY);
    assertThat(value("mlp harm-of-moved")).isCloseTo(1 / 91.0, EXACTLY);
    assertThat(value("mlp moved")).isCloseTo(0.91, EXACTLY);
    assertThat(value("mlp within-octave")).isCloseTo(1, EXACTLY);
    assertThat(value("mlp strict-hit")).isCloseTo(0.99, EXACTLY);
    assertThat(value("keep within-octave")).isCloseTo(0.1, EXACTLY);
    assertThat(value("mlp regret-p95")).isCloseTo(0, EXACTLY);
    assertThat(value("keep regret-p95")).isCloseTo(0.5, EXACTLY);
    assertThat(ROWS).doesNotContainKeys("keep harm-of-moved", "keep coverage-80");
  }

  @Test
  void promisesAreComparedWithWhatCame() {
    // Realised on promised through the origin: 90 times 1, once log2(0.2).
    double last = Math.log(0.2) / Math.log(2);
    assertThat(value("mlp calibration-slope")).isCloseTo((90 + last) / 91, EXACTLY);
    // 18 of the 90 intervals begin above the gain; that of the file that was harmed holds no loss.
    assertThat(value("mlp coverage-80")).isCloseTo(72 / 91.0, EXACTLY);
  }

  @Test
  void policiesAreComparedFileByFile() {
    // The table moves 45 of the 90.
    assertThat(value("mlp ratio-to-cohort-table"))
        .isCloseTo(Math.pow(2, 0.45) * Math.pow(0.2, 0.01), EXACTLY);
    assertThat(value("mlp ratio-to-best-constant")).isCloseTo(Math.pow(0.2, 0.01), EXACTLY);
    assertThat(ROWS).doesNotContainKey("keep ratio-to-best-constant");
    Row ratio = ROWS.get("cohort-table ratio-to-best-constant");
    assertThat(ratio.getDouble(4)).isLessThan(ratio.getDouble(3));
    assertThat(ratio.getDouble(5)).isGreaterThan(ratio.getDouble(3)).isLessThan(1);
  }

  @Test
  void gatesFollowFromTheFigures() {
    Map<String, Double> gates = gates(ROWS);
    assertThat(gates)
        .containsEntry("mlp ratio-to-oracle", 1.0)
        .containsEntry("mlp harm", 1.0)
        .containsEntry("mlp coverage-80", 1.0)
        .containsEntry("mlp above-cohort-table", 1.0)
        .containsEntry("cohort-table within-octave", 0.0)
        .doesNotContainKey("mlp negative-control")
        .doesNotContainKey("keep harm");
  }

  @Test
  void aFlatSiteHasTheOneGateOfMovedFiles() {
    double[][] flat = new double[100][8];
    Map<String, Double> gates = gates(judged(flat));
    assertThat(gates)
        .containsOnly(
            Map.entry("mlp negative-control", 0.0),
            Map.entry("cohort-table negative-control", 0.0));
  }

  @Test
  void filesOfUnknownThroughputAreNotJudged() {
    assertThat(judged(new double[100][])).isEmpty();
    double[][] one = new double[100][];
    one[99] = TRUTH[99];
    Row row = judged(one).get("mlp harm");
    assertThat(row.getDouble(3)).isEqualTo(1);
    assertThat(row.getLong(6)).isEqualTo(1);
  }

  @Test
  void theBestConstantServesTheFilesBestInTheMean() {
    assertThat(Judgement.bestConstant(List.of(TRUTH))).isEqualTo(5);
    assertThat(Judgement.bestConstant(List.of(TRUTH[99]))).as("the first of equals").isEqualTo(1);
  }

  private static double[] truth(int file) {
    double slow = Math.log(100);
    return new double[] {
      Math.log(20), slow, slow, slow, slow, file < 90 ? Math.log(200) : slow, slow, slow
    };
  }

  private static Map<String, Row> judged(double[][] judge) {
    int[] network = new int[100];
    int[] table = new int[100];
    Change[] promises = new Change[100];
    for (int i = 0; i < 100; i++) {
      network[i] = i < 90 ? 5 : i == 99 ? 0 : KEEP;
      table[i] = i < 45 ? 5 : KEEP;
      double low = i % 5 == 0 ? 1.1 : 0.9;
      promises[i] = new Change(network[i], 1.0, 0.01, low, low, 1.2, "measured", true);
    }
    List<Row> rows =
        new Judgement(FILES, judge, SETTINGS)
            .rows(
                "truth",
                Map.of(
                    "keep", Policy.of(all(KEEP)),
                    "best-constant", Policy.of(all(5)),
                    "cohort-table", Policy.of(table),
                    "mlp", new Policy(network, promises)));
    Map<String, Row> named = new HashMap<>();
    rows.forEach(row -> named.put(row.getString(1) + " " + row.getString(2), row));
    return named;
  }

  private static Map<String, Double> gates(Map<String, Row> rows) {
    Map<String, Double> gates = new HashMap<>();
    Gates.of("truth", new ArrayList<>(rows.values()), 1)
        .forEach(
            row ->
                gates.put(
                    row.getString(1) + " " + row.getString(2).substring(Gate.PREFIX.length()),
                    row.getDouble(3)));
    return gates;
  }

  private static int[] all(int position) {
    return IntStream.range(0, 100).map(i -> position).toArray();
  }

  private static double value(String name) {
    assertThat(ROWS).containsKey(name);
    return ROWS.get(name).getDouble(3);
  }
}
