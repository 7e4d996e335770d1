package org.chunkopt.simulate;

/**
 * The law of rounds: BeeGFS moves a request in rounds, one chunk message a target in parallel, and
 * waits for each round.
 *
 * <p>A request of r bytes touches k = ceil(r / c) chunks on kt = min(k, N) of the N = min(targets,
 * ceil(size / c)) targets that hold data, in R = ceil(k / kt) rounds, and takes R (a + f (kt - 1) +
 * seek) + (r / kt) / w, but no less than r / L. P processes reach min(P r / t, busy w, clients L),
 * where busy = min(N, ceil(P r / c)) for interleaved shared files and N for the rest.
 *
 * <p>Assumptions: requests are aligned to chunks; seek counts for random access only; a private
 * sequential stream coalesces to the client cache of 512 KiB; pieces below the full stripe divide
 * the write bandwidth of a target by the read-modify-write factor; N-1 writers lose a share of
 * their throughput for each process beyond the busy targets; eight processes share a client node.
 *
 * @param overheadSeconds a: of a chunk message
 * @param targetBytesPerSecond w: of a target
 * @param linkBytesPerSecond L: of a client
 * @param seekSeconds positioning of a random request, 0 on flash
 * @param fanOutSeconds f: for each extra target of a round
 * @param rewriteFactor rmw: on writes of pieces below the full stripe
 * @param fullStripeBytes stripe of the parity RAID under a target
 * @param lockShare lock: loss of N-1 writes for each process beyond the busy targets
 */
record Rounds(
    double overheadSeconds,
    double targetBytesPerSecond,
    double linkBytesPerSecond,
    double seekSeconds,
    double fanOutSeconds,
    double rewriteFactor,
    long fullStripeBytes,
    double lockShare)
    implements Physics {
  private static final long CLIENT_CACHE_BYTES = 512L << 10;

  /** A flash pool, within measured ranges. */
  static Rounds flash(Draws draws) {
    return new Rounds(
        draws.between(100e-6, 200e-6),
        draws.logBetween(400e6, 1_100e6),
        draws.logBetween(1.5e9, 3.5e9),
        0,
        draws.between(10e-6, 30e-6),
        draws.between(1.3, 1.8),
        256L << 10,
        draws.between(0, 0.05));
  }

  /** A pool of disks behind parity RAID, within measured ranges. */
  static Rounds disks(Draws draws) {
    return new Rounds(
        draws.between(150e-6, 310e-6),
        draws.logBetween(100e6, 200e6),
        draws.logBetween(0.7e9, 1.2e9),
        draws.between(4e-3, 10e-3),
        draws.between(20e-6, 50e-6),
        draws.between(1.5, 3),
        1L << (20 + draws.below(2)),
        draws.between(0.02, 0.1));
  }

  @Override
  public long coalescedBytes() {
    return CLIENT_CACHE_BYTES;
  }

  @Override
  public double bytesPerSecond(AccessContext x, long chunkBytes) {
    long request = Math.min(requestOnTheWire(x), Math.max(1, x.sizeBytes()));
    int holding = Physics.targetsWithData(x, chunkBytes);
    long chunks = Physics.ceilDiv(request, chunkBytes);
    long parallel = Math.min(chunks, holding);
    long rounds = Physics.ceilDiv(chunks, parallel);
    double bandwidth = targetBytesPerSecond;
    if (x.write() && Math.min(request, chunkBytes) < fullStripeBytes) {
      bandwidth /= rewriteFactor;
    }
    double positioning = x.sequential() ? 0 : seekSeconds;
    double seconds =
        rounds * (overheadSeconds + fanOutSeconds * (parallel - 1) + positioning)
            + (double) request / parallel / bandwidth;
    seconds = Math.max(seconds, request / linkBytesPerSecond);
    long busy =
        x.shared() && x.sequential()
            ? Math.min(holding, Physics.ceilDiv(x.processes() * request, chunkBytes))
            : holding;
    double clients = Physics.clientNodes(x);
    double reached =
        Math.min(
            x.processes() * request / seconds,
            Math.min(busy * bandwidth, clients * linkBytesPerSecond));
    boolean contended = x.shared() && x.write();
    return contended ? reached / (1 + lockShare * Math.max(0, x.processes() - busy)) : reached;
  }
}
