package org.chunkopt.evidence;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.commons.lang3.ArrayUtils;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The law of every pool for every fold, and the curves that follow from it for the cohorts. */
final class PoolLaws {
  private static final Logger LOG = LoggerFactory.getLogger(PoolLaws.class);
  private static final List<String> FOLDS = List.of("learn", "judge", "all");

  /** Points of one fold and pool that reach the driver; those with the least error. */
  private static final int MAX_POINTS = 10_000;

  private static final int FIRST_LOG2_KIB = 6;

  /**
   * Variance of cohorts of a swept pool beyond their curves, against others': see posterior.sql.
   */
  private static final double SWEPT_SHARE = 0.04;

  /**
   * A sweep that does not say where it ran, on a site of several pools, speaks for each a little.
   */
  private static final String ANY = "any";

  private static final StructType PHYSICS =
      StructType.fromDDL(
          "fold STRING, cohort STRING, arm BIGINT, physics_log2 DOUBLE, physics_se DOUBLE,"
              + " physics_variance DOUBLE, level_log2 DOUBLE, correlations ARRAY<DOUBLE>,"
              + " law_shares ARRAY<DOUBLE>, law_deviations ARRAY<DOUBLE>");

  private static final StructType ROOTS =
      StructType.fromDDL(
          "fold STRING, cohort STRING, arm BIGINT, beyond_log2 DOUBLE, beyond_se DOUBLE,"
              + " level_log2 DOUBLE, supported BOOLEAN");

  /** A pool in a fold. */
  private record Key(String fold, String storageClass) implements Comparable<Key>, Serializable {
    @Override
    public int compareTo(Key other) {
      int byFold = fold.compareTo(other.fold);
      return byFold != 0 ? byFold : storageClass.compareTo(other.storageClass);
    }
  }

  private final Map<Key, PoolCurves> curves;
  private final Map<Key, List<LawPoint>> points;
  private final Dataset<Row> uses;
  private final long reference;
  private final double unknownStepVariance;
  private final double sweptStepVariance;

  private PoolLaws(
      Map<Key, PoolCurves> curves,
      Map<Key, List<LawPoint>> points,
      Dataset<Row> uses,
      long reference,
      Settings.Evidence settings) {
    this.curves = curves;
    this.points = points;
    this.uses = uses;
    this.reference = reference;
    // Settings speak of two octaves.
    double cohorts = Math.pow(settings.cohortSdLog2(), 2) / 2;
    this.unknownStepVariance = cohorts + Math.pow(settings.priorSdLog2(), 2) / 2;
    this.sweptStepVariance = SWEPT_SHARE * cohorts;
  }

  /**
   * Fits a law for each pool that a cohort is of.
   *
   * @param uses {@code cohort_uses}
   * @param reference chunk size in bytes that all gains are over
   */
  static PoolLaws fit(
      Dataset<Row> arms,
      Dataset<Row> uses,
      Dataset<Row> observations,
      long reference,
      Settings.Evidence settings) {
    Map<Key, List<LawPoint>> seen =
        SqlFile.named("evidence/law_points")
            .run(
                Map.of("arms", arms, "cohort_uses", uses, "observations", observations),
                Map.of("most", MAX_POINTS))
            .collectAsList()
            .stream()
            .collect(
                Collectors.groupingBy(
                    row -> new Key(row.getAs("fold"), row.getAs("storage_class")),
                    TreeMap::new,
                    Collectors.mapping(LawPoint::of, Collectors.toList())));
    List<String> classes =
        uses.select("storage_class").distinct().as(Encoders.STRING()).collectAsList();
    Map<Key, PoolCurves> curves = new TreeMap<>();
    Map<Key, List<LawPoint>> points = new TreeMap<>();
    for (String fold : FOLDS) {
      for (String storageClass : classes) {
        Key key = new Key(fold, storageClass);
        List<LawPoint> own = new ArrayList<>(seen.getOrDefault(key, List.of()));
        if (!storageClass.equals(ANY) && own.stream().noneMatch(LawPoint::swept)) {
          seen.getOrDefault(new Key(fold, ANY), List.of()).stream()
              .filter(LawPoint::swept)
              .forEach(own::add);
        }
        points.put(key, own);
        curves.put(key, PoolCurves.of(own, settings.priorSdLog2()));
      }
    }
    curves.forEach(
        (key, pool) -> {
          if (key.fold().equals("all")) {
            LOG.info(
                "Storage {}: h is {} KiB, the likeliest of {} laws has {} %, and the history shows {} % of"
                    + " the curves, after {} points of the history and {} of sweeps.",
                key.storageClass(),
                Math.round(pool.shape().halfBytes() / 1024),
                pool.likelyLaws(),
                Math.round(100 * pool.lawShare()),
                Math.round(100 * pool.amplitude().factor()),
                points.get(key).stream().filter(p -> !p.swept()).count(),
                points.get(key).stream().filter(LawPoint::swept).count());
          }
        });
    return new PoolLaws(curves, points, uses, reference, settings);
  }

  long referenceBytes() {
    return reference;
  }

  /** The classes of storage that a sweep was run on, joined by commas. */
  String swept() {
    return curves.entrySet().stream()
        .filter(e -> e.getValue().swept())
        .map(e -> e.getKey().storageClass())
        .distinct()
        .collect(Collectors.joining(","));
  }

  /** The table {@code pool_laws}. */
  Dataset<Row> table() {
    List<Row> rows = new ArrayList<>();
    curves.forEach(
        (key, pool) -> {
          StripeLaw law = pool.law();
          PhysicsCurve shape = pool.shape();
          rows.add(
              RowFactory.create(
                  key.fold(),
                  key.storageClass(),
                  points.get(key).stream().filter(p -> !p.swept()).count(),
                  points.get(key).stream().filter(LawPoint::swept).count(),
                  shape.halfBytes(),
                  shape.droop(),
                  shape.kneeBytes(),
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
                  pool.lawShare(),
                  pool.amplitude().factor(),
                  Math.sqrt(pool.amplitude().variance()),
                  pool.amplitude().unknownShare()));
        });
    return uses.sparkSession().createDataFrame(rows, Tables.POOL_LAWS.schema()).coalesce(1);
  }

  /** What stands above the site: nothing beyond the physics, and no error in that. */
  Dataset<Row> roots() {
    List<Row> rows = new ArrayList<>();
    for (String fold : FOLDS) {
      for (ChunkSize arm : ChunkSize.CANDIDATES) {
        rows.add(RowFactory.create(fold, "physics", arm.bytes(), 0.0, 0.0, null, false));
      }
    }
    return uses.sparkSession().createDataFrame(rows, ROOTS);
  }

  /**
   * The physics of every full cohort, fold and arm, over the reference chunk size, with its
   * variance; how far each likely law is from it, in standard errors of the arm with what no law
   * knows; and in those units the covariances of its error under one law with that of each arm.
   */
  Dataset<Row> physics() {
    SparkSession spark = uses.sparkSession();
    // Captured, not broadcast: closures always travel by Java serialization, which knows records.
    TreeMap<Key, PoolCurves> laws = new TreeMap<>(curves);
    double unknown = unknownStepVariance;
    double sweptUnknown = sweptStepVariance;
    int position = new ChunkSize(reference).log2Kib() - FIRST_LOG2_KIB;
    FlatMapFunction<Row, Row> physics =
        row -> {
          Use use = Use.of(row);
          String cohort = row.getAs("cohort");
          String storageClass = row.getAs("storage_class");
          List<Row> rows = new ArrayList<>();
          for (String fold : FOLDS) {
            PoolCurves pool = laws.get(new Key(fold, storageClass));
            PoolCurves.Curve curve = pool.curve(use, position);
            double stepVariance = pool.swept() ? sweptUnknown : unknown;
            for (int arm = 0; arm < StripeLaw.ARMS; arm++) {
              rows.add(physicsRow(fold, cohort, arm, position, stepVariance, curve));
            }
          }
          return rows.iterator();
        };
    return uses.repartition(spark.sparkContext().defaultParallelism() * 4)
        .flatMap(physics, Encoders.row(PHYSICS));
  }

  private static Row physicsRow(
      String fold,
      String cohort,
      int arm,
      int reference,
      double stepVariance,
      PoolCurves.Curve curve) {
    double variance = curve.variance(arm);
    double error = error(arm, reference, stepVariance, curve);
    Double[] correlations = new Double[StripeLaw.ARMS];
    for (int other = 0; other < correlations.length; other++) {
      double scale = error * error(other, reference, stepVariance, curve);
      double covariance =
          curve.covariance()[arm][other] + stepVariance * commonSteps(arm, other, reference);
      correlations[other] = scale == 0 ? 0 : covariance / scale;
    }
    Double[] deviations =
        Arrays.stream(curve.shifts())
            .map(shift -> error == 0 ? 0 : shift[arm] / error)
            .toArray(Double[]::new);
    return RowFactory.create(
        fold,
        cohort,
        ChunkSize.CANDIDATES.get(arm).bytes(),
        curve.gains()[arm],
        Math.sqrt(variance),
        variance,
        curve.levelLog2(),
        correlations,
        ArrayUtils.toObject(curve.shares()),
        deviations);
  }

  private static double error(int arm, int reference, double stepVariance, PoolCurves.Curve curve) {
    return Math.sqrt(curve.variance(arm) + stepVariance * commonSteps(arm, arm, reference));
  }

  /**
   * What no law knows grows from chunk size to chunk size by independent steps on either side of
   * the reference: those that two have in common.
   */
  private static int commonSteps(int arm, int other, int reference) {
    boolean oneSide = (arm - reference) * (other - reference) > 0;
    return oneSide ? Math.min(Math.abs(arm - reference), Math.abs(other - reference)) : 0;
  }
}
