package org.chunkopt.evaluate;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.chunkopt.model.Champion;
import org.chunkopt.policy.Options;
import org.chunkopt.settings.Settings;

/**
 * Policies before a judge that knows the throughput of every file with each chunk size: the truth
 * of a simulated site, or the response model of the learning directories.
 */
final class Judgement {
  private static final double TIE = Math.log(1.02);
  private static final double HARM = Math.log(0.95);
  private static final double LN2 = Math.log(2);
  private static final int DEFAULT_POSITION = 3;

  /**
   * What a policy chose.
   *
   * @param positions by file, -1 where it has no opinion
   * @param promises by file, null where it promised nothing
   */
  record Policy(int[] positions, Options.Change[] promises) {
    static Policy of(int[] positions) {
      return new Policy(positions, new Options.Change[positions.length]);
    }
  }

  private final List<HeldOutFile> files;
  private final double[][] judge;
  private final int[] directoryOf;
  private final int directories;
  private final Settings settings;

  /**
   * @param judge natural log of the throughput of every file at each chunk size, null where unknown
   */
  Judgement(List<HeldOutFile> files, double[][] judge, Settings settings) {
    this.files = files;
    this.judge = judge;
    this.settings = settings;
    Map<String, Integer> numbers = new TreeMap<>();
    files.forEach(file -> numbers.putIfAbsent(file.directory(), 0));
    int number = 0;
    for (Map.Entry<String, Integer> entry : numbers.entrySet()) {
      entry.setValue(number++);
    }
    this.directories = number;
    this.directoryOf = files.stream().mapToInt(f -> numbers.get(f.directory())).toArray();
  }

  /** The sums of one policy, by directory. */
  private final class Sums {
    final double[] files = new double[directories];
    final double[] regret = new double[directories];
    final double[] overCurrent = new double[directories];
    final double[] overDefault = new double[directories];
    final double[] bytes = new double[directories];
    final double[] bytesOverCurrent = new double[directories];
    final double[] bytesOverDefault = new double[directories];
    final double[] withinOctave = new double[directories];
    final double[] strictHit = new double[directories];
    final double[] harmed = new double[directories];
    final double[] moved = new double[directories];
    final double[] movedHarmed = new double[directories];
    final double[] promised = new double[directories];
    final double[] kept = new double[directories];
    final double[] product = new double[directories];
    final double[] square = new double[directories];
    double[] regrets = new double[0];
  }

  /**
   * Rows of the table {@code evaluation}; none where no file is judged. Beside the policies the
   * oracle is judged.
   */
  List<Row> rows(String basis, Map<String, Policy> policies) {
    Rows rows = new Rows(basis, settings.run().seed());
    if (IntStream.range(0, files.size()).allMatch(i -> judge[i] == null)) {
      return rows.list();
    }
    Map<String, Policy> all = new TreeMap<>(policies);
    all.put(
        "oracle",
        Policy.of(
            IntStream.range(0, files.size())
                .map(i -> judge[i] == null ? -1 : oracle(judge[i], files.get(i).current()))
                .toArray()));
    Map<String, Sums> sums = new TreeMap<>();
    all.forEach((name, policy) -> sums.put(name, sums(policy)));
    Bootstrap bootstrap =
        new Bootstrap(settings.run().seed(), settings.evaluate().bootstrap(), directories);
    sums.forEach((name, own) -> add(rows, name, own, sums, bootstrap));
    return rows.list();
  }

  /** The position that serves the files best in the mean. */
  static int bestConstant(List<double[]> judge) {
    double[] sums = new double[8];
    for (double[] values : judge) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += values[i] - values[DEFAULT_POSITION];
      }
    }
    return best(sums);
  }

  private static int best(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  /** The best position; the present one where none is better. */
  private static int oracle(double[] values, int current) {
    int best = best(values);
    return values[current] >= values[best] - 1e-9 ? current : best;
  }

  private Sums sums(Policy policy) {
    Sums sums = new Sums();
    double[] regrets = new double[files.size()];
    int judged = 0;
    for (int i = 0; i < files.size(); i++) {
      int to = policy.positions()[i];
      if (judge[i] == null || to < 0) {
        continue;
      }
      HeldOutFile file = files.get(i);
      double[] ln = judge[i];
      int d = directoryOf[i];
      double most = ln[best(ln)];
      double gain = ln[to] - ln[file.current()];
      sums.files[d]++;
      sums.regret[d] += ln[to] - most;
      regrets[judged++] = 1 - Math.exp(ln[to] - most);
      sums.overCurrent[d] += gain;
      sums.overDefault[d] += ln[to] - ln[DEFAULT_POSITION];
      sums.bytes[d] += file.sizeBytes();
      sums.bytesOverCurrent[d] += file.sizeBytes() * gain;
      sums.bytesOverDefault[d] += file.sizeBytes() * (ln[to] - ln[DEFAULT_POSITION]);
      sums.withinOctave[d] +=
          IntStream.rangeClosed(Math.max(0, to - 1), Math.min(7, to + 1))
                  .anyMatch(near -> ln[near] >= most - TIE)
              ? 1
              : 0;
      sums.strictHit[d] += ln[to] >= most - 1e-9 ? 1 : 0;
      sums.harmed[d] += gain < HARM ? 1 : 0;
      if (to != file.current()) {
        sums.moved[d]++;
        sums.movedHarmed[d] += gain < HARM ? 1 : 0;
        Options.Change promise = policy.promises()[i];
        if (promise != null) {
          double realised = gain / LN2;
          sums.promised[d]++;
          sums.kept[d] += realised >= promise.p10() && realised <= promise.p90() ? 1 : 0;
          sums.product[d] += promise.gain() * realised;
          sums.square[d] += promise.gain() * promise.gain();
        }
      }
    }
    sums.regrets = Arrays.copyOf(regrets, judged);
    return sums;
  }

  private void add(
      Rows rows, String policy, Sums sums, Map<String, Sums> policies, Bootstrap bootstrap) {
    double count = Arrays.stream(sums.files).sum();
    if (count == 0) {
      return;
    }
    record Mean(String metric, double[] total, double[] weight, boolean factor) {}
    for (Mean mean :
        List.of(
            new Mean("ratio-to-oracle", sums.regret, sums.files, true),
            new Mean("gain-over-current", sums.overCurrent, sums.files, true),
            new Mean("gain-over-default", sums.overDefault, sums.files, true),
            new Mean("gain-over-current-bytes", sums.bytesOverCurrent, sums.bytes, true),
            new Mean("gain-over-default-bytes", sums.bytesOverDefault, sums.bytes, true),
            new Mean("within-octave", sums.withinOctave, sums.files, false),
            new Mean("strict-hit", sums.strictHit, sums.files, false),
            new Mean("harm", sums.harmed, sums.files, false),
            new Mean("harm-of-moved", sums.movedHarmed, sums.moved, false),
            new Mean("moved", sums.moved, sums.files, false),
            new Mean("calibration-slope", sums.product, sums.square, false),
            new Mean("coverage-80", sums.kept, sums.promised, false))) {
      Bootstrap.Interval interval = bootstrap.ratio(mean.total(), mean.weight());
      rows.add(
          policy,
          mean.metric(),
          mean.factor() ? interval.exponential() : interval,
          count,
          directories);
    }
    double[] sorted = Arrays.stream(sums.regrets).sorted().toArray();
    rows.add(policy, "regret-p95", sorted[(int) (0.95 * (sorted.length - 1))], count, directories);
    if (policy.equals(Champion.MLP) || policy.equals(Champion.COHORT_TABLE)) {
      for (String opponent : List.of("best-constant", Champion.COHORT_TABLE)) {
        Sums other = policies.get(opponent);
        if (!policy.equals(opponent) && other != null && Arrays.equals(other.files, sums.files)) {
          double[] difference = sums.regret.clone();
          Arrays.setAll(difference, d -> sums.regret[d] - other.regret[d]);
          rows.add(
              policy,
              "ratio-to-" + opponent,
              bootstrap.ratio(difference, sums.files).exponential(),
              count,
              directories);
        }
      }
    }
  }
}
