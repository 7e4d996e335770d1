package org.chunkopt.ingest;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.run.Fingerprint;

/**
 * Tells whether input files are those that an earlier start has read: by path, length, time of the
 * last change and the first and last 64 KiB. Whole histories would take too long to read again.
 */
final class InputMarks {
  private static final int END_BYTES = 1 << 16;

  private InputMarks() {}

  /** A line per file, another one where the file is. */
  static String of(SparkSession spark, List<InputFile> files) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    return files.parallelStream()
        .map(file -> file.path() + " " + mark(hadoop, new Path(file.path())) + "\n")
        .collect(Collectors.joining());
  }

  private static String mark(Configuration hadoop, Path path) {
    try {
      FileSystem fileSystem = path.getFileSystem(hadoop);
      InputFiles.requirePlain(fileSystem, path);
      FileStatus status = fileSystem.getFileStatus(path);
      int length = (int) Math.min(END_BYTES, status.getLen());
      byte[] ends = new byte[2 * length];
      try (FSDataInputStream in = fileSystem.open(path)) {
        in.readFully(0, ends, 0, length);
        in.readFully(status.getLen() - length, ends, length, length);
      }
      return status.getLen() + " " + status.getModificationTime() + " " + Fingerprint.of(ends);
    } catch (IOException e) {
      // The stage rejects it, or fails and says why.
      return "cannot be read";
    }
  }
}
