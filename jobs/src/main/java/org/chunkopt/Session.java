package org.chunkopt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Spark session of a command: the master and sizes are the submitter's, the semantics ours. */
final class Session {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private static final String SECRET = "spark.authenticate.secret";
  private static final String SHUFFLE_PARTITIONS = "spark.sql.shuffle.partitions";

  private static LocalDirectories localDirectories;

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
    NativeCache.require();
    protect(conf, System.getenv("CHUNKOPT_SECRET_FILE")).forEach(LOG::warn);
    // On a cluster the local directories are those of the workers or containers.
    if (conf.get("spark.master", "").startsWith("local") && localDirectories == null) {
      localDirectories =
          LocalDirectories.in(conf.get("spark.local.dir", System.getProperty("java.io.tmpdir")));
      conf.set("spark.local.dir", localDirectories.value());
    }
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
    if (localDirectories != null) {
      localDirectories.close();
      localDirectories = null;
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
   * Closes the doors of Spark that are open by default: its UI shows file names and ends jobs, and
   * its RPC reads Java objects from whoever reaches its port. The secret of a night is random, and
   * Spark hands it to its executors through their environment; a standalone cluster has one of its
   * own.
   *
   * @param secretFile file with the secret of a standalone cluster, or null
   * @return what stays open
   */
  static List<String> protect(SparkConf conf, String secretFile) {
    conf.setIfMissing("spark.ui.enabled", "false");
    conf.setIfMissing("spark.ui.killEnabled", "false");
    String plugins = conf.get("spark.plugins", "");
    conf.set(
        "spark.plugins", (plugins.isEmpty() ? "" : plugins + ",") + NativeCache.class.getName());
    String master = conf.get("spark.master", "");
    boolean given = secretFile != null && !secretFile.isEmpty();
    if (master.startsWith("spark://") && !given && !conf.contains(SECRET)) {
      return conf.getBoolean("spark.authenticate", false)
          ? List.of()
          : List.of(
              "The connections of Spark are open to everybody who reaches this host. Set"
                  + " spark.authenticate and a secret for the cluster, and give its file in"
                  + " CHUNKOPT_SECRET_FILE.");
    }
    conf.setIfMissing("spark.authenticate", "true");
    if (!conf.getBoolean("spark.authenticate", true)) {
      return List.of("spark.authenticate is off: others can run code in the executors.");
    }
    conf.setIfMissing(SECRET, given ? secret(Path.of(secretFile)) : randomSecret());
    if (!master.startsWith("local") || master.startsWith("local-cluster")) {
      conf.setIfMissing("spark.network.crypto.enabled", "true");
      conf.setIfMissing("spark.io.encryption.enabled", "true");
    }
    return List.of();
  }

  private static String randomSecret() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static String secret(Path file) {
    try {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
      mode.removeAll(Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
      if (!mode.isEmpty()) {
        throw UserError.usage(
            "Others than its owner can read " + file + " (CHUNKOPT_SECRET_FILE): chmod 0600 it.");
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw UserError.usage(file + " (CHUNKOPT_SECRET_FILE) cannot be read: " + e);
    }
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
