package org.chunkopt.simulate;

/**
 * A law of several mechanisms at once, kept for the last test: credits, buffers of the network card
 * and a write log.
 *
 * <p>A client has credits for messages per target, not per process; its processes share them, so
 * that few targets mean few messages in flight. Messages up to a size are sent at once (eager), and
 * larger ones are announced first (rendezvous), which costs a further round trip but no copy. Each
 * target takes writes into a log of limited size in which adjacent pieces of a stream are joined,
 * and a long write beyond the log stalls; reads are served by a prefetcher that recognises a stream
 * only after some chunks on the same target.
 *
 * @param roundTripSeconds between client and target
 * @param copyBytesPerSecond of eager messages
 * @param eagerBytes largest eager message
 * @param credits messages in flight of a client node to a target
 * @param logBytes of a target for one file
 * @param stallShare share of the bandwidth beyond the log
 * @param recognition chunks before the prefetcher recognises a stream
 * @param startSeconds of a run at the device, paid until it is recognised
 * @param targetBytesPerSecond of a target
 * @param linkBytesPerSecond of a client
 * @param seekSeconds positioning of a random piece, 0 on flash
 * @param stripeBytes the log is emptied in pieces of this
 * @param handoverSeconds of a chunk from one writer to another
 */
record Composite(
    double roundTripSeconds,
    double copyBytesPerSecond,
    double eagerBytes,
    int credits,
    double logBytes,
    double stallShare,
    double recognition,
    double startSeconds,
    double targetBytesPerSecond,
    double linkBytesPerSecond,
    double seekSeconds,
    double stripeBytes,
    double handoverSeconds)
    implements Physics {
  /** A flash pool. */
  static Composite flash(Draws draws) {
    return new Composite(
        draws.between(60e-6, 150e-6),
        draws.logBetween(2e9, 6e9),
        (64L << 10) << draws.below(4),
        2 + draws.below(7),
        draws.logBetween(4e6, 128e6),
        draws.between(0.5, 0.85),
        draws.between(1, 6),
        draws.logBetween(60e-6, 200e-6),
        draws.logBetween(400e6, 1_100e6),
        draws.logBetween(1.5e9, 3.5e9),
        0,
        256 << 10,
        draws.logBetween(5e-6, 60e-6));
  }

  /** A pool of disks behind parity RAID. */
  static Composite disks(Draws draws) {
    return new Composite(
        draws.between(100e-6, 250e-6),
        draws.logBetween(1.5e9, 4e9),
        (64L << 10) << draws.below(4),
        2 + draws.below(7),
        draws.logBetween(4e6, 128e6),
        draws.between(0.3, 0.7),
        draws.between(1, 6),
        draws.logBetween(1e-3, 5e-3),
        draws.logBetween(100e6, 200e6),
        draws.logBetween(0.7e9, 1.2e9),
        draws.between(4e-3, 10e-3),
        1L << (20 + draws.below(2)),
        draws.logBetween(50e-6, 500e-6));
  }

  @Override
  public long coalescedBytes() {
    return 1L << 20;
  }

  @Override
  public double bytesPerSecond(AccessContext x, long chunkBytes) {
    double size = Math.max(1, x.sizeBytes());
    double request = Math.min(requestOnTheWire(x), size);
    double message = Math.min(request, chunkBytes);
    int holding = Physics.targetsWithData(x, chunkBytes);
    double ofNode = Math.min(x.processes(), PROCESSES_PER_CLIENT);
    double wanted = Math.min(holding, StrictMath.ceil(request / chunkBytes));
    boolean eager = message <= eagerBytes;
    double sending = eager ? roundTripSeconds + message / copyBytesPerSecond : 2 * roundTripSeconds;
    double device = device(x, chunkBytes, message, size, holding);
    double ofMessage = sending + device;
    // A node's processes share the credits of the targets they reach together.
    double reach = Math.min(holding, Math.max(wanted, together(x, request, chunkBytes)));
    double inFlight = Math.min(credits * reach, ofNode * StrictMath.ceil(request / message));
    double ofNodePerSecond = inFlight * message / ofMessage;
    double nodes = Physics.clientNodes(x);
    double ofClients = nodes * Math.min(linkBytesPerSecond, ofNodePerSecond);
    double ofTargets = reach * message / device;
    // Two limits that are met by chance together: the harmonic mean of order three.
    double reached =
        StrictMath.pow(StrictMath.pow(ofClients, -3) + StrictMath.pow(ofTargets, -3), -1.0 / 3);
    return Math.min(reached, holding * targetBytesPerSecond);
  }

  /** Seconds that a target's device is busy with a message. */
  private double device(
      AccessContext x, long chunkBytes, double message, double size, int holding) {
    double bandwidth = targetBytesPerSecond;
    double start = 0;
    if (x.write()) {
      double ofTarget = size / holding;
      double logged = Math.min(1, logBytes / ofTarget);
      double emptied =
          x.sequential() ? Math.max(message, Math.min(chunkBytes, 4 * message)) : message;
      double whole = Math.min(1, emptied / stripeBytes);
      double beyond = stallShare * (0.5 + 0.5 * whole);
      bandwidth /= logged + (1 - logged) / beyond;
      if (x.shared()) {
        double writers = Math.min(x.processes(), Math.max(1, chunkBytes / message));
        start += handoverSeconds * (writers - 1) / writers;
      }
    } else if (x.sequential()) {
      double runs = Math.max(1, size / holding / chunkBytes);
      double unrecognised = Math.min(1, recognition / runs);
      double piecesOfChunk = Math.max(1, chunkBytes / message);
      start += startSeconds * (0.2 + 0.8 * unrecognised) / piecesOfChunk;
    }
    start += x.sequential() ? 0 : seekSeconds;
    return start + message / bandwidth;
  }

  private static double together(AccessContext x, double request, long chunkBytes) {
    return x.shared() && x.sequential()
        ? StrictMath.ceil(x.processes() * request / chunkBytes)
        : StrictMath.ceil(request / chunkBytes) * x.processes();
  }
}
