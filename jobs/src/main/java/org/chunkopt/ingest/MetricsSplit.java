package org.chunkopt.ingest;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A range of bytes of a metrics file; the lines that begin in it belong to it. A gzipped file is
 * read whole by its first split.
 *
 * @param file index of the file among the input files
 * @param path its path
 * @param start first byte
 * @param end byte after the last
 */
record MetricsSplit(int file, String path, long start, long end) implements Serializable {
  private static final long MOST_BYTES = 128L << 20;
  private static final long LEAST_BYTES = 1L << 20;

  /** Splits of the files, in their order, grouped into tasks of about the same size. */
  static List<ArrayList<MetricsSplit>> tasks(List<InputFile> files, int cores) {
    long total = InputFile.bytes(files);
    long size = Math.max(LEAST_BYTES, Math.min(MOST_BYTES, total / (2L * cores) + 1));
    List<ArrayList<MetricsSplit>> tasks = new ArrayList<>();
    long open = 0;
    for (int file = 0; file < files.size(); file++) {
      InputFile input = files.get(file);
      long start = 0;
      do {
        long end = Math.min(start + size, input.bytes());
        if (tasks.isEmpty() || open + (end - start) > size) {
          tasks.add(new ArrayList<>());
          open = 0;
        }
        tasks.get(tasks.size() - 1).add(new MetricsSplit(file, input.path(), start, end));
        open += end - start;
        start = end;
      } while (start < input.bytes());
    }
    return tasks;
  }
}
