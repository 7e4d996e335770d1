package org.chunkopt.simulate;

/**
 * The law of a client window: each process keeps a limited number of bytes and of messages in
 * flight, and a port of the network loses packets when too many senders answer it at once (incast:
 * Phanishayee et al., FAST 2008).
 *
 * <p>A private sequential stream fills the window, any other access only its own request. The bytes
 * in flight are divided over the targets that answer; one turn takes the round trip, and on each
 * target the service of its messages and the transfer of its bytes. P processes add up until the
 * targets or the links are full. Beyond a tolerated number of senders to one port the throughput
 * falls with each further sender.
 *
 * <p>Assumptions: the messages of one turn are waited for together; a read meets incast at the
 * client node, a write at the target; a write smaller than the full stripe loses bandwidth in
 * proportion.
 *
 * @param roundTripSeconds of an empty message
 * @param serviceSeconds of a message at a target
 * @param windowBytes most bytes in flight of a process
 * @param windowMessages most messages in flight of a process
 * @param targetBytesPerSecond of a target
 * @param linkBytesPerSecond of a client
 * @param seekSeconds positioning of a random message, 0 on flash
 * @param toleratedSenders senders that a port can queue
 * @param incastLoss loss for as many senders again
 * @param fullStripeBytes stripe of the parity RAID under a target
 * @param smallWriteShare share of the bandwidth that is left to the smallest writes
 * @param sharingExponent loss of interleaved writes: a power of the writers of one chunk
 */
record Window(
    double roundTripSeconds,
    double serviceSeconds,
    double windowBytes,
    int windowMessages,
    double targetBytesPerSecond,
    double linkBytesPerSecond,
    double seekSeconds,
    double toleratedSenders,
    double incastLoss,
    long fullStripeBytes,
    double smallWriteShare,
    double sharingExponent)
    implements Physics {
  /** A flash pool. */
  static Window flash(Draws draws) {
    return new Window(
        draws.between(100e-6, 250e-6),
        draws.logBetween(15e-6, 80e-6),
        draws.logBetween(2e6, 12e6),
        4 + draws.below(13),
        draws.logBetween(400e6, 1_100e6),
        draws.logBetween(1.5e9, 3.5e9),
        0,
        draws.between(6, 16),
        draws.between(0.1, 0.4),
        256L << 10,
        draws.between(0.6, 0.9),
        draws.between(0.02, 0.12));
  }

  /** A pool of disks behind parity RAID. */
  static Window disks(Draws draws) {
    return new Window(
        draws.between(150e-6, 310e-6),
        draws.logBetween(100e-6, 500e-6),
        draws.logBetween(2e6, 8e6),
        4 + draws.below(13),
        draws.logBetween(100e6, 200e6),
        draws.logBetween(0.7e9, 1.2e9),
        draws.between(4e-3, 10e-3),
        draws.between(4, 12),
        draws.between(0.1, 0.4),
        1L << (20 + draws.below(2)),
        draws.between(0.35, 0.7),
        draws.between(0.05, 0.2));
  }

  @Override
  public long coalescedBytes() {
    return 1L << 20;
  }

  @Override
  public double bytesPerSecond(AccessContext x, long chunkBytes) {
    boolean stream = x.sequential() && !x.shared();
    double size = Math.max(1, x.sizeBytes());
    double asked =
        Math.min(size, stream ? Math.max(x.requestBytes(), windowBytes) : x.requestBytes());
    double message = Math.min(chunkBytes, asked);
    double inFlight = Math.min(asked, Math.min(windowBytes, windowMessages * message));
    int holding = Physics.targetsWithData(x, chunkBytes);
    double answering = Math.min(holding, StrictMath.ceil(inFlight / message));
    double ofTarget = inFlight / answering;
    double messages = Math.max(1, ofTarget / message);
    double bandwidth = targetBytesPerSecond;
    if (x.write() && message < fullStripeBytes) {
      bandwidth *= smallWriteShare + (1 - smallWriteShare) * message / fullStripeBytes;
    }
    double service = serviceSeconds + (x.sequential() ? 0 : seekSeconds);
    double turn = roundTripSeconds + messages * service + ofTarget / bandwidth;
    double alone = inFlight / Math.max(turn, inFlight / linkBytesPerSecond);
    double most = bandwidth / (1 + bandwidth * service / Math.min(message, ofTarget));
    double reached =
        Math.min(
            Math.min(x.processes() * alone, busy(x, chunkBytes, answering, holding) * most),
            Physics.clientNodes(x) * linkBytesPerSecond);
    double ofNode = Math.min(x.processes(), PROCESSES_PER_CLIENT);
    double senders = x.write() ? x.processes() * answering / holding : ofNode * answering;
    reached /= 1 + incastLoss * Math.max(0, senders / toleratedSenders - 1);
    if (x.write() && x.shared()) {
      double writers = Math.min(x.processes(), Math.max(1, chunkBytes / asked));
      reached *= StrictMath.pow(writers, -sharingExponent);
    }
    return reached;
  }

  private static double busy(AccessContext x, long chunkBytes, double answering, int holding) {
    double reach =
        x.shared() && x.sequential()
            ? StrictMath.ceil((double) x.processes() * x.requestBytes() / chunkBytes)
            : answering * StrictMath.pow(x.processes(), 0.75);
    return Math.min(holding, Math.max(1, reach));
  }
}
