package org.chunkopt.ingest;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** Opens input files on executors; gzip is recognised by its first bytes, not by the name. */
final class InputOpener implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int BUFFER_BYTES = 128 << 10;
  private static final int GZIP_MAGIC = 0x1f8b;

  private final Broadcast<SerializableConfiguration> hadoop;

  InputOpener(SparkSession spark) {
    hadoop =
        new JavaSparkContext(spark.sparkContext())
            .broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf()));
  }

  InputStream open(String file) throws IOException {
    Path path = new Path(file);
    FileSystem fileSystem = path.getFileSystem(hadoop.value().value());
    InputFiles.requirePlain(fileSystem, path);
    InputStream in = new BufferedInputStream(fileSystem.open(path), BUFFER_BYTES);
    in.mark(2);
    int first = in.read();
    if (first < 0) {
      requireNoGzip(in, file);
    }
    int magic = first << 8 | in.read();
    in.reset();
    return magic == GZIP_MAGIC ? new GZIPInputStream(in, BUFFER_BYTES) : in;
  }

  /** An empty file that should be compressed is one whose writer was cut off. */
  static void requireNoGzip(InputStream in, String file) throws IOException {
    if (file.endsWith(".gz")) {
      in.close();
      throw new EOFException("It has no bytes, not even the head of a .gz file.");
    }
  }

  /**
   * Whether reading failed because of the file itself: damaged, cut off, forbidden or gone. Other
   * failures are of the moment, and the task should be tried again.
   */
  static boolean isDamage(IOException e) {
    return e instanceof EOFException
        || e instanceof ZipException
        || e instanceof FileNotFoundException
        || e instanceof AccessControlException;
  }
}
