package org.chunkopt.evidence;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the history and the benchmarks teach, of the learning directories and of all: computed on
 * the driver from some thousand cells, and handed back as small tables.
 */
final class Lessons {
  private static final Logger LOG = LoggerFactory.getLogger(Lessons.class);
  private static final String LEARN = "learn";
  private static final String ALL = "all";
  private static final int ARMS = ChunkSize.CANDIDATES.size();

  /** More cells than this are left out: those of the fewest observations. */
  private static final int MAX_CELLS = 200_000;

  /** A cohort and the present chunk size of its files. */
  private record Asked(Cohort cohort, int from) {}

  private final Settings settings;
  private final Map<String, Teacher> teachers = new TreeMap<>();
  private final Map<String, List<Cell>> cells;
  private final Map<Asked, Long> namespace = new LinkedHashMap<>();
  private final Map<Asked, Long> judged = new LinkedHashMap<>();

  private Lessons(Settings settings, Map<String, List<Cell>> cells) {
    this.settings = settings;
    this.cells = cells;
  }

  /**
   * Learns.
   *
   * @param learning {@code learning_files}
   */
  static Lessons learn(
      Dataset<Row> observations,
      Dataset<Row> habits,
      Dataset<Row> features,
      Dataset<Row> learning,
      Settings settings) {
    List<Row> rows =
        SqlFile.named("evidence/cells")
            .run(Map.of("observations", observations), Map.of())
            .orderBy(col("sweep").desc(), col("files").desc())
            .limit(MAX_CELLS)
            .collectAsList();
    Map<Cohort, Integer> numbers = new HashMap<>();
    List<Cell> all = new ArrayList<>();
    for (Row row : rows) {
      Cohort cohort = Cohort.of(row.getStruct(row.fieldIndex("cohort")));
      all.add(cell(row, cohort, numbers.computeIfAbsent(cohort, c -> numbers.size())));
    }
    // An order that does not depend on that of the rows.
    all.sort(
        Comparator.comparing(Cell::directory)
            .thenComparing(c -> c.use().toString())
            .thenComparingInt(Cell::position)
            .thenComparing(Cell::inventory)
            .thenComparing(Cell::learn)
            .thenComparingDouble(Cell::log2));
    Map<Integer, Cohort> cohorts = new HashMap<>();
    numbers.forEach((cohort, number) -> cohorts.put(number, cohort));

    Map<String, List<Cell>> learnt = new TreeMap<>();
    Lessons lessons = new Lessons(settings, learnt);
    count(features, "cohort", lessons.namespace);
    count(learning, "cohort", lessons.judged);
    count(learning, "use_cohort", lessons.judged);
    TreeSet<String> pools = new TreeSet<>();
    lessons.namespace.keySet().forEach(asked -> pools.add(asked.cohort().storageClass()));
    lessons.judged.keySet().forEach(asked -> pools.add(asked.cohort().storageClass()));
    Habits known = new Habits(habits.collectAsList(), Teacher.benchmarked(cohorts, all));
    for (String fold : List.of(LEARN, ALL)) {
      List<Cell> own = all.stream().filter(c -> fold.equals(ALL) || c.learn()).toList();
      Map<String, List<Cell>> byPool = Teacher.byPool(own, pools);
      byPool.forEach((pool, c) -> learnt.put(fold + " " + pool, c));
      lessons.teachers.put(
          fold, Teacher.of(settings.evidence(), byPool, known, settings.run().seed()));
    }
    lessons.log();
    return lessons;
  }

  private static Cell cell(Row row, Cohort cohort, int number) {
    Cohort.Use use = cohort.use();
    Object uid = row.getAs("uid");
    return new Cell(
        cohort.storageClass(),
        row.getAs("sweep"),
        row.getAs("inventory"),
        Objects.toString(row.<String>getAs("directory"), ""),
        uid == null ? -1 : (Long) uid,
        row.getAs("learn"),
        number,
        new AccessPattern(
            Math.pow(2, row.<Double>getAs("size_log2")),
            Math.pow(2, row.<Double>getAs("request_log2")),
            Math.pow(2, row.<Double>getAs("processes_log2")),
            cohort.targets(),
            use.shared(),
            use.sequential(),
            use.writes()),
        row.getAs("position"),
        row.getAs("mean_log2"),
        row.getAs("files"),
        row.getAs("weight"));
  }

  private static void count(Dataset<Row> files, String column, Map<Asked, Long> counts) {
    SqlFile.named("evidence/asked")
        .run(
            Map.of(
                "asked_files",
                files.select(files.col(column).as("cohort"), files.col("chunk_bytes"))),
            Map.of())
        .collectAsList()
        .forEach(
            row ->
                counts.merge(
                    new Asked(Cohort.of(row.getStruct(0)), row.getInt(1)),
                    row.getLong(2),
                    Long::sum));
  }

  private void log() {
    teachers
        .get(ALL)
        .pools()
        .forEach(
            (pool, model) ->
                LOG.info(
                    "Storage class {}: {} cells of the history and {} of benchmarks; one target reaches"
                        + " half its bandwidth with chunks of {} KiB; {} % of what the trees learnt"
                        + " beyond the law holds in directories they had not seen.",
                    pool,
                    cells.get(ALL + " " + pool).stream().filter(c -> !c.sweep()).count(),
                    cells.get(ALL + " " + pool).stream().filter(Cell::sweep).count(),
                    Math.round(
                        model.law().overheadSeconds() * model.law().targetBytesPerSecond() / 1024),
                    Math.round(100 * model.kappa())));
  }

  /** The table {@code pool_laws}. */
  Dataset<Row> poolLaws(SparkSession spark) {
    List<Row> rows = new ArrayList<>();
    teachers.forEach(
        (fold, teacher) ->
            teacher
                .pools()
                .forEach(
                    (pool, model) -> {
                      StripeLaw law = model.law();
                      List<Cell> own = cells.get(fold + " " + pool);
                      long sweep = own.stream().filter(Cell::sweep).count();
                      rows.add(
                          RowFactory.create(
                              fold,
                              pool,
                              own.size() - sweep,
                              sweep,
                              law.overheadSeconds() * law.targetBytesPerSecond(),
                              law.overheadSeconds(),
                              law.fanOutSeconds(),
                              law.seekSeconds(),
                              law.targetBytesPerSecond(),
                              law.linkBytesPerSecond(),
                              law.rewriteLoss(),
                              law.traits().fullStripeBytes(),
                              law.traits().gatheredBytes(),
                              law.traits().randomShared().name().toLowerCase(Locale.ROOT),
                              law.lockShare(),
                              law.processesPerClient(),
                              model.amplitudes().share(),
                              model.kappa(),
                              model.unseenVariance()));
                    }));
    return spark.createDataFrame(rows, Tables.POOL_LAWS.schema()).coalesce(1);
  }

  /** The table {@code cohorts}. */
  Dataset<Row> cohorts(SparkSession spark) {
    Teacher teacher = teachers.get(LEARN);
    TreeMap<String, Cohort> asked = new TreeMap<>();
    namespace.keySet().forEach(a -> asked.put(a.cohort().toString(), a.cohort()));
    judged.keySet().forEach(a -> asked.put(a.cohort().toString(), a.cohort()));
    List<Row> rows = new ArrayList<>();
    double tie = AccessPattern.log2(1 + settings.evidence().tieFraction());
    for (Cohort cohort : asked.values()) {
      if (teacher.knows(cohort)) {
        Teacher.Best best = teacher.best(cohort, tie);
        rows.add(
            RowFactory.create(
                cohort.row(),
                teacher.preferredLog2Kib(cohort, tie),
                best.log2Kib(),
                best.spread()));
      }
    }
    return spark.createDataFrame(rows, Tables.COHORTS.schema()).coalesce(1);
  }

  /** The table {@code evidence}. */
  Dataset<Row> evidence(SparkSession spark) {
    List<Row> rows = new ArrayList<>();
    double tie = AccessPattern.log2(1 + settings.evidence().tieFraction());
    teachers.forEach(
        (fold, teacher) -> {
          Map<Asked, Long> asked = new LinkedHashMap<>(namespace);
          if (fold.equals(LEARN)) {
            judged.keySet().forEach(a -> asked.putIfAbsent(a, 0L));
          }
          asked.forEach(
              (a, files) -> {
                if (teacher.knows(a.cohort())) {
                  addRows(rows, fold, teacher, a, files, tie);
                }
              });
        });
    return spark.createDataFrame(rows, Tables.EVIDENCE.schema()).coalesce(1);
  }

  private static void addRows(
      List<Row> rows, String fold, Teacher teacher, Asked asked, long files, double tie) {
    Teacher.Answer answer = teacher.answer(asked.cohort(), asked.from());
    Row cohort = asked.cohort().row();
    for (int to = 0; to < ARMS; to++) {
      Teacher.Change change = answer.changes().get(to);
      GainOdds odds = change.odds();
      rows.add(
          RowFactory.create(
              fold,
              cohort,
              ChunkSize.CANDIDATES.get(asked.from()).bytes(),
              ChunkSize.CANDIDATES.get(to).bytes(),
              files,
              odds.mean(),
              odds.sd(),
              odds.quantile(0.1),
              odds.quantile(0.2),
              odds.quantile(0.9),
              1 - odds.below(tie),
              odds.below(GainOdds.HARM),
              odds.timeSaved(),
              odds.timeLost(),
              answer.log2Throughput(),
              change.tier().label()));
    }
  }

  /** What the admin has to know. */
  List<String> warnings() {
    boolean measured =
        cells.entrySet().stream()
            .filter(e -> e.getKey().startsWith(ALL))
            .anyMatch(
                e -> e.getValue().stream().map(Cell::position).distinct().limit(2).count() > 1);
    return measured
        ? List.of()
        : List.of(
            "The history has one chunk size only: which is best is not identifiable from it, and all"
                + " advice is keep or prior-only. A benchmark (calibrate.sh) or trials on a few"
                + " directories would tell.");
  }
}
