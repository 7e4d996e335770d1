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
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.permission.FsAction;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.UserError;
import org.chunkopt.run.Durability;
import scala.Option;

/** Small files on any Hadoop file system: read whole, written aside and renamed. */
public final class ModelFiles {
  private static final int MAX_DOCUMENT_BYTES = 16 << 20;

  private ModelFiles() {}

  /**
   * The bytes of a document.
   *
   * @throws UserError if it is larger than any that we write; nothing of it is read then
   */
  public static byte[] read(Path path) {
    long length = status(path).getLen();
    if (length > MAX_DOCUMENT_BYTES) {
      throw UserError.failed(
          path + " has " + length + " bytes, more than " + MAX_DOCUMENT_BYTES + ".");
    }
    return read(path, length);
  }

  /**
   * The bytes of a file whose length is known.
   *
   * @throws UserError if it has another length; nothing of it is read then
   */
  public static byte[] read(Path path, long length) {
    long actual = status(path).getLen();
    if (actual != length) {
      throw UserError.failed(path + " has " + actual + " bytes, not " + length + ".");
    }
    byte[] bytes = new byte[Math.toIntExact(length)];
    try {
      FileContext files = context(path);
      // A kill between the renames of a local file and of its checksum leaves two that do not fit;
      // what must be whole has a SHA-256 of its own.
      files.setVerifyChecksum(false, path);
      try (FSDataInputStream in = files.open(path)) {
        in.readFully(bytes);
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Refuses what others than its owner can write: a model decides what is advised for every file.
   *
   * @throws UserError with the command that mends it
   */
  static void requirePrivate(Path path) {
    FsPermission mode = status(path).getPermission();
    if (mode.getGroupAction().implies(FsAction.WRITE)
        || mode.getOtherAction().implies(FsAction.WRITE)) {
      throw UserError.failed(
          "Others than its owner can write " + path + ". Check what it holds, then: chmod go-w.");
    }
  }

  private static FileStatus status(Path path) {
    try {
      return context(path).getFileStatus(path);
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

  /**
   * Writes beside the path to disk and renames: a reader sees the old file, none, or the new one.
   */
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
      FileSystem fileSystem = path.getFileSystem(hadoop());
      Durability.sync(fileSystem, aside);
      files.rename(aside, path, Options.Rename.OVERWRITE);
      Durability.syncNames(fileSystem, path.getParent());
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

  /**
   * The path with the host of its file system: FileContext takes no {@code hdfs:///}.
   *
   * @throws UserError where there is no such file system
   */
  static Path qualified(Path path) {
    return qualified(path, hadoop());
  }

  static Path qualified(Path path, Configuration hadoop) {
    if (path.toUri().getScheme() == null || path.toUri().getAuthority() != null) {
      return path;
    }
    try {
      return path.getFileSystem(hadoop).makeQualified(path);
    } catch (IOException | IllegalArgumentException e) {
      throw UserError.failed(path + " cannot be used (output.root): " + e.getMessage(), e);
    }
  }

  private static FileContext context(Path path) throws IOException {
    return FileContext.getFileContext(path.toUri(), hadoop());
  }

  private static Configuration hadoop() {
    Option<SparkSession> session = SparkSession.getDefaultSession();
    return session.isDefined()
        ? session.get().sparkContext().hadoopConfiguration()
        : new Configuration();
  }
}
