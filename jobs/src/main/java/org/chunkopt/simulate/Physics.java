package org.chunkopt.simulate;

import java.io.Serializable;
import java.util.List;
import org.chunkopt.beegfs.ChunkSize;

/** What a storage pool does with the accesses of a file, chunk size by chunk size. */
interface Physics extends Serializable {
  /** The smallest chunk size of BeeGFS. */
  long SMALLEST_CHUNK = 64L << 10;

  /** Processes that share a client node. */
  int PROCESSES_PER_CLIENT = 8;

  /**
   * The law itself: expected bytes per second. It is asked only for chunk sizes up to the smallest
   * one that holds the whole file, see {@link #throughput}.
   */
  double bytesPerSecond(AccessContext x, long chunkBytes);

  /**
   * Expected throughput of the file in bytes per second if it had this chunk size. BeeGFS lays a
   * file out alike for every chunk size that holds it whole, so all of these give the same value.
   */
  default double throughput(AccessContext x, long chunkBytes) {
    return bytesPerSecond(x, Math.min(chunkBytes, smallestChunkHolding(x.sizeBytes())));
  }

  /** Bandwidth of a target. */
  double targetBytesPerSecond();

  /** Bytes to which the client gathers smaller requests of a private sequential stream. */
  long coalescedBytes();

  /** What experts take for the best chunk size: by default they are right. */
  default ChunkSize reputedBest(AccessContext x) {
    return best(x);
  }

  /** Expected throughput in MiB/s at each candidate chunk size, 64 KiB first. */
  default double[] mibPerSecond(AccessContext x) {
    return ChunkSize.CANDIDATES.stream()
        .mapToDouble(c -> throughput(x, c.bytes()) / (1 << 20))
        .toArray();
  }

  /** The candidate with the highest expected throughput; the smallest of equals. */
  default ChunkSize best(AccessContext x) {
    List<ChunkSize> candidates = ChunkSize.CANDIDATES;
    double[] values = mibPerSecond(x);
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] * 1.000001 ? i : best;
    }
    return candidates.get(best);
  }

  /** Bytes of a request as it reaches the servers. */
  default long requestOnTheWire(AccessContext x) {
    boolean coalesced = x.sequential() && !x.shared();
    return coalesced ? Math.max(x.requestBytes(), coalescedBytes()) : x.requestBytes();
  }

  /** Targets that hold a part of the file. */
  static int targetsWithData(AccessContext x, long chunkBytes) {
    return (int) Math.min(x.targets(), Math.max(1, ceilDiv(x.sizeBytes(), chunkBytes)));
  }

  /** The least power of two that holds so many bytes, but no less than BeeGFS allows. */
  static long smallestChunkHolding(long bytes) {
    return bytes <= SMALLEST_CHUNK ? SMALLEST_CHUNK : Long.highestOneBit(bytes - 1) << 1;
  }

  /** Client nodes that the processes of an access run on. */
  static double clientNodes(AccessContext x) {
    return ceilDiv(x.processes(), PROCESSES_PER_CLIENT);
  }

  static long ceilDiv(long a, long b) {
    return (a + b - 1) / b;
  }
}
