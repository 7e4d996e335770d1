package org.chunkopt.simulate;

/**
 * The law of message buffers: client and server move a message through a buffer of fixed size. What
 * fits is sent while it is read from or written to the disk; of a larger message the rest is sent
 * and stored one after the other, so that chunks beyond the buffer cost.
 *
 * <p>A request is cut into pieces of a chunk. A target works on its pieces one after another, and a
 * little of what a further piece needs is hidden behind the one before. If the pieces of all
 * processes need more buffers than a server has, they wait.
 *
 * <p>Assumptions: interleaved writers of one chunk wait for each other the longer the larger the
 * chunk is beside a record; interleaved processes hit targets by chance.
 *
 * @param overheadSeconds of a piece
 * @param bufferBytes of a message
 * @param sliceSeconds for each further buffer of a message
 * @param poolBytes buffers of a server for one file
 * @param waitExponent by how much throughput falls when they are too few
 * @param targetBytesPerSecond of a target
 * @param linkBytesPerSecond of a client
 * @param seekSeconds positioning of a random piece, 0 on flash
 * @param parityFactor on the bandwidth of writes below the full stripe
 * @param fullStripeBytes stripe of the parity RAID under a target
 * @param waitShare loss of interleaved writers
 */
record Buffers(
    double overheadSeconds,
    double bufferBytes,
    double sliceSeconds,
    double poolBytes,
    double waitExponent,
    double targetBytesPerSecond,
    double linkBytesPerSecond,
    double seekSeconds,
    double parityFactor,
    long fullStripeBytes,
    double waitShare)
    implements Physics {
  /** A flash pool. */
  static Buffers flash(Draws draws) {
    return new Buffers(
        draws.between(100e-6, 300e-6),
        (256L << 10) << draws.below(3),
        draws.logBetween(20e-6, 120e-6),
        draws.logBetween(8e6, 64e6),
        draws.between(0.1, 0.3),
        draws.logBetween(400e6, 1_100e6),
        draws.logBetween(1.5e9, 3.5e9),
        0,
        draws.between(0.6, 0.9),
        256L << 10,
        draws.between(0, 0.08));
  }

  /** A pool of disks behind parity RAID. */
  static Buffers disks(Draws draws) {
    return new Buffers(
        draws.between(150e-6, 310e-6),
        (512L << 10) << draws.below(3),
        draws.logBetween(100e-6, 600e-6),
        draws.logBetween(8e6, 64e6),
        draws.between(0.1, 0.3),
        draws.logBetween(100e6, 200e6),
        draws.logBetween(0.7e9, 1.2e9),
        draws.between(4e-3, 10e-3),
        draws.between(0.35, 0.7),
        1L << (20 + draws.below(2)),
        draws.between(0.02, 0.12));
  }

  @Override
  public long coalescedBytes() {
    return 512L << 10;
  }

  @Override
  public double bytesPerSecond(AccessContext x, long chunkBytes) {
    double request = Math.min(requestOnTheWire(x), Math.max(1, x.sizeBytes()));
    double piece = Math.min(request, chunkBytes);
    int holding = Physics.targetsWithData(x, chunkBytes);
    double used = Math.min(holding, StrictMath.ceil(request / chunkBytes));
    double bandwidth =
        x.write() && piece < fullStripeBytes
            ? targetBytesPerSecond * parityFactor
            : targetBytesPerSecond;
    double link = linkBytesPerSecond / used;
    double together = Math.min(piece, bufferBytes);
    double apart = piece - together;
    double moved = together / Math.min(bandwidth, link) + apart / bandwidth + apart / link;
    double slices = Math.max(1, piece / bufferBytes);
    double ofPiece = overheadSeconds + sliceSeconds * (slices - 1) + moved;
    ofPiece += x.sequential() ? 0 : seekSeconds;
    double pieces = Math.max(1, request / used / piece);
    double seconds = ofPiece * (1 + 0.85 * (pieces - 1));
    seconds = Math.max(seconds, request / linkBytesPerSecond);
    double stored = piece / bandwidth + (x.sequential() ? 0 : seekSeconds);
    stored += sliceSeconds * (slices - 1);
    double reached =
        Math.min(
            Math.min(
                x.processes() * request / seconds,
                busy(x, request / chunkBytes, holding) * piece / stored),
            Physics.clientNodes(x) * linkBytesPerSecond);
    double wanted = x.processes() * piece * used / holding;
    if (wanted > poolBytes) {
      reached *= StrictMath.pow(poolBytes / wanted, waitExponent);
    }
    if (x.shared() && x.write()) {
      double overlap = chunkBytes / (chunkBytes + request);
      reached /= 1 + waitShare * StrictMath.sqrt(x.processes() - 1.0) * overlap;
    }
    return reached;
  }

  private static double busy(AccessContext x, double chunks, int holding) {
    if (x.shared() && x.sequential()) {
      return Math.max(1, holding * (1 - StrictMath.exp(-x.processes() * chunks / holding)));
    }
    return holding;
  }
}
