package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * One night over files and logs that sites have really had: {@code src/test/resources/field},
 * judged by what DuckDB reads of it.
 */
@ExtendWith(Spark.class)
class FieldCasesNightTest {
  private static final Path CASES = Path.of("src/test/resources/field").toAbsolutePath();

  /** 2026-11-22T23:58:00Z. */
  private static final long MINUTE = 1_795_391_880L;

  @TempDir Path house;

  @Test
  void eachCaseIsReadForWhatItIsAndTheNightGoesOn(SparkSession spark) throws Exception {
    assertThat(spark.version()).startsWith("3.5");
    StringWriter err = new StringWriter();
    CommandLine line = Main.commandLine(Main.STAGES);
    line.setOut(new PrintWriter(new StringWriter())).setErr(new PrintWriter(err, true));
    assertThat(line.execute("nightly", "--settings", settings().toString(), "--date", "2026-11-24"))
        .as(err.toString())
        .isEqualTo(UserError.PUBLISHED_WITH_WARNINGS);

    try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:")) {
      for (Table table : Tables.PUBLISHED) {
        view(duckDb, table);
      }
      assertThat(
              texts(
                  duckDb,
                  "SELECT concat_ws(' ', path, size_bytes) FROM files WHERE size_bytes > 1e12"))
          .as("08: sparse files of any size")
          .containsExactlyInAnyOrder(
              "/restored.bin 4611686018427387904",
              "/max.sparse 9223372036854775807",
              "/lastlog 1168000000292");
      assertThat(texts(duckDb, "SELECT path FROM recommendations WHERE size_bytes > 1e18"))
          .containsExactlyInAnyOrder("/restored.bin", "/max.sparse");
      assertThat(
              texts(
                  duckDb,
                  "SELECT concat_ws(' ', year(mtime), year(ctime)) FROM files"
                      + " WHERE path = '/from-windows'"))
          .as("mtime1601")
          .containsExactly("1601 1601");
      assertThat(
              texts(
                  duckDb,
                  """
                  SELECT concat_ws(' ', bytes_read, read_seconds, processes, shared)
                  FROM access WHERE path = '/in.bin'
                  """))
          .as("03: three runs of one job, each of 512 MiB/s by one process")
          .containsExactlyInAnyOrder(
              "10737418240 20.0 1 false", "10737418240 20.0 1 false", "10737418240 20.0 1 false");
      assertThat(
              texts(
                  duckDb,
                  "SELECT concat_ws(' ', path, bytes_read) FROM access WHERE job_id = '900'"))
          .as("05: .. is resolved")
          .containsExactly("/data/in.bin 1073741824");
      assertThat(
              texts(
                  duckDb,
                  "SELECT DISTINCT access_run_source FROM file_features WHERE path = '/data/in.bin'"))
          .containsExactly("access");
      assertThat(
              texts(
                  duckDb,
                  """
                  SELECT concat_ws(' ', reason, count(*)) FROM rejects
                  WHERE source_file LIKE '%darshan.txt' GROUP BY reason
                  """))
          .as("darshan-overflow: each counter that cannot be, with its line")
          .singleElement()
          .asString()
          .startsWith("BAD_NUMBER ");
      assertThat(texts(duckDb, "SELECT path FROM access WHERE bytes_read < 0 OR bytes_written < 0"))
          .isEmpty();
      assertThat(
              texts(
                  duckDb,
                  "SELECT concat_ws(' ', path, uid, gid) FROM files WHERE inode IN (77, 78)"))
          .as("10: owners of index stat")
          .containsExactlyInAnyOrder("/proj/x.dat 1000 100", "/proj/y.dat 1001 100");
      assertThat(texts(duckDb, "SELECT entry_id FROM file_events WHERE opens > 0"))
          .as("14: the walk is no use")
          .isEmpty();
      assertThat(
              texts(
                  duckDb,
                  "SELECT DISTINCT access_frequency_source FROM file_features"
                      + " WHERE path LIKE '/cold%'"))
          .containsExactly("times");
      assertThat(
              texts(
                  duckDb,
                  "SELECT concat_ws(' ', lines, accepted, rejected) FROM ingest_ledger"
                      + " WHERE source_file LIKE '%aaa.lp'"))
          .as("first-empty")
          .containsExactly("0 0 0");
      assertThat(texts(duckDb, "SELECT CAST(max(samples) AS VARCHAR) FROM node_minutes"))
          .containsExactly("2");
    }
  }

  private Path settings() throws IOException {
    write("metrics/aaa.lp", "");
    StringBuilder points = new StringBuilder();
    for (int second = 0; second < 2; second++) {
      points.append(
          "highResStorage,nodeID=s1,nodeNumID=1 workRequests=3 %d000000000\n"
              .formatted(MINUTE + second));
    }
    write("metrics/good.lp", points.toString());
    return write(
        "site.conf",
        """
        chunkopt {
          inputs {
            metrics = "%1$s/metrics/*"
            inventory = ["%2$s/*/inventory/*", "%2$s/mtime1601/*"]
            access = ["%2$s/*/access/*", "%2$s/darshan-overflow/*"]
            walk-hours = ["02:00-03:00"]
          }
          ingest.max-reject-fraction = 0.9
          output.root = "%1$s/out"
        }
        """
            .formatted(house, CASES));
  }

  private void view(Connection duckDb, Table table) throws SQLException, IOException {
    Path directory = house.resolve("out/runs/run_date=2026-11-24").resolve(table.name());
    try (Statement statement = duckDb.createStatement()) {
      statement.execute(
          "CREATE VIEW " + table.name() + " AS FROM read_parquet('" + directory + "/*.parquet')");
    }
  }

  private static List<String> texts(Connection duckDb, String query) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Statement statement = duckDb.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    }
    return texts;
  }

  private Path write(String name, String text) throws IOException {
    Path file = house.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
