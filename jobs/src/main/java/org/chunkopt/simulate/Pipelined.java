package org.chunkopt.simulate;

/**
 * The law of pipelines: a client keeps up to d chunk messages in flight for each process and waits
 * for no round, and a target serves one message at a time. It shares no formula with the law of
 * rounds, so that what is learnt under one can be tried on the other.
 *
 * <p>A request of r bytes is m = r / c messages, of at least one, on kt = min(ceil(m), N) of the N
 * targets with data. It occupies targets for W = m s + S + r / w' seconds, where S, for random
 * access only, is a seek for each of the kt targets and a share of one for each further message. A
 * lone process needs a max(1, m / d) + W / kt seconds and no less than r / L. P processes reach
 * min(P r / t, busy r / W, clients L): however many there are, targets spend W on each request.
 *
 * <p>busy = min(N, ceil(P r / c)) for records interleaved in a shared file, and N (1 - (1 - kt /
 * N)^P) for the rest, which hit targets by chance.
 *
 * <p>Assumptions: interleaved records lie behind a header, so that a request touches one chunk
 * more; other requests are aligned; a private sequential stream is read ahead and written behind in
 * pieces of the read-ahead; writes of pieces below the full stripe reach a power of their share of
 * it; writers whose records lie in the same chunk wait for each other; eight processes share a
 * client node.
 *
 * @param overheadSeconds a: of a message at the client
 * @param depth d: messages in flight
 * @param serviceSeconds s: of a message at a target
 * @param targetBytesPerSecond w: of a target
 * @param linkBytesPerSecond L: of a client
 * @param seekSeconds positioning for a random request, 0 on flash
 * @param seekShare share of it that a further message of the request needs on the same target
 * @param readAheadBytes to which the client gathers private sequential requests
 * @param fullStripeBytes stripe of the parity RAID under a target
 * @param rewriteExponent gamma: w' = w min(1, piece / full stripe)^gamma for writes
 * @param lockShare loss of interleaved writes for each other writer in a chunk
 */
record Pipelined(
    double overheadSeconds,
    int depth,
    double serviceSeconds,
    double targetBytesPerSecond,
    double linkBytesPerSecond,
    double seekSeconds,
    double seekShare,
    long readAheadBytes,
    long fullStripeBytes,
    double rewriteExponent,
    double lockShare)
    implements Physics {
  /** A flash pool. */
  static Pipelined flash(Draws draws) {
    return new Pipelined(
        draws.between(100e-6, 300e-6),
        4 + draws.below(13),
        draws.logBetween(20e-6, 200e-6),
        draws.logBetween(400e6, 1_100e6),
        draws.logBetween(1.5e9, 3.5e9),
        0,
        0,
        readAhead(draws),
        256L << 10,
        draws.between(0.1, 0.3),
        draws.between(0, 0.05));
  }

  /** A pool of disks behind parity RAID. */
  static Pipelined disks(Draws draws) {
    return new Pipelined(
        draws.between(100e-6, 300e-6),
        4 + draws.below(13),
        draws.logBetween(100e-6, 400e-6),
        draws.logBetween(100e6, 200e6),
        draws.logBetween(0.7e9, 1.2e9),
        draws.between(4e-3, 10e-3),
        draws.between(0.05, 0.3),
        readAhead(draws),
        1L << (20 + draws.below(2)),
        draws.between(0.2, 0.5),
        draws.between(0.02, 0.1));
  }

  private static long readAhead(Draws draws) {
    return (256L << 10) << draws.below(4);
  }

  @Override
  public long coalescedBytes() {
    return readAheadBytes;
  }

  @Override
  public double bytesPerSecond(AccessContext x, long chunkBytes) {
    double request = Math.min(requestOnTheWire(x), Math.max(1, x.sizeBytes()));
    int holding = Physics.targetsWithData(x, chunkBytes);
    boolean interleaved = x.shared() && x.sequential();
    double aligned = Math.max(1, request / chunkBytes);
    double messages = interleaved && holding > 1 ? request / chunkBytes + 1 : aligned;
    double used = Math.min(StrictMath.ceil(messages), holding);
    double piece = Math.min(request, chunkBytes);
    double bandwidth = targetBytesPerSecond;
    if (x.write() && piece < fullStripeBytes) {
      bandwidth *= StrictMath.pow(piece / fullStripeBytes, rewriteExponent);
    }
    double positioning =
        x.sequential() ? 0 : seekSeconds * (used + seekShare * Math.max(0, messages - used));
    double occupied = messages * serviceSeconds + positioning + request / bandwidth;
    double seconds = overheadSeconds * Math.max(1, messages / depth) + occupied / used;
    seconds = Math.max(seconds, request / linkBytesPerSecond);
    double clients = Physics.clientNodes(x);
    double busy = busy(x, interleaved, request / chunkBytes, used, holding);
    double reached =
        Math.min(
            x.processes() * request / seconds,
            Math.min(busy * request / occupied, clients * linkBytesPerSecond));
    double others = Math.min(x.processes(), Math.max(1, chunkBytes / request)) - 1;
    return interleaved && x.write() ? reached / (1 + lockShare * others) : reached;
  }

  private static double busy(
      AccessContext x, boolean interleaved, double chunksOfRequest, double used, int holding) {
    if (interleaved) {
      return Math.min(holding, Math.max(1, StrictMath.ceil(x.processes() * chunksOfRequest)));
    }
    return holding * (1 - StrictMath.pow(1 - used / holding, x.processes()));
  }
}
