package org.chunkopt.train;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.bench.BenchRow;
import org.chunkopt.bench.Timing;
import org.chunkopt.model.FoldedNetwork;
import org.chunkopt.model.Scaling;
import org.chunkopt.settings.Settings;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Times parameter averaging beside Deeplearning4j's {@code fit} in a single process: the same rows,
 * batches and network, until both have reached the same validation loss.
 */
public final class TrainingBench {
  private static final long SEED = 20261123;

  private final SparkSession spark;
  private final Settings settings;
  private final Dataset<Row> train;
  private final Dataset<Row> validation;
  private final int epochs;

  /**
   * @param labels the table of a run
   * @param rows most that are trained on
   * @param epochs of each training
   */
  public TrainingBench(
      SparkSession spark, Settings settings, Dataset<Row> labels, long rows, int epochs) {
    this.spark = spark;
    this.settings = settings;
    this.epochs = epochs;
    Dataset<Row> weighed = labels.filter(col("weight").gt(0));
    Dataset<Row> all = weighed.filter(col("split").equalTo("train"));
    this.train = TrainingRows.sample(all, all.count(), rows, SEED);
    this.validation = weighed.filter(col("split").equalTo("validation"));
  }

  /** The seconds of training up to the end of an epoch, and the validation loss there. */
  private record Point(double seconds, double loss) {}

  /** A whole training: its epochs, and all that it took. */
  private record Course(String name, int workers, long rows, List<Point> points, Timing time) {
    double least() {
      return points.stream().mapToDouble(Point::loss).min().orElseThrow();
    }

    /** The epochs until the loss is reached. */
    int epochsTo(double loss) {
      int epoch = 1;
      for (Point point : points) {
        if (point.loss() <= loss) {
          return epoch;
        }
        epoch++;
      }
      throw new IllegalStateException(name + " never reached a loss of " + loss + ".");
    }

    double secondsTo(double loss) {
      return points.get(epochsTo(loss) - 1).seconds();
    }

    double secondsOfAnEpoch() {
      // The first holds what happens once: native code, the JIT compiler.
      Point first = points.get(0);
      Point last = points.get(points.size() - 1);
      return (last.seconds() - first.seconds()) / (points.size() - 1);
    }
  }

  private interface Epoch {
    MultiLayerNetwork run(int number);
  }

  /**
   * Trains in a single process and with 1, 2 and 4 workers.
   *
   * @return figures and, last, sentences about them
   */
  public Result run() {
    List<String> features = settings.model().features();
    Scaling scaling = Scaling.fit(train, features);
    TrainingRows judge = TrainingRows.of(validation, features, scaling, 1, SEED);
    List<Course> courses = new ArrayList<>();
    // A course nobody counts, so that what happens once in a process is nobody's.
    single(scaling, judge, 2);
    courses.add(single(scaling, judge, epochs));
    for (int workers : new int[] {1, 2, 4}) {
      courses.add(averaged(scaling, judge, workers));
    }
    double loss = courses.stream().mapToDouble(Course::least).max().orElseThrow();
    Course single = courses.get(0);
    List<BenchRow> figures =
        courses.stream()
            .map(
                course ->
                    new BenchRow(
                        "training",
                        course.name() + " to loss " + String.format(Locale.ROOT, "%.4f", loss),
                        "rows",
                        spark.sparkContext().defaultParallelism(),
                        course.rows() * course.epochsTo(loss),
                        new Timing(
                            course.secondsTo(loss),
                            course.time().cpuSeconds() * course.epochsTo(loss) / epochs,
                            course.time().heldBytes()),
                        course == single ? Double.NaN : single.secondsTo(loss)))
            .toList();
    judge.unpersist();
    return new Result(figures, model(courses, loss));
  }

  /** What {@link #run} measured. */
  public record Result(List<BenchRow> figures, List<String> sentences) {}

  /**
   * With an executor for each of w workers an epoch takes the single process' divided by w, and the
   * averaging; the epochs to the loss are those of w workers here.
   */
  private static List<String> model(List<Course> courses, double loss) {
    Course single = courses.get(0);
    Course one = courses.get(1);
    double averaging = Math.max(0, one.secondsOfAnEpoch() - single.secondsOfAnEpoch());
    List<String> sentences = new ArrayList<>();
    sentences.add(
        String.format(
            Locale.ROOT,
            "An epoch takes %.2f s in a single process; averaging adds %.2f s to it.",
            single.secondsOfAnEpoch(),
            averaging));
    for (Course course : courses.subList(1, courses.size())) {
      int w = course.workers();
      double seconds = course.epochsTo(loss) * (single.secondsOfAnEpoch() / w + averaging);
      sentences.add(
          String.format(
              Locale.ROOT,
              "Modelled, %d executor%s of one core: %d epochs to loss %.4f, %.1f s, %.2f of the"
                  + " single process' %d epochs and %.1f s.",
              w,
              w == 1 ? "" : "s",
              course.epochsTo(loss),
              loss,
              seconds,
              seconds / (single.epochsTo(loss) * single.secondsOfAnEpoch()),
              single.epochsTo(loss),
              single.epochsTo(loss) * single.secondsOfAnEpoch()));
    }
    return sentences;
  }

  private Course single(Scaling scaling, TrainingRows judge, int epochs) {
    TrainingRows rows = TrainingRows.of(train, settings.model().features(), scaling, 1, SEED);
    float[] packed = rows.partitions().first();
    MultiLayerNetwork network = fresh(rows, 1);
    Batches batches = Batches.of(rows, settings.training().batchSize(), 1);
    Course course =
        course(
            "single process",
            1,
            rows,
            judge,
            epochs,
            number -> {
              Iterator<DataSet> data = batches.round(packed, 0, Seeds.mix(SEED, number), 0);
              while (data.hasNext()) {
                network.fit(data.next());
              }
              return network;
            });
    rows.unpersist();
    return course;
  }

  private Course averaged(Scaling scaling, TrainingRows judge, int workers) {
    TrainingRows rows = TrainingRows.of(train, settings.model().features(), scaling, workers, SEED);
    ParameterAveraging averaging =
        new ParameterAveraging(
            JavaSparkContext.fromSparkContext(spark.sparkContext()),
            fresh(rows, workers),
            rows,
            Batches.of(rows, settings.training().batchSize(), settings.training().roundsPerEpoch()),
            SEED);
    Course course =
        course(
            "averaging, " + workers + (workers == 1 ? " worker" : " workers"),
            workers,
            rows,
            judge,
            epochs,
            number -> {
              averaging.epoch(number);
              return averaging.network();
            });
    rows.unpersist();
    return course;
  }

  private MultiLayerNetwork fresh(TrainingRows rows, int workers) {
    return Dl4jNetwork.create(
        rows.inputs(),
        settings.model(),
        rows.meanTarget(),
        settings.training().rate(1, workers),
        SEED);
  }

  private Course course(
      String name, int workers, TrainingRows rows, TrainingRows judge, int epochs, Epoch epoch) {
    List<Point> points = new ArrayList<>();
    Timing time =
        Timing.of(
            () -> {
              double seconds = 0;
              for (int number = 1; number <= epochs; number++) {
                long start = System.nanoTime();
                MultiLayerNetwork network = epoch.run(number);
                seconds += (System.nanoTime() - start) / 1e9;
                FoldedNetwork folded =
                    Dl4jNetwork.network(network, rows.inputs(), settings.model()).folded();
                points.add(new Point(seconds, judge.loss(folded)));
              }
            });
    return new Course(name, workers, rows.count(), points, time);
  }
}
