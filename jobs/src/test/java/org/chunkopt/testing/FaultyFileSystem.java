package org.chunkopt.testing;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.DelegateToFileSystem;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/** The local file system under {@code faulty:///}, which fails as a test tells it to. */
public final class FaultyFileSystem extends RawLocalFileSystem {
  private static final URI ROOT = URI.create("faulty:///");

  /** What goes wrong. */
  public enum Fault {
    NONE,
    /** A rename from {@code staging/} to {@code runs/} is answered with false. */
    RENAME_FALSE,
    /** A rename from {@code staging/} to {@code runs/} throws. */
    RENAME_THROWS,
    /** The target of a rename below {@code runs/} appears after it was looked for. */
    TARGET_EXISTS,
    /** The process ends before the rename from {@code staging/} to {@code runs/}. */
    END_BEFORE_RENAME,
    /** The process ends when the earlier run has moved to {@code superseded/}. */
    END_BETWEEN_RENAMES,
    /** The process ends after the rename to {@code runs/}. */
    END_AFTER_RENAME,
    /** The process ends when {@code latest.json} is there. */
    END_AFTER_POINTER,
    /** A file of the staged table {@code files} finds no space after its first bytes. */
    DISK_FULL
  }

  private static volatile Fault fault = Fault.NONE;
  private static volatile boolean hidden;

  public static void set(Fault next) {
    fault = next;
    hidden = next == Fault.TARGET_EXISTS;
  }

  /** Makes the scheme known. */
  public static void register(Configuration hadoop) {
    hadoop.set("fs.faulty.impl", FaultyFileSystem.class.getName());
    hadoop.set("fs.AbstractFileSystem.faulty.impl", Context.class.getName());
  }

  @Override
  public URI getUri() {
    return ROOT;
  }

  @Override
  public String getScheme() {
    return "faulty";
  }

  /** Nothing that the program catches: as if the process had ended there. */
  public static final class End extends Error {
    private static final long serialVersionUID = 1L;
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    boolean publishes = isRun(to) && from.getParent().getName().equals("staging");
    endIf(publishes && fault == Fault.END_BEFORE_RENAME);
    if (publishes && fault == Fault.RENAME_FALSE) {
      return false;
    }
    if (publishes && fault == Fault.RENAME_THROWS) {
      throw new IOException("The file server went away");
    }
    boolean renamed = super.rename(from, to);
    endIf(publishes && fault == Fault.END_AFTER_RENAME);
    endIf(isRun(from) && fault == Fault.END_BETWEEN_RENAMES);
    endIf(to.getName().equals("latest.json") && fault == Fault.END_AFTER_POINTER);
    return renamed;
  }

  private static void endIf(boolean now) {
    if (now) {
      throw new End();
    }
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    if (hidden && isRun(path)) {
      hidden = false;
      super.mkdirs(path);
      super.create(new Path(path, "run.json"), true).close();
      throw new FileNotFoundException(path + " is not there yet");
    }
    return super.getFileStatus(path);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      boolean overwrite,
      int buffer,
      short replication,
      long block,
      Progressable progress)
      throws IOException {
    return full(path, super.create(path, overwrite, buffer, replication, block, progress));
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int buffer,
      short replication,
      long block,
      Progressable progress)
      throws IOException {
    return full(
        path, super.create(path, permission, overwrite, buffer, replication, block, progress));
  }

  private static FSDataOutputStream full(Path path, FSDataOutputStream out) throws IOException {
    return fault == Fault.DISK_FULL && path.toString().contains("/files/")
        ? new FSDataOutputStream(new Full(out), null)
        : out;
  }

  private static boolean isRun(Path path) {
    return path.getParent() != null && path.getParent().getName().equals("runs");
  }

  private static final class Full extends OutputStream {
    private final OutputStream out;
    private int left = 100;

    Full(OutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      if (left-- <= 0) {
        throw new IOException("No space left on device");
      }
      out.write(b);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /** The same for FileContext. */
  public static final class Context extends DelegateToFileSystem {
    public Context(URI uri, Configuration hadoop) throws Exception {
      super(ROOT, (FileSystem) new FaultyFileSystem(), hadoop, "faulty", false);
    }
  }
}
