package org.chunkopt.simulate;

/**
 * The law of caches on the targets: each target absorbs what fits into its cache at a multiple of
 * its speed, and serves the rest from the medium, which works best on long runs in one place.
 *
 * <p>Large chunks give long runs, but leave a file on fewer targets, each of which must absorb more
 * of it. The share that is absorbed is the room over the room and the file's bytes on the target.
 *
 * <p>Assumptions: private files of several processes share the room; a process keeps a few pieces
 * in flight; interleaved writes make targets write their cache back early.
 *
 * @param overheadSeconds of a piece
 * @param piecesInFlight of a process
 * @param cacheBytes of a target for one application
 * @param speedUp of the cache over the medium
 * @param runBytes length of a run at which the medium reaches half of its gain
 * @param scatteredShare speed of the medium on the shortest runs, as a share
 * @param targetBytesPerSecond of the medium of a target
 * @param linkBytesPerSecond of a client
 * @param seekSeconds positioning of a random piece that is not in the cache, 0 on flash
 * @param writeBackLoss share of the room that is lost for each further writer of a chunk
 */
record TargetCache(
    double overheadSeconds,
    double piecesInFlight,
    double cacheBytes,
    double speedUp,
    double runBytes,
    double scatteredShare,
    double targetBytesPerSecond,
    double linkBytesPerSecond,
    double seekSeconds,
    double writeBackLoss)
    implements Physics {
  /** A flash pool. */
  static TargetCache flash(Draws draws) {
    return new TargetCache(
        draws.between(100e-6, 250e-6),
        draws.between(1, 4),
        draws.logBetween(32e6, 512e6),
        draws.between(1.3, 2.2),
        draws.logBetween(64e3, 512e3),
        draws.between(0.5, 0.85),
        draws.logBetween(400e6, 1_100e6),
        draws.logBetween(1.5e9, 3.5e9),
        0,
        draws.between(0, 0.1));
  }

  /** A pool of disks behind parity RAID. */
  static TargetCache disks(Draws draws) {
    return new TargetCache(
        draws.between(150e-6, 310e-6),
        draws.between(1, 4),
        draws.logBetween(32e6, 512e6),
        draws.between(1.5, 4),
        draws.logBetween(256e3, 2e6),
        draws.between(0.25, 0.6),
        draws.logBetween(100e6, 200e6),
        draws.logBetween(0.7e9, 1.2e9),
        draws.between(4e-3, 10e-3),
        draws.between(0.02, 0.2));
  }

  @Override
  public long coalescedBytes() {
    return 512L << 10;
  }

  @Override
  public double bytesPerSecond(AccessContext x, long chunkBytes) {
    double size = Math.max(1, x.sizeBytes());
    double request = Math.min(requestOnTheWire(x), size);
    double piece = Math.min(request, chunkBytes);
    int holding = Physics.targetsWithData(x, chunkBytes);
    double room = cacheBytes / (x.shared() ? 1 : x.processes());
    if (x.shared() && x.write()) {
      double writers = Math.min(x.processes(), Math.max(1, chunkBytes / request));
      room /= 1 + writeBackLoss * (writers - 1);
    }
    double absorbed = room / (room + size / holding);
    double run = x.sequential() ? Math.min(chunkBytes, size) : piece;
    double local = scatteredShare + (1 - scatteredShare) * run / (run + runBytes);
    double missed = 1 / (targetBytesPerSecond * local);
    missed += x.sequential() ? 0 : seekSeconds / piece;
    double ofByte = absorbed / (targetBytesPerSecond * speedUp) + (1 - absorbed) * missed;
    double inFlight = x.sequential() && !x.shared() ? piecesInFlight * request : request;
    double used = Math.min(holding, Math.max(1, inFlight / chunkBytes));
    double seconds =
        overheadSeconds * Math.max(1, request / piece / used) + request * ofByte / used;
    double alone = Math.min(request / seconds, linkBytesPerSecond);
    double busy =
        x.shared() && x.sequential()
            ? Math.min(holding, Math.max(1, x.processes() * request / chunkBytes))
            : holding;
    double all = Math.min(busy / ofByte, Physics.clientNodes(x) * linkBytesPerSecond);
    // Processes queue smoothly rather than stop at the limit: a norm of order four.
    double wanted = x.processes() * alone;
    return wanted / StrictMath.pow(1 + StrictMath.pow(wanted / all, 4), 0.25);
  }
}
