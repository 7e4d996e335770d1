package org.chunkopt.simulate;

import java.io.Serializable;

/**
 * How a file is read or written.
 *
 * @param sizeBytes size of the file
 * @param requestBytes bytes of one request of one process
 * @param processes processes that access the file at once
 * @param targets storage targets of the file
 * @param shared whether the processes interleave their requests in the one file
 * @param sequential whether a process goes through the file in order
 * @param write whether it writes
 */
record AccessContext(
    long sizeBytes,
    long requestBytes,
    int processes,
    int targets,
    boolean shared,
    boolean sequential,
    boolean write)
    implements Serializable {
  AccessContext withSize(long bytes) {
    return new AccessContext(bytes, requestBytes, processes, targets, shared, sequential, write);
  }

  AccessContext withTargets(int count) {
    return new AccessContext(sizeBytes, requestBytes, processes, count, shared, sequential, write);
  }
}
