package org.chunkopt.run;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.chunkopt.UserError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lock of one run date: a file that names its holder. On a local or mounted file system the
 * holder has the kernel's lock of that file as long as it lives, so that the lock of a dead process
 * of the same host is taken over. The kernel's locks of BeeGFS count for one client alone unless
 * {@code tuneUseGlobalFileLocks} is set: the lock of another host is never taken over. On HDFS the
 * file is created exclusively, and only an admin can tell that its holder is gone.
 */
public final class RunLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunLock.class);
  private static final int ATTEMPTS = 20;

  /**
   * Locks that this process holds: closing any channel of a file gives back the locks of the whole
   * process (POSIX), so a file that is locked here must not be opened here.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final String name;
  private final Closeable release;
  private final Thread hook = new Thread(this::release, "release-lock");
  private boolean released;

  private RunLock(String name, Closeable release) {
    this.name = name;
    this.release = release;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Takes the lock.
   *
   * @throws UserError with exit code 75 where another process holds it
   */
  static RunLock take(FileSystem fileSystem, org.apache.hadoop.fs.Path path) {
    try {
      fileSystem.mkdirs(path.getParent());
      return new RunLock(
          path.toUri().getPath(),
          Durability.isLocal(fileSystem)
              ? takeLocal(Durability.local(path).toAbsolutePath())
              : takeRemote(fileSystem, path));
    } catch (IOException e) {
      throw UserError.failed("The lock " + path + " cannot be created: " + e.getMessage(), e);
    }
  }

  /** Gives the lock back; what another process holds by now stays. */
  @Override
  public void close() {
    release();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LOG.debug("The process ends already.");
    }
  }

  private synchronized void release() {
    try {
      if (!released) {
        released = true;
        release.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The lock " + name + " cannot be removed.", e);
    }
  }

  @Override
  public String toString() {
    return name;
  }

  private static Closeable takeLocal(Path path) throws IOException {
    if (!HELD.add(path)) {
      throw held(path.toString(), Optional.of(Holder.self()));
    }
    try {
      FileChannel channel = lock(path);
      return () -> {
        try (channel) {
          Files.delete(path);
        } finally {
          HELD.remove(path);
        }
      };
    } catch (IOException | RuntimeException e) {
      HELD.remove(path);
      throw e;
    }
  }

  /**
   * Makes a locked file that names this process beside the path and then moves it there, so that
   * the path never stands for a file without a holder's name: a full disk leaves none.
   */
  private static FileChannel lock(Path path) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Path own = path.resolveSibling(path.getFileName() + ".next-" + UUID.randomUUID());
      FileChannel channel =
          FileChannel.open(own, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      boolean taken = false;
      try {
        if (channel.tryLock() == null) {
          throw new IOException("the file system gives no locks");
        }
        String text = Holder.self().text();
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        channel.force(true);
        taken = moveTo(own, path);
        if (taken) {
          removeLeft(path);
          return channel;
        }
      } catch (NoSuchFileException e) {
        LOG.debug("{} or {} went meanwhile.", own, path);
      } finally {
        if (!taken) {
          channel.close();
          Files.deleteIfExists(own);
        }
      }
    }
    throw held(path.toString(), Optional.empty());
  }

  /** Whether the own file is the lock now; otherwise the path changed meanwhile. */
  private static boolean moveTo(Path own, Path path) throws IOException {
    try {
      Files.createLink(path, own);
      Files.delete(own);
      return true;
    } catch (java.nio.file.FileAlreadyExistsException e) {
      return takeOver(own, path);
    }
  }

  /** Under the lock of the file that stands there, so that of two starts one wins. */
  private static boolean takeOver(Path own, Path path) throws IOException {
    Object file = key(path);
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      boolean alone = channel.tryLock() != null;
      if (!file.equals(key(path))) {
        return false;
      }
      ByteBuffer bytes = ByteBuffer.allocate(1024);
      channel.read(bytes, 0);
      String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
      Optional<Holder> holder = Holder.parse(text);
      // An empty one is what an earlier version left on a full disk.
      if (!alone || !text.isEmpty() && holder.filter(Holder::isOfThisHost).isEmpty()) {
        throw held(path.toString(), holder);
      }
      LOG.info("Taking over the lock {} of a run that died: {}.", path, holder);
      Files.move(own, path, StandardCopyOption.ATOMIC_MOVE);
      return true;
    }
  }

  private static Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  /** Own files of starts that were killed; one of a start that lives makes itself another. */
  private static void removeLeft(Path path) throws IOException {
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(path.getParent(), path.getFileName() + ".next-*")) {
      for (Path each : left) {
        Files.deleteIfExists(each);
      }
    }
  }

  private static Closeable takeRemote(FileSystem fileSystem, org.apache.hadoop.fs.Path path)
      throws IOException {
    String text = Holder.self().text();
    try (FSDataOutputStream out = fileSystem.create(path, false)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (FileAlreadyExistsException e) {
      throw held(path.toString(), Holder.parse(read(fileSystem, path)));
    } catch (IOException e) {
      fileSystem.delete(path, false);
      throw e;
    }
    return () -> {
      if (read(fileSystem, path).equals(text)) {
        fileSystem.delete(path, false);
      }
    };
  }

  private static String read(FileSystem fileSystem, org.apache.hadoop.fs.Path path)
      throws IOException {
    try (FSDataInputStream in = fileSystem.open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (java.io.FileNotFoundException e) {
      return "";
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
   * @param started start of the process as the system tells it, or "unknown": for people
   */
  private record Holder(String host, long pid, String started) {
    static Holder self() {
      ProcessHandle process = ProcessHandle.current();
      String started = process.info().startInstant().map(Object::toString).orElse("unknown");
      return new Holder(hostName(), process.pid(), started);
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

    boolean isOfThisHost() {
      return host.equals(hostName());
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
