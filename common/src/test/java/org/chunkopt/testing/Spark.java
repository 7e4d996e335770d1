package org.chunkopt.testing;

import java.util.HashSet;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Injects the one Spark session of the test JVM: two local cores, loopback, ANSI, UTC. After each
 * test no temporary view may be left.
 */
public final class Spark implements ParameterResolver, AfterEachCallback {
  private static SparkSession session;

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SparkSession.class;
  }

  @Override
  public SparkSession resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return session();
  }

  /** The session, started at first use. */
  public static synchronized SparkSession session() {
    if (session == null) {
      session =
          SparkSession.builder()
              .master("local[2]")
              .appName("chunkopt tests")
              .config("spark.ui.enabled", false)
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.driver.bindAddress", "127.0.0.1")
              .config("spark.sql.shuffle.partitions", 2)
              .config("spark.sql.codegen.cache.maxEntries", 5000)
              .config("spark.sql.session.timeZone", "UTC")
              .config("spark.sql.ansi.enabled", true)
              .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
              .config("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED")
              .config("spark.sql.parquet.datetimeRebaseModeInRead", "CORRECTED")
              .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
              .config(
                  "spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir") + "/warehouse")
              .getOrCreate();
    }
    return session;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (session == null) {
      return;
    }
    Set<String> views = new HashSet<>();
    session.catalog().listTables().toLocalIterator().forEachRemaining(t -> views.add(t.name()));
    views.forEach(session.catalog()::dropTempView);
    if (!views.isEmpty()) {
      throw new AssertionError("Temporary views left behind: " + views);
    }
  }
}
