package org.chunkopt.ingest;

import java.io.Serializable;

/**
 * A file of an input.
 *
 * @param path its URI, as Hadoop writes it
 * @param bytes its length, compressed where it is
 */
record InputFile(String path, long bytes) implements Serializable {
  /** The last part of the path. */
  String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
