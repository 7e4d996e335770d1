package org.chunkopt.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.apache.hadoop.fs.FileSystem;

/**
 * Makes files survive a power loss. After a rename alone a journalling file system can come back
 * with the new name and an empty file: the content must be on disk before the rename, and the
 * directory after it. Only local and mounted file systems are synced; HDFS keeps closed files on
 * several hosts.
 */
public final class Durability {
  private Durability() {}

  /** Syncs a file, or a directory with everything below it. */
  public static void sync(FileSystem fileSystem, org.apache.hadoop.fs.Path path)
      throws IOException {
    if (isLocal(fileSystem)) {
      Files.walkFileTree(local(path), new Syncing());
    }
  }

  /** Syncs the names in a directory, after one of them was made or renamed. */
  public static void syncNames(FileSystem fileSystem, org.apache.hadoop.fs.Path directory)
      throws IOException {
    if (isLocal(fileSystem)) {
      force(local(directory));
    }
  }

  static boolean isLocal(FileSystem fileSystem) {
    return "file".equals(fileSystem.getUri().getScheme());
  }

  static Path local(org.apache.hadoop.fs.Path path) {
    return Path.of(path.toUri().getPath());
  }

  /** One fsync(2), which Linux grants to a descriptor that only reads, of a directory too. */
  static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** A directory comes after what is in it. */
  private static final class Syncing extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (attributes.isRegularFile()) {
        force(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      force(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
