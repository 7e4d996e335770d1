package org.chunkopt.simulate;

/**
 * The law of merged requests: the kernels of the servers join adjacent requests of sequential
 * streams up to a limit, so that small chunks cost the disks little as long as a stream goes in
 * order. Random requests are never joined, and each of their pieces pays in full.
 *
 * <p>The cost of a byte is the sum of three: the client's handling of messages, the link, and the
 * disk's positioning over the bytes of a joined request with the transfer. A process waits for the
 * three one after another; the targets it uses share the last.
 *
 * <p>Assumptions: a client has a fixed number of messages outstanding, which are what can be
 * joined; more streams on a target leave less of each to join; disks position for every joined
 * request once several streams alternate.
 *
 * @param messageSeconds handling of a message at the client
 * @param outstanding messages of a sequential stream at once
 * @param limitBytes largest joined request
 * @param crowding power of the streams by which less can be joined
 * @param requestSeconds of a joined request at the device
 * @param seekSeconds positioning, 0 on flash
 * @param targetBytesPerSecond of a target
 * @param linkBytesPerSecond of a client
 * @param parityBytes joined writes below this size read parity first
 * @param parityCost further transfers of such a write, in its own size
 * @param lockSeconds that an interleaved write waits for each other writer of its chunk
 */
record Merging(
    double messageSeconds,
    int outstanding,
    double limitBytes,
    double crowding,
    double requestSeconds,
    double seekSeconds,
    double targetBytesPerSecond,
    double linkBytesPerSecond,
    double parityBytes,
    double parityCost,
    double lockSeconds)
    implements Physics {
  private static final long GATHERED = 512L << 10;

  /** A flash pool. */
  static Merging flash(Draws draws) {
    return new Merging(
        draws.between(60e-6, 180e-6),
        4 + draws.below(9),
        (512L << 10) << draws.below(3),
        draws.between(0.2, 0.7),
        draws.logBetween(40e-6, 120e-6),
        0,
        draws.logBetween(400e6, 1_100e6),
        draws.logBetween(1.5e9, 3.5e9),
        256 << 10,
        draws.between(0.1, 0.5),
        draws.logBetween(2e-6, 20e-6));
  }

  /** A pool of disks behind parity RAID. */
  static Merging disks(Draws draws) {
    return new Merging(
        draws.between(100e-6, 250e-6),
        4 + draws.below(9),
        (512L << 10) << draws.below(3),
        draws.between(0.2, 0.7),
        draws.logBetween(100e-6, 400e-6),
        draws.between(4e-3, 10e-3),
        draws.logBetween(100e6, 200e6),
        draws.logBetween(0.7e9, 1.2e9),
        1L << (20 + draws.below(2)),
        draws.between(0.3, 1.5),
        draws.logBetween(20e-6, 200e-6));
  }

  @Override
  public long coalescedBytes() {
    return GATHERED;
  }

  @Override
  public double bytesPerSecond(AccessContext x, long chunkBytes) {
    double request = Math.min(requestOnTheWire(x), Math.max(1, x.sizeBytes()));
    double piece = Math.min(request, chunkBytes);
    int holding = Physics.targetsWithData(x, chunkBytes);
    boolean stream = x.sequential() && !x.shared();
    double reach = stream ? outstanding * piece / chunkBytes : request / chunkBytes;
    double used = Math.min(holding, Math.max(1, reach));
    double streams = x.shared() ? 1 : Math.max(1, x.processes() * used / holding);
    double joined = piece;
    if (x.sequential()) {
      double waiting = x.shared() ? x.processes() * piece / 2 : outstanding * piece;
      double left = waiting / used * StrictMath.pow(streams, -crowding);
      joined = Math.max(piece, Math.min(limitBytes, left));
    }
    double position =
        requestSeconds + seekSeconds * (x.sequential() ? 0.25 * (1 - 1 / streams) : 1);
    double transfers = x.write() && joined < parityBytes ? 1 + parityCost : 1;
    double ofDisk = position / joined + transfers / targetBytesPerSecond;
    double ofMessage = messageSeconds / piece;
    if (x.shared() && x.write()) {
      double writers = Math.min(x.processes(), Math.max(1, chunkBytes / request));
      ofDisk += lockSeconds * (writers - 1) / piece;
    }
    double alone = 1 / (ofMessage + 1 / linkBytesPerSecond + ofDisk / used);
    double busy =
        x.shared() && x.sequential()
            ? Math.min(holding, Math.max(1, x.processes() * request / chunkBytes))
            : holding;
    return Math.min(
        Math.min(x.processes() * alone, busy / ofDisk),
        Physics.clientNodes(x) * linkBytesPerSecond);
  }
}
