package org.chunkopt.simulate;

import java.io.Serializable;
import java.util.List;
import org.chunkopt.beegfs.ChunkSize;

/** What a storage pool does with the accesses of a file, chunk size by chunk size. */
interface Physics extends Serializable {
  /** Expected throughput of the file in bytes per second if it had this chunk size. */
  double throughput(AccessContext x, long chunkBytes);

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

  static long ceilDiv(long a, long b) {
    return (a + b - 1) / b;
  }
}
