package org.chunkopt.run;

import java.io.IOException;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What lies in a staging directory, and the removal of what no finished stage has written. */
final class StagedFiles {
  private static final Logger LOG = LoggerFactory.getLogger(StagedFiles.class);

  private final FileSystem fileSystem;
  private final Path root;

  /**
   * The files of a directory.
   *
   * @param fileSystem one that hides no checksum files, for those would be left behind
   */
  StagedFiles(FileSystem fileSystem, Path root) {
    this.fileSystem = fileSystem;
    this.root = root;
  }

  /**
   * Every file and directory by its path below the root. A file is told by its length in bytes and
   * the time of its last change in ms; one that was written again, or not to its end, differs.
   */
  SortedMap<String, String> list() throws IOException {
    SortedMap<String, String> found = new TreeMap<>();
    list(root, "", found);
    return found;
  }

  private void list(Path directory, String prefix, SortedMap<String, String> found)
      throws IOException {
    for (FileStatus entry : fileSystem.listStatus(directory)) {
      String name = prefix + entry.getPath().getName();
      if (entry.isDirectory()) {
        found.put(name, "directory");
        list(entry.getPath(), name + "/", found);
      } else {
        found.put(name, entry.getLen() + " " + entry.getModificationTime());
      }
    }
  }

  /** Removes everything else, a directory as a whole where none of it is kept. */
  void keepOnly(Set<String> kept) throws IOException {
    keepOnly(root, "", kept);
  }

  private void keepOnly(Path directory, String prefix, Set<String> kept) throws IOException {
    for (FileStatus entry : fileSystem.listStatus(directory)) {
      String name = prefix + entry.getPath().getName();
      if (!kept.contains(name)) {
        LOG.info("Removing {}, which no finished stage has written.", entry.getPath());
        if (!fileSystem.delete(entry.getPath(), true)) {
          throw new IOException(entry.getPath() + " cannot be removed.");
        }
      } else if (entry.isDirectory()) {
        keepOnly(entry.getPath(), name + "/", kept);
      }
    }
  }
}
