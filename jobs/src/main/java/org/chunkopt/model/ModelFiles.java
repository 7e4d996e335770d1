package org.chunkopt.model;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/** Small files on any Hadoop file system: read whole, written aside and renamed. */
public final class ModelFiles {
  private ModelFiles() {}

  /** The file's bytes. */
  public static byte[] read(Path path) {
    try {
      FileContext files = context(path);
      // A kill between the renames of a local file and of its checksum leaves two that do not fit;
      // what must be whole has a SHA-256 of its own.
      files.setVerifyChecksum(false, path);
      long length = files.getFileStatus(path).getLen();
      byte[] bytes = new byte[Math.toIntExact(length)];
      try (FSDataInputStream in = files.open(path)) {
        in.readFully(bytes);
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static boolean exists(Path path) {
    try {
      return context(path).util().exists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes beside the path and renames: a reader sees the old file, none, or the new one. */
  public static void write(Path path, byte[] bytes) {
    Path aside = new Path(path.getParent(), "." + path.getName() + ".tmp");
    try {
      FileContext files = context(path);
      try (OutputStream out =
          files.create(
              aside,
              EnumSet.of(CreateFlag.CREATE, CreateFlag.OVERWRITE),
              Options.CreateOpts.createParent())) {
        out.write(bytes);
      }
      files.rename(aside, path, Options.Rename.OVERWRITE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Renames a directory onto a name that does not exist. */
  public static void rename(Path from, Path to) {
    try {
      context(from).rename(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a file or a whole directory, if it is there. */
  public static void delete(Path path) {
    try {
      if (exists(path)) {
        context(path).delete(path, true);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names in a directory, sorted; none if it does not exist. */
  public static List<String> names(Path directory) {
    List<String> names = new ArrayList<>();
    try {
      RemoteIterator<FileStatus> entries = context(directory).listStatus(directory);
      while (entries.hasNext()) {
        names.add(entries.next().getPath().getName());
      }
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    names.sort(null);
    return names;
  }

  /** Float32, little-endian. */
  public static byte[] bytes(float[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    buffer.asFloatBuffer().put(values);
    return buffer.array();
  }

  /** Float32 from little-endian bytes. */
  public static float[] floats(byte[] bytes) {
    float[] values = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static FileContext context(Path path) throws IOException {
    Option<SparkSession> session = SparkSession.getDefaultSession();
    Configuration hadoop =
        session.isDefined()
            ? session.get().sparkContext().hadoopConfiguration()
            : new Configuration();
    return FileContext.getFileContext(path.toUri(), hadoop);
  }
}
