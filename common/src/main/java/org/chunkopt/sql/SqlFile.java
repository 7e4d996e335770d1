package org.chunkopt.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A query in a {@code .sql} resource, run as a pure function: named datasets and named parameters
 * in, one dataset out. Spark analyses the query at once, so the views it reads are gone when {@link
 * #run} returns.
 */
public final class SqlFile {
  private final String resource;
  private final String text;

  private SqlFile(String resource, String text) {
    this.resource = resource;
    this.text = text;
  }

  /** The query at {@code /sql/NAME.sql} of the class path. */
  public static SqlFile named(String name) {
    String resource = "/sql/" + name + ".sql";
    try (InputStream in = SqlFile.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("No query " + resource + " on the class path.");
      }
      return new SqlFile(resource, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs the query.
   *
   * @param inputs views by the names the query uses; never empty
   * @param parameters values of its {@code :named} parameters
   */
  public Dataset<Row> run(Map<String, Dataset<Row>> inputs, Map<String, Object> parameters) {
    SparkSession spark = inputs.values().iterator().next().sparkSession();
    // The views of a session have one name for all threads.
    synchronized (SqlFile.class) {
      // Dropping a view drops the cache of its plan too: the projection keeps that of the input.
      inputs.forEach((view, rows) -> rows.select("*").createOrReplaceTempView(view));
      try {
        return spark.sql(text, parameters);
      } finally {
        inputs.keySet().forEach(spark.catalog()::dropTempView);
      }
    }
  }

  @Override
  public String toString() {
    return resource;
  }
}
