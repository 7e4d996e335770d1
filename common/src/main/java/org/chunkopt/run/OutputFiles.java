package org.chunkopt.run;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.chunkopt.UserError;

/**
 * Files and directories below the output root, each renamed at once or not at all. Local files go
 * without Hadoop's checksum files: a kill between the two would leave a file that nobody can read.
 */
final class OutputFiles {
  private final FileSystem fileSystem;
  private final FileContext context;

  private OutputFiles(FileSystem fileSystem, FileContext context) {
    this.fileSystem = fileSystem;
    this.context = context;
  }

  static OutputFiles of(Path root, Configuration hadoop) throws IOException {
    FileSystem given = root.getFileSystem(hadoop);
    FileSystem bare = given instanceof LocalFileSystem local ? local.getRawFileSystem() : given;
    return new OutputFiles(
        bare, FileContext.getFileContext(bare.makeQualified(root).toUri(), hadoop));
  }

  FileSystem fileSystem() {
    return fileSystem;
  }

  boolean exists(Path path) {
    try {
      return fileSystem.exists(path);
    } catch (IOException e) {
      throw UserError.failed(path + " cannot be looked up: " + e.getMessage(), e);
    }
  }

  /** A text file, empty where it is not there. */
  String read(Path path) {
    try (var in = fileSystem.open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      return "";
    } catch (IOException e) {
      throw UserError.failed(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Writes a text file to disk, over an earlier one. */
  void write(Path path, String text) {
    try {
      try (OutputStream out = fileSystem.create(path, true)) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
      }
      Durability.sync(fileSystem, path);
    } catch (IOException e) {
      throw UserError.failed(path + " cannot be written: " + e.getMessage(), e);
    }
  }

  /**
   * Writes aside and renames: a reader sees the old text or the new one, after a power loss too.
   */
  void replace(Path path, String text) {
    Path next = path.suffix(".next");
    write(next, text);
    try {
      if (isLocal()) {
        move(next, path);
      } else {
        context.rename(next, path, Options.Rename.OVERWRITE);
      }
      Durability.syncNames(fileSystem, path.getParent());
    } catch (IOException e) {
      throw cannotRename(next, path, e);
    }
  }

  /** Writes to disk what the system still holds in memory of a file or directory. */
  void sync(Path path) {
    try {
      Durability.sync(fileSystem, path);
    } catch (IOException e) {
      throw UserError.failed(path + " cannot be written to disk: " + e.getMessage(), e);
    }
  }

  /** Removes a file or directory where it is there. */
  void delete(Path path) {
    try {
      if (!fileSystem.delete(path, true) && fileSystem.exists(path)) {
        throw UserError.failed(path + " cannot be removed. Remove it and start again.");
      }
    } catch (IOException e) {
      throw UserError.failed(path + " cannot be removed: " + e.getMessage(), e);
    }
  }

  /**
   * Renames a directory, all of which is on disk before, to a name that is free. FileSystem.rename
   * would nest into an existing target, which FileContext refuses; but where the system refuses to
   * rename a local directory, FileContext makes a copy, and a reader would see half of it.
   */
  void rename(Path from, Path to) {
    try {
      fileSystem.mkdirs(to.getParent());
      Durability.sync(fileSystem, from);
      Durability.syncNames(fileSystem, to.getParent().getParent());
      if (isLocal()) {
        if (fileSystem.exists(to)) {
          throw new FileAlreadyExistsException("it exists");
        }
        move(from, to);
      } else {
        context.rename(from, to);
      }
      Durability.syncNames(fileSystem, to.getParent());
      Durability.syncNames(fileSystem, from.getParent());
    } catch (IOException e) {
      throw cannotRename(from, to, e);
    }
  }

  private static UserError cannotRename(Path from, Path to, IOException cause) {
    return UserError.failed(
        "Cannot rename " + from + " to " + to + ": " + cause.getMessage(), cause);
  }

  private boolean isLocal() {
    return Durability.isLocal(fileSystem);
  }

  /** One rename(2), which replaces a file; never a copy. */
  private static void move(Path from, Path to) throws IOException {
    Files.move(Durability.local(from), Durability.local(to), StandardCopyOption.ATOMIC_MOVE);
  }
}
