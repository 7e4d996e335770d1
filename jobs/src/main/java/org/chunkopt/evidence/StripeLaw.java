package org.chunkopt.evidence;

import java.io.Serializable;
import java.util.List;
import org.chunkopt.beegfs.ChunkSize;

/**
 * What a storage pool does with a request at each chunk size. BeeGFS moves a request in rounds, one
 * chunk message a target in parallel, and waits for each round, so that the best chunk size follows
 * from request size, number of targets and sharing.
 *
 * <p>A request of r bytes touches k = ceil(r / c) chunks on kt = min(k, N) of the N = min(targets,
 * ceil(size / c)) targets that hold data, in R = ceil(k / kt) rounds, and takes R (a + f (kt - 1) +
 * seek) + (r / kt) / w, but no less than r / L. P processes reach min(P r / t, busy w, clients L),
 * where busy = min(N, ceil(P r / c)) for interleaved records of a shared file. For one target and
 * large requests that is proportional to c / (c + a w).
 *
 * @param overheadSeconds a: of a chunk message
 * @param fanOutSeconds f: for each further target of a round
 * @param seekSeconds positioning, for requests that are not sequential
 * @param targetBytesPerSecond w: of a target
 * @param linkBytesPerSecond L: of a client
 * @param rewriteLoss what writing pieces below the full stripe of a parity RAID costs more, as a
 *     part of the plain write
 * @param lockShare loss of writes to a shared file for each process beyond the busy targets
 * @param processesPerClient processes behind one link
 * @param traits what is tried out rather than fitted
 */
record StripeLaw(
    double overheadSeconds,
    double fanOutSeconds,
    double seekSeconds,
    double targetBytesPerSecond,
    double linkBytesPerSecond,
    double rewriteLoss,
    double lockShare,
    double processesPerClient,
    Traits traits)
    implements Serializable {
  /** Number of the positive parameters that are fitted. */
  static final int PARAMETERS = 8;

  static final int ARMS = ChunkSize.CANDIDATES.size();

  private static final List<ChunkSize> CANDIDATES = ChunkSize.CANDIDATES;

  /** Which of the N targets random requests to a shared file keep busy. */
  enum RandomShared {
    /** All of them. */
    ALL,
    /** Those that P requests hit by chance. */
    CHANCE,
    /** As many as P requests side by side reach, like interleaved records. */
    INTERLEAVED
  }

  /**
   * Traits of a pool and its clients.
   *
   * @param fullStripeBytes full stripe of the parity RAID
   * @param gatheredBytes pieces in which a private sequential stream leaves the client: its cache
   *     or its read-ahead
   * @param randomShared see there
   */
  record Traits(double fullStripeBytes, double gatheredBytes, RandomShared randomShared)
      implements Serializable {
    /** The client's cache of 512 KiB. */
    static final Traits USUAL = new Traits(256 << 10, 512 << 10, RandomShared.ALL);
  }

  /** The law with these natural logarithms of the parameters, in the order of the record. */
  static StripeLaw of(double[] logs, Traits traits) {
    return new StripeLaw(
        Math.exp(logs[0]),
        Math.exp(logs[1]),
        Math.exp(logs[2]),
        Math.exp(logs[3]),
        Math.exp(logs[4]),
        Math.exp(logs[5]),
        Math.exp(logs[6]),
        Math.exp(logs[7]),
        traits);
  }

  /** Log2 of the throughput in MiB/s at each candidate chunk size, 64 KiB first. */
  double[] log2Throughput(AccessPattern use) {
    double[] values = new double[ARMS];
    for (int arm = 0; arm < ARMS; arm++) {
      values[arm] = log2Throughput(use, arm);
    }
    return values;
  }

  /** Log2 of the throughput in MiB/s at the candidate of this position. */
  double log2Throughput(AccessPattern use, int arm) {
    double chunk = CANDIDATES.get(use.effective(arm)).bytes();
    double size = Math.max(1, use.sizeBytes());
    double wire =
        use.sequential() && !use.shared()
            ? Math.max(use.requestBytes(), traits.gatheredBytes())
            : use.requestBytes();
    double request = Math.min(wire, size);
    double holding = Math.min(use.targets(), parts(size, chunk));
    double chunks = parts(request, chunk);
    double parallel = Math.min(chunks, holding);
    double rounds = parts(chunks, parallel);
    double bandwidth = targetBytesPerSecond;
    if (use.writes() && Math.min(request, chunk) < traits.fullStripeBytes()) {
      bandwidth /= 1 + rewriteLoss;
    }
    double positioning = use.sequential() ? 0 : seekSeconds;
    double seconds =
        rounds * (overheadSeconds + fanOutSeconds * (parallel - 1) + positioning)
            + request / parallel / bandwidth;
    seconds = Math.max(seconds, request / linkBytesPerSecond);
    double busy = busy(use, request / chunk, parallel, holding);
    double links = Math.max(1, use.processes() / processesPerClient);
    double reached =
        Math.min(
            use.processes() * request / seconds,
            Math.min(busy * bandwidth, links * linkBytesPerSecond));
    if (use.shared() && use.writes()) {
      reached /= 1 + lockShare * Math.max(0, use.processes() - busy);
    }
    return Math.log(reached / (1 << 20)) / Math.log(2);
  }

  private double busy(AccessPattern use, double chunksOfRequest, double parallel, double holding) {
    if (!use.shared() || !use.sequential() && traits.randomShared() == RandomShared.ALL) {
      return holding;
    }
    if (!use.sequential() && traits.randomShared() == RandomShared.CHANCE) {
      return holding * (1 - Math.pow(1 - parallel / holding, use.processes()));
    }
    return Math.min(holding, parts(use.processes() * chunksOfRequest, 1));
  }

  /** Whole parts that hold all of it, at least one; a part in 10,000 too many is rounding. */
  private static double parts(double whole, double part) {
    return Math.max(1, Math.ceil(whole / part - 1e-4));
  }
}
