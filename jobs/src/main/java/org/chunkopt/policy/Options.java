package org.chunkopt.policy;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.settings.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every change of the chunk size that may be advised, by cohort and present chunk size, with what
 * it is worth once its risk is paid for. One implementation for scoring and for judging.
 *
 * <p>A change is worth its log2 gain less the price of risk times the probability of a loss of more
 * than 5 %. The price is the least at which no more than the share {@code advice.harm-budget} of
 * the files is expected to lose so much, where every file gets the chunk size that is worth most.
 */
public final class Options {
  private static final Logger LOG = LoggerFactory.getLogger(Options.class);
  private static final int FIRST_LOG2_KIB = 6;
  private static final int ARMS = ChunkSize.CANDIDATES.size();

  /** Log2 of the least and the most price, in quarters of an octave. */
  private static final int LEAST_STEP = -8;

  private static final int MOST_STEP = 24;

  /** The price where none keeps within the budget: any risk is too much. */
  private static final double NO_RISK = 1e9;

  /** Least probability of being faster by more than a tie, for a small gain. */
  private static final double SURE = 0.9;

  /** The same where the history or a benchmark has seen both chunk sizes in such a use. */
  private static final double SURE_MEASURED = 0.8;

  /**
   * A row of {@code evidence}.
   *
   * @param to position of the chunk size, 0 is 64 KiB
   * @param gain expected, log2; p10 to p90 its quantiles
   * @param slower probability of a loss of more than 5 %
   * @param advisable whether it may be advised at all, whatever its risk costs
   */
  public record Change(
      int to,
      double gain,
      double slower,
      double p10,
      double p20,
      double p90,
      String tier,
      boolean advisable) {}

  /** What comes of files of one cohort with one chunk size. */
  record From(Row cohort, int position, long files, double log2Throughput, Change[] changes) {}

  private record Key(Row cohort, int from) {}

  private final Map<Key, From> all = new HashMap<>();
  private final Settings settings;
  private final double tie;
  private final double price;

  private Options(List<Row> evidence, Settings settings) {
    this.settings = settings;
    this.tie = log2(1 + settings.evidence().tieFraction());
    for (Row row : evidence) {
      Row cohort = row.getAs("cohort");
      int from = position(row.<Long>getAs("from_chunk_bytes"));
      From options =
          all.computeIfAbsent(
              new Key(cohort, from),
              key ->
                  new From(
                      cohort,
                      from,
                      row.getAs("files"),
                      row.getAs("from_throughput_log2"),
                      new Change[ARMS]));
      Change change = change(row);
      options.changes()[change.to()] = change;
    }
    this.price = price();
    LOG.info(
        "Risk setting: a change with a 10 % chance of slowing a file by more than 5 % must gain at"
            + " least {} %.",
        Math.round(100 * (Math.pow(2, Math.min(10, 0.1 * price)) - 1)));
  }

  /**
   * Reads the options of a fold.
   *
   * @param evidence the table
   * @param fold {@code learn} or {@code all}
   */
  public static Options of(Dataset<Row> evidence, String fold, Settings settings) {
    return new Options(
        evidence.where(evidence.col("fold").equalTo(fold)).collectAsList(), settings);
  }

  private Change change(Row row) {
    double gain = row.getAs("gain_log2");
    double slower = row.getAs("slower");
    double faster = row.getAs("faster");
    int to = position(row.<Long>getAs("to_chunk_bytes"));
    int log2Kib = to + FIRST_LOG2_KIB;
    double sure = "measured".equals(row.getAs("tier")) ? SURE_MEASURED : SURE;
    boolean advisable =
        log2Kib >= settings.chunkSize().min().log2Kib()
            && log2Kib <= settings.chunkSize().max().log2Kib()
            && gain > tie
            && (gain >= log2(settings.advice().smallGain()) || faster >= sure)
            && slower <= 1 - settings.advice().minProbability();
    return new Change(
        to,
        gain,
        slower,
        row.getAs("gain_p10_log2"),
        row.getAs("gain_p20_log2"),
        row.getAs("gain_p90_log2"),
        row.getAs("tier"),
        advisable);
  }

  private double price() {
    long files = all.values().stream().mapToLong(From::files).sum();
    for (int step = LEAST_STEP; step <= MOST_STEP; step++) {
      double price = Math.pow(2, step / 4.0);
      double harmed = 0;
      for (From from : all.values()) {
        Change best = best(from, price);
        harmed += best == null ? 0 : from.files() * best.slower();
      }
      if (harmed <= settings.advice().harmBudget() * files) {
        return price;
      }
    }
    return NO_RISK;
  }

  private static Change best(From from, double price) {
    Change best = null;
    for (Change change : from.changes()) {
      if (change.advisable()
          && change.gain() - price * change.slower() > 0
          && (best == null
              || change.gain() - price * change.slower() > best.gain() - price * best.slower())) {
        best = change;
      }
    }
    return best;
  }

  /** The options of all cohorts and present chunk sizes. */
  Iterable<From> all() {
    return all.values();
  }

  /** Whether files of this cohort with a chunk size at this position have options. */
  public boolean knows(Row cohort, int from) {
    return all.containsKey(new Key(cohort, from));
  }

  /** The change of files of a cohort from a position to a position. */
  public Change change(Row cohort, int from, int to) {
    return all.get(new Key(cohort, from)).changes()[to];
  }

  /**
   * The position that the table of cohorts proposes: what is worth most, of ties the nearest to the
   * default; the present one where nothing is worth its risk.
   */
  public int byTable(Row cohort, int from) {
    return byTable(all.get(new Key(cohort, from)));
  }

  int byTable(From from) {
    Change best = best(from, price);
    if (best == null) {
      return from.position();
    }
    double least = best.gain() - price * best.slower() - tie;
    int fallback = settings.chunkSize().fallback().log2Kib() - FIRST_LOG2_KIB;
    return IntStream.range(0, ARMS)
        .filter(to -> worth(from, to) > 0 && worth(from, to) >= least)
        .boxed()
        .min(Comparator.comparingInt(to -> Math.abs(to - fallback)))
        .orElseThrow();
  }

  /**
   * The position that is advised where a policy proposes one: of the proposal and its neighbours
   * within an octave the one worth most, the proposal favoured by a tie; the present one where none
   * is worth its risk.
   */
  public int advised(Row cohort, int from, int proposed) {
    return advised(all.get(new Key(cohort, from)), proposed);
  }

  int advised(From from, int proposed) {
    int best = from.position();
    double most = 0;
    for (int to = Math.max(0, proposed - 1); to <= Math.min(ARMS - 1, proposed + 1); to++) {
      double worth = worth(from, to);
      if (worth > 0 && worth + (to == proposed ? tie : 0) > most) {
        most = worth + (to == proposed ? tie : 0);
        best = to;
      }
    }
    return best;
  }

  private double worth(From from, int to) {
    Change change = from.changes()[to];
    return change.advisable() ? change.gain() - price * change.slower() : -1;
  }

  /** Position of a chunk size, held to the candidates: 0 is 64 KiB. */
  public static int position(long chunkBytes) {
    int log2 = 63 - Long.numberOfLeadingZeros(Math.max(1, chunkBytes));
    return Math.max(0, Math.min(ARMS - 1, log2 - 16));
  }

  /** Position of a network's output, log2 KiB. */
  public static int position(double log2Kib) {
    return (int) Math.max(0, Math.min(ARMS - 1.0, Math.floor(log2Kib - FIRST_LOG2_KIB + 0.5)));
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
