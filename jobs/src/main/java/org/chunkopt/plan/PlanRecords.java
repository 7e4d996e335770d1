package org.chunkopt.plan;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.chunkopt.run.Run;
import org.chunkopt.run.RunFiles;

/**
 * Writes the selected entries of both plans as {@code directories.tsv0} and {@code rewrites.tsv0},
 * what {@code apply-plan.sh} reads: records that end with NUL, fields that are separated by tabs,
 * the path of the file system last as its exact bytes, the largest benefit first.
 *
 * <p>The first record of a file: its name, the version 1, the date of the run, v7 or v8, the mount
 * point.
 */
final class PlanRecords {
  private final RunFiles files;
  private final Run run;

  PlanRecords(RunFiles files, Run run) {
    this.files = files;
    this.run = run;
  }

  /**
   * Expected gain (1 where a directory goes back), current chunk size, recommended chunk size,
   * path.
   *
   * @param plan directory_plan with the column benefit
   */
  void writeDirectories(Dataset<Row> plan) {
    write(
        "directories",
        plan.where("selected").orderBy(col("benefit").desc(), col("path_bytes")),
        coalesce(col("expected_gain"), lit(1.0)),
        col("current_chunk_bytes"),
        col("recommended_chunk_bytes"));
  }

  /**
   * Seconds saved, size, modification time in microseconds since 1970, EntryID, current chunk size,
   * recommended chunk size, path. An unknown time or EntryID is empty.
   *
   * @param plan file_plan; the selected rows are as many as the settings allow
   * @param inventory files, for the modification times
   */
  void writeRewrites(Dataset<Row> plan, Dataset<Row> inventory) {
    Dataset<Row> selected = plan.where("selected");
    Dataset<Row> times =
        inventory
            .join(broadcast(selected.select("path_bytes")), "path_bytes")
            .selectExpr("path_bytes", "unix_micros(mtime) AS mtime_us");
    write(
        "rewrites",
        selected
            .join(broadcast(times), new String[] {"path_bytes"}, "left")
            .orderBy(col("time_saved_s").desc(), col("path_bytes")),
        col("time_saved_s"),
        col("size_bytes"),
        col("mtime_us"),
        // An EntryID is hexadecimal numbers with dashes; another would shift the fields.
        expr("CASE WHEN entry_id RLIKE '^[0-9A-Za-z-]+$' THEN entry_id END"),
        col("current_chunk_bytes"),
        col("recommended_chunk_bytes"));
  }

  private void write(String name, Dataset<Row> ordered, Column... fields) {
    Column[] columns = new Column[fields.length + 1];
    System.arraycopy(fields, 0, columns, 0, fields.length);
    columns[fields.length] = col("path_bytes");
    Iterator<Row> rows = ordered.select(columns).toLocalIterator();
    try (OutputStream out = new BufferedOutputStream(files.create("plan/" + name + ".tsv0"))) {
      String cli = run.settings().beegfs().cli().name().toLowerCase(Locale.ROOT);
      String mount = run.settings().beegfs().mount();
      out.write(text(String.join("\t", name, "1", run.date().toString(), cli, mount)));
      out.write(0);
      while (rows.hasNext()) {
        Row row = rows.next();
        for (int i = 0; i < fields.length; i++) {
          out.write(text(row.isNullAt(i) ? "" : row.get(i).toString()));
          out.write('\t');
        }
        byte[] path = row.getAs(fields.length);
        out.write(path);
        out.write(0);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
