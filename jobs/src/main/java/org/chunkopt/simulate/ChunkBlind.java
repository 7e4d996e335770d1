package org.chunkopt.simulate;

import org.chunkopt.beegfs.ChunkSize;

/**
 * A pool to which the chunk size does not matter: whatever it is, the throughput is that of the
 * default. Experts do not know, and choose as on any other pool.
 *
 * @param law what the pool would do if it mattered
 */
record ChunkBlind(Physics law) implements Physics {
  @Override
  public double bytesPerSecond(AccessContext x, long chunkBytes) {
    return law.throughput(x, ChunkSize.DEFAULT.bytes());
  }

  @Override
  public double targetBytesPerSecond() {
    return law.targetBytesPerSecond();
  }

  @Override
  public long coalescedBytes() {
    return law.coalescedBytes();
  }

  @Override
  public ChunkSize reputedBest(AccessContext x) {
    return law.best(x);
  }
}
