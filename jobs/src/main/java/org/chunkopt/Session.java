package org.chunkopt;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Spark session of a command: the master and sizes are the submitter's, the semantics ours. */
final class Session {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private static final String SHUFFLE_PARTITIONS = "spark.sql.shuffle.partitions";

  private Session() {}

  /**
   * Starts the session.
   *
   * @throws UserError where this Java cannot run Spark 3.5
   */
  static SparkSession start(String command) {
    requireJava(Runtime.version().feature());
    requireOpen(ByteBuffer.class.getModule(), Session.class.getModule());
    SparkConf conf = new SparkConf();
    enforce(conf).forEach(LOG::warn);
    SparkSession spark =
        SparkSession.builder().config(conf).appName("chunkopt " + command).getOrCreate();
    if (!conf.contains(SHUFFLE_PARTITIONS)) {
      spark.conf().set(SHUFFLE_PARTITIONS, partitions(spark.sparkContext().defaultParallelism()));
    }
    return spark;
  }

  /**
   * Partitions of a shuffle, where the submitter sets none: four a core. Spark merges small ones,
   * but not those of a cached dataset, and its own 200 are mostly overhead on a small machine.
   */
  static int partitions(int cores) {
    return Math.max(8, 4 * cores);
  }

  /** Stops the session where one was started. */
  static void stop() {
    if (SparkSession.getDefaultSession().isDefined()) {
      SparkSession.getDefaultSession().get().stop();
    }
  }

  /**
   * What results depend on: without ANSI a bad cast is a silent null, without UTC times shift, with
   * committer version 2 a failed task leaves rows behind, and by default Spark refuses to write a
   * time before 1900, which a file may have.
   */
  private static Map<String, String> mandatory() {
    Map<String, String> mandatory = new LinkedHashMap<>();
    mandatory.put("spark.sql.ansi.enabled", "true");
    mandatory.put("spark.sql.session.timeZone", "UTC");
    mandatory.put("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
    mandatory.put("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED");
    mandatory.put("spark.sql.parquet.datetimeRebaseModeInRead", "CORRECTED");
    mandatory.put("spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version", "1");
    return mandatory;
  }

  /** Sets the mandatory properties, and says which ones it had to change. */
  static List<String> enforce(SparkConf conf) {
    List<String> changed = new ArrayList<>();
    mandatory()
        .forEach(
            (key, value) -> {
              if (!conf.get(key, value).equals(value)) {
                changed.add(
                    key
                        + " is "
                        + conf.get(key)
                        + "; results depend on it, so it is set to "
                        + value
                        + ".");
              }
              conf.set(key, value);
            });
    return changed;
  }

  /**
   * Spark reads the insides of Java's buffers, which Java 17 shows on demand only; spark-submit
   * asks.
   *
   * @throws UserError where nobody asked
   */
  static void requireOpen(Module java, Module spark) {
    if (!java.isExported("sun.nio.ch", spark)) {
      throw UserError.usage(
          "This Java does not open its modules to Spark. Start the command by"
              + " submit-scripts/chunkopt or spark-submit, which give the --add-opens options.");
    }
  }

  static void requireJava(int feature) {
    if (feature < 17 || feature >= 24) {
      throw UserError.usage(
          "Spark 3.5 runs on Java 17 up to 23, and this is Java "
              + feature
              + ". Set JAVA_HOME to a JDK 17.");
    }
  }
}
