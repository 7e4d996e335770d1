package org.chunkopt.ingest;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
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
   * to any depth. Files and directories whose names begin with a dot or an underscore are passed
   * over, unless the settings name them in full.
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
        for (FileStatus match : matches(fs, path)) {
          found |= add(fs, match, files);
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

  private static boolean add(FileSystem fs, FileStatus status, TreeMap<String, InputFile> files)
      throws IOException {
    if (!status.isDirectory()) {
      String path = status.getPath().toString();
      files.put(path, new InputFile(path, status.getLen()));
      return true;
    }
    boolean found = false;
    for (FileStatus child : fs.listStatus(status.getPath(), path -> !isHidden(path))) {
      found |= add(fs, child, files);
    }
    return found;
  }

  private static boolean isHidden(Path path) {
    return path.getName().startsWith(".") || path.getName().startsWith("_");
  }
}
