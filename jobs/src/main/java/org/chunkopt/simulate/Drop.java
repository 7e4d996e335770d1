package org.chunkopt.simulate;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;
import org.chunkopt.UserError;

/**
 * The directory that receives the files of a site, on any Hadoop file system.
 *
 * @param root absolute path or URI
 */
record Drop(String root, SerializableConfiguration hadoop) implements Serializable {
  /**
   * The drop at a path that is absent or empty.
   *
   * @throws UserError if it holds anything
   */
  static Drop empty(String path, SerializableConfiguration hadoop) throws IOException {
    Path root = new Path(path);
    FileSystem files = root.getFileSystem(hadoop.value());
    root = files.makeQualified(root);
    if (files.exists(root)
        && (!files.getFileStatus(root).isDirectory() || files.listStatus(root).length > 0)) {
      throw UserError.failed(
          "The output " + path + " is not empty. Give simulate.output a new directory.");
    }
    String text = "file".equals(root.toUri().getScheme()) ? root.toUri().getPath() : "" + root;
    return new Drop(text, hadoop);
  }

  String path(String relative) {
    return root + "/" + relative;
  }

  /** A file of the drop, overwritten: a task that is repeated writes the same bytes again. */
  ByteText create(String relative) throws IOException {
    Path path = new Path(path(relative));
    return new ByteText(path.getFileSystem(hadoop.value()).create(path, true));
  }
}
