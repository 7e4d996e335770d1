package org.chunkopt.plan;

import static org.apache.spark.sql.functions.col;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.chunkopt.run.RunFiles;
import org.chunkopt.settings.Settings;

/**
 * Writes the selected paths of a plan as lists for the BeeGFS command line tools, one list a chunk
 * size, in two forms: {@code .list0} with a NUL after each path, for {@code beegfs} of BeeGFS 8 and
 * for scripts, and {@code .list} with a newline after each path, for {@code beegfs-ctl} of BeeGFS
 * 7.
 *
 * <p>{@code beegfs-ctl --setpattern -} knows no other delimiter (ModeSetPattern.cpp of 7.4.7), so a
 * name with a newline would be read as two paths; it is left out of every {@code .list}.
 */
final class PlanLists {
  private final RunFiles files;
  private final byte[] mount;

  /**
   * @param mount mount point without a slash at its end, put before every path
   */
  PlanLists(RunFiles files, String mount) {
    this.files = files;
    this.mount = (mount.equals("/") ? "" : mount).getBytes(StandardCharsets.UTF_8);
  }

  static String suffix(Settings.Cli cli) {
    return switch (cli) {
      case V7 -> ".list";
      case V8 -> ".list0";
    };
  }

  /** Name of a list below {@code plan/}. */
  static String name(String kind, long chunkBytes, Settings.Cli cli) {
    return kind + "-chunk=" + chunkBytes + suffix(cli);
  }

  /**
   * Writes the lists of a plan.
   *
   * @param kind directories, files or explore
   * @param plan with recommended_chunk_bytes, path_bytes, selected; the selected are as many as the
   *     settings allow and pass through the driver one by one
   * @param order column whose largest value goes first
   */
  void write(String kind, Dataset<Row> plan, String order) {
    Iterator<Row> selected =
        plan.where("selected")
            .orderBy(col(order).desc(), col("path_bytes"))
            .select("recommended_chunk_bytes", "path_bytes")
            .toLocalIterator();
    Map<String, OutputStream> open = new TreeMap<>();
    try {
      try {
        while (selected.hasNext()) {
          Row row = selected.next();
          byte[] path = row.getAs("path_bytes");
          append(stream(open, name(kind, row.getLong(0), Settings.Cli.V8)), path, 0);
          if (!hasNewline(path)) {
            append(stream(open, name(kind, row.getLong(0), Settings.Cli.V7)), path, '\n');
          }
        }
      } finally {
        for (OutputStream out : open.values()) {
          out.close();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private OutputStream stream(Map<String, OutputStream> open, String name) {
    return open.computeIfAbsent(
        name, file -> new BufferedOutputStream(files.create("plan/" + file)));
  }

  private void append(OutputStream out, byte[] path, int end) throws IOException {
    out.write(mount);
    out.write(path);
    out.write(end);
  }

  private static boolean hasNewline(byte[] path) {
    for (byte b : path) {
      if (b == '\n') {
        return true;
      }
    }
    return false;
  }
}
