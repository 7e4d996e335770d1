package org.chunkopt.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.chunkopt.UserError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock of one run date: a file that is created exclusively and names its holder. On a local or
 * mounted file system the lock of a dead process of the same host is taken over; anywhere else only
 * an admin can tell that the holder is gone.
 */
public final class RunLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunLock.class);

  private final FileSystem fileSystem;
  private final Path path;

  private RunLock(FileSystem fileSystem, Path path) {
    this.fileSystem = fileSystem;
    this.path = path;
  }

  /**
   * Takes the lock.
   *
   * @throws UserError with exit code 75 where another process holds it
   */
  static RunLock take(FileSystem fileSystem, Path path) {
    try {
      fileSystem.mkdirs(path.getParent());
      String scheme = fileSystem.getUri().getScheme();
      if ("file".equals(scheme)) {
        takeLocal(java.nio.file.Path.of(path.toUri().getPath()));
      } else {
        takeRemote(fileSystem, path);
      }
      fileSystem.deleteOnExit(path);
      return new RunLock(fileSystem, path);
    } catch (IOException e) {
      throw UserError.failed("The lock " + path + " cannot be created: " + e.getMessage(), e);
    }
  }

  /** Gives the lock back. */
  @Override
  public void close() {
    try {
      fileSystem.cancelDeleteOnExit(path);
      fileSystem.delete(path, false);
    } catch (IOException e) {
      throw new UncheckedIOException("The lock " + path + " cannot be removed.", e);
    }
  }

  @Override
  public String toString() {
    return path.toUri().getPath();
  }

  /** Hadoop's local file system looks before it creates; the kernel's O_EXCL has no gap. */
  private static void takeLocal(java.nio.file.Path path) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      write(channel, Holder.self());
    } catch (java.nio.file.FileAlreadyExistsException e) {
      takeOver(path);
    }
  }

  /** Under the kernel's file lock, so that of two starts that see a dead holder one wins. */
  private static void takeOver(java.nio.file.Path path) throws IOException {
    try (FileChannel channel =
            FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock guard = channel.tryLock()) {
      Optional<Holder> holder = Holder.parse(Files.readString(path));
      if (guard == null || holder.isEmpty() || !holder.get().isDead()) {
        throw held(path.toString(), holder);
      }
      LOG.info("Taking over the lock {} of a run that died: {}.", path, holder.get());
      channel.truncate(0);
      write(channel, Holder.self());
    } catch (NoSuchFileException | OverlappingFileLockException e) {
      throw held(path.toString(), Optional.empty());
    }
  }

  private static void write(FileChannel channel, Holder holder) throws IOException {
    channel.write(ByteBuffer.wrap(holder.text().getBytes(StandardCharsets.UTF_8)), 0);
    channel.force(true);
  }

  private static void takeRemote(FileSystem fileSystem, Path path) throws IOException {
    try (FSDataOutputStream out = fileSystem.create(path, false)) {
      out.write(Holder.self().text().getBytes(StandardCharsets.UTF_8));
    } catch (FileAlreadyExistsException e) {
      try (FSDataInputStream in = fileSystem.open(path)) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        throw held(path.toString(), Holder.parse(text));
      }
    }
  }

  private static UserError held(String path, Optional<Holder> holder) {
    return UserError.locked(
        "Another run for this date holds the lock "
            + path
            + holder.map(h -> ": " + h).orElse("")
            + ". Wait until it ends; if it no longer runs, remove that file and start again.");
  }

  /**
   * Who holds a lock.
   *
   * @param started start of the process as the system tells it, or "unknown": tells a reused
   *     process id from the holder's
   */
  private record Holder(String host, long pid, String started) {
    static Holder self() {
      return new Holder(hostName(), ProcessHandle.current().pid(), start(ProcessHandle.current()));
    }

    static Optional<Holder> parse(String text) {
      String[] parts = text.strip().split(" ");
      if (parts.length != 3 || !parts[1].matches("[0-9]{1,18}")) {
        return Optional.empty();
      }
      return Optional.of(new Holder(parts[0], Long.parseLong(parts[1]), parts[2]));
    }

    String text() {
      return host + " " + pid + " " + started + "\n";
    }

    boolean isDead() {
      return host.equals(hostName())
          && ProcessHandle.of(pid).filter(process -> start(process).equals(started)).isEmpty();
    }

    private static String start(ProcessHandle process) {
      return process.info().startInstant().map(Object::toString).orElse("unknown");
    }

    private static String hostName() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        return "localhost";
      }
    }

    @Override
    public String toString() {
      return "process " + pid + " on " + host + ", started " + started;
    }
  }
}
