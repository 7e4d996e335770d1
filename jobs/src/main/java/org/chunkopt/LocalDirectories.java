package org.chunkopt;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory for what Spark keeps on the local disk while a command runs, one for each start. A
 * file beside it is locked as long as the process lives, so that the next start can tell those of
 * killed ones, and removes them.
 */
final class LocalDirectories implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalDirectories.class);
  private static final String LOCK = ".lock";

  /** A directory and the lock of the file beside it. */
  private record Claim(Path directory, FileChannel lock) {}

  /** Opening and closing a file again would give back the lock that this process has of it. */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final List<Claim> claims = new ArrayList<>();

  private LocalDirectories() {}

  /**
   * Claims a directory in each of these, after those of dead processes were removed.
   *
   * @param parents value of spark.local.dir
   */
  static LocalDirectories in(String parents) {
    LocalDirectories directories = new LocalDirectories();
    for (String parent : parents.split(",")) {
      Path path = Path.of(parent.strip());
      try {
        Files.createDirectories(path);
        removeDead(path);
        directories.claims.add(claim(path));
      } catch (IOException e) {
        throw UserError.failed(
            "The local directory " + path + " cannot be used (spark.local.dir): " + e, e);
      }
    }
    return directories;
  }

  /** As a value of spark.local.dir. */
  String value() {
    return claims.stream()
        .map(claim -> claim.directory().toString())
        .collect(Collectors.joining(","));
  }

  private static Claim claim(Path parent) throws IOException {
    while (true) {
      Path directory = parent.resolve(prefix() + UUID.randomUUID());
      FileChannel lock =
          FileChannel.open(
              lockOf(directory), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (lock.tryLock() != null) {
        OWN.add(lockOf(directory));
        Files.createDirectory(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return new Claim(directory, lock);
      }
      // Another start took it for that of a dead process.
      lock.close();
    }
  }

  private static void removeDead(Path parent) throws IOException {
    try (DirectoryStream<Path> locks = Files.newDirectoryStream(parent, prefix() + "*" + LOCK)) {
      for (Path lock : locks) {
        removeIfDead(lock);
      }
    }
  }

  private static void removeIfDead(Path lock) {
    if (OWN.contains(lock)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
      if (channel.tryLock() != null) {
        String name = lock.getFileName().toString();
        Path directory = lock.resolveSibling(name.substring(0, name.length() - LOCK.length()));
        LOG.info("Removing {}, which a start that was killed left.", directory);
        remove(directory);
        Files.deleteIfExists(lock);
      }
    } catch (IOException e) {
      LOG.warn("What a killed start left beside {} was not removed: {}", lock, e.toString());
    }
  }

  @Override
  public void close() {
    for (Claim claim : claims) {
      try {
        remove(claim.directory());
        Files.deleteIfExists(lockOf(claim.directory()));
        claim.lock().close();
      } catch (IOException e) {
        LOG.warn("{} was not removed; the next start does: {}", claim.directory(), e.toString());
      } finally {
        OWN.remove(lockOf(claim.directory()));
      }
    }
    claims.clear();
  }

  private static Path lockOf(Path directory) {
    return directory.resolveSibling(directory.getFileName() + LOCK);
  }

  /** Another user's have another name: they cannot be removed anyway. */
  private static String prefix() {
    return "chunkopt-" + System.getProperty("user.name") + "-";
  }

  private static void remove(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path each, IOException failure)
              throws IOException {
            Files.delete(each);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
