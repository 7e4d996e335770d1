package org.chunkopt.ingest;

import java.io.Serializable;
import java.util.List;

/**
 * A file of an input.
 *
 * @param path its URI, as Hadoop writes it
 * @param bytes its length, compressed where it is
 */
record InputFile(String path, long bytes) implements Serializable {
  /** Bytes of all files. */
  static long bytes(List<InputFile> files) {
    return files.stream().mapToLong(InputFile::bytes).sum();
  }

  /** The last part of the path. */
  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
