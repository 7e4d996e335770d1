package org.chunkopt.ingest;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.chunkopt.UserError;

/** Finds the files that the settings name. */
final class InputFiles {
  private InputFiles() {}

  /**
   * The files of paths, globs and directories, each once, sorted by path. Directories are searched
   * to any depth, each once: one that a symbolic link leads back to is not searched again. Files
   * and directories whose names begin with a dot or an underscore are passed over, unless the
   * settings name them in full.
   *
   * @param patterns paths or globs on any Hadoop file system
   * @param key settings key that they come from, for the message
   * @throws UserError if a pattern matches nothing or a directory cannot be listed
   */
  static List<InputFile> resolve(SparkSession spark, List<String> patterns, String key) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    TreeMap<String, InputFile> files = new TreeMap<>();
    for (String pattern : patterns) {
      try {
        boolean found = false;
        Path path = new Path(pattern);
        FileSystem fs = path.getFileSystem(hadoop);
        Set<String> searched = new HashSet<>();
        for (FileStatus match : matches(fs, path)) {
          found |= add(fs, match, files, searched);
        }
        if (!found) {
          throw UserError.failed(
              "No file matches " + pattern + ". Correct chunkopt." + key + " in the settings.");
        }
      } catch (IOException | IllegalArgumentException e) {
        throw UserError.failed(
            pattern
                + " cannot be read: "
                + e.getMessage()
                + ". Correct chunkopt."
                + key
                + " or the permissions.",
            e);
      }
    }
    return List.copyOf(files.values());
  }

  /** A file may have a name that looks like a glob, so the literal path goes first. */
  private static FileStatus[] matches(FileSystem fs, Path path) throws IOException {
    try {
      return new FileStatus[] {fs.getFileStatus(path)};
    } catch (FileNotFoundException e) {
      FileStatus[] matched = fs.globStatus(path, found -> !isHidden(found));
      return matched == null ? new FileStatus[0] : matched;
    }
  }

  private static boolean add(
      FileSystem fs, FileStatus status, TreeMap<String, InputFile> files, Set<String> searched)
      throws IOException {
    if (!status.isDirectory()) {
      String path = status.getPath().toString();
      files.put(path, new InputFile(path, status.getLen()));
      return true;
    }
    boolean found = false;
    if (searched.add(real(fs, status.getPath()))) {
      for (FileStatus child : fs.listStatus(status.getPath(), path -> !isHidden(path))) {
        found |= add(fs, child, files, searched);
      }
    }
    return found;
  }

  /** The path without symbolic links; HDFS has none. */
  private static String real(FileSystem fs, Path path) throws IOException {
    return isLocal(fs)
        ? java.nio.file.Path.of(path.toUri().getPath()).toRealPath().toString()
        : path.toString();
  }

  /**
   * Refuses what would wait for a writer or never end: a FIFO, a socket, a device.
   *
   * @throws FileNotFoundException if it is not there or no plain file
   */
  static void requirePlain(FileSystem fs, Path path) throws IOException {
    if (isLocal(fs) && !Files.isRegularFile(java.nio.file.Path.of(path.toUri().getPath()))) {
      throw new FileNotFoundException(path + " is no plain file");
    }
  }

  /** How many of the files have another length than when they were found. */
  static long changed(SparkSession spark, List<InputFile> files) {
    Configuration hadoop = spark.sessionState().newHadoopConf();
    return files.parallelStream().filter(file -> length(hadoop, file) != file.bytes()).count();
  }

  private static long length(Configuration hadoop, InputFile file) {
    try {
      Path path = new Path(file.path());
      return path.getFileSystem(hadoop).getFileStatus(path).getLen();
    } catch (IOException e) {
      return -1;
    }
  }

  private static boolean isLocal(FileSystem fs) {
    return "file".equals(fs.getUri().getScheme());
  }

  private static boolean isHidden(Path path) {
    return path.getName().startsWith(".") || path.getName().startsWith("_");
  }
}
