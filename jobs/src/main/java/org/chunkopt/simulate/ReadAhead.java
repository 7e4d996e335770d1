package org.chunkopt.simulate;

/**
 * The law of a read-ahead (and write-behind) that follows the chunk size of the file: a private
 * sequential stream moves pieces of a few chunks, whatever its own requests are.
 *
 * <p>While one piece is moved by the targets, the client handles the chunks of the next; only a
 * share of the shorter of the two remains visible, and the whole of the first piece of a file. A
 * random read is followed by a read-ahead that nobody needs, which larger chunks make longer. Many
 * streams with long pieces push each other out of the servers' memory.
 *
 * <p>Assumptions: a piece has a least and a most size; interleaved records of a shared file are
 * neither read ahead nor gathered.
 *
 * @param requestSeconds of a piece, once
 * @param chunkSeconds of each chunk of a piece at the client
 * @param chunksAhead chunks of a piece
 * @param leastBytes smallest piece
 * @param mostBytes largest piece
 * @param visibleShare share of the shorter part of the work that does not overlap
 * @param wastedShare share of a piece that is read in vain after a random read
 * @param memoryBytes of a server for the pieces of one file's readers and writers
 * @param crowdingLoss loss for each doubling beyond that memory
 * @param targetBytesPerSecond of a target
 * @param linkBytesPerSecond of a client
 * @param seekSeconds positioning for a random chunk, 0 on flash
 * @param fullStripeBytes stripe of the parity RAID under a target
 * @param rewriteLoss loss of a write for each halving below the full stripe
 * @param conflictLoss loss of interleaved writes for each doubling of the writers of a chunk
 */
record ReadAhead(
    double requestSeconds,
    double chunkSeconds,
    double chunksAhead,
    double leastBytes,
    double mostBytes,
    double visibleShare,
    double wastedShare,
    double memoryBytes,
    double crowdingLoss,
    double targetBytesPerSecond,
    double linkBytesPerSecond,
    double seekSeconds,
    long fullStripeBytes,
    double rewriteLoss,
    double conflictLoss)
    implements Physics {
  /** A flash pool. */
  static ReadAhead flash(Draws draws) {
    return new ReadAhead(
        draws.between(100e-6, 250e-6),
        draws.logBetween(20e-6, 90e-6),
        draws.between(1, 5),
        128 << 10,
        draws.logBetween(2e6, 16e6),
        draws.between(0.1, 0.5),
        draws.between(0.02, 0.15),
        draws.logBetween(8e6, 64e6),
        draws.between(0.05, 0.25),
        draws.logBetween(400e6, 1_100e6),
        draws.logBetween(1.5e9, 3.5e9),
        0,
        256L << 10,
        draws.between(0.05, 0.2),
        draws.between(0, 0.15));
  }

  /** A pool of disks behind parity RAID. */
  static ReadAhead disks(Draws draws) {
    return new ReadAhead(
        draws.between(150e-6, 400e-6),
        draws.logBetween(100e-6, 400e-6),
        draws.between(1, 5),
        128 << 10,
        draws.logBetween(2e6, 16e6),
        draws.between(0.2, 0.7),
        draws.between(0.05, 0.3),
        draws.logBetween(8e6, 64e6),
        draws.between(0.1, 0.4),
        draws.logBetween(100e6, 200e6),
        draws.logBetween(0.7e9, 1.2e9),
        draws.between(4e-3, 10e-3),
        1L << (20 + draws.below(2)),
        draws.between(0.1, 0.35),
        draws.between(0.05, 0.25));
  }

  @Override
  public long coalescedBytes() {
    return 512L << 10;
  }

  @Override
  public double bytesPerSecond(AccessContext x, long chunkBytes) {
    boolean stream = x.sequential() && !x.shared();
    double size = Math.max(1, x.sizeBytes());
    double ahead = Math.max(leastBytes, Math.min(mostBytes, chunksAhead * chunkBytes));
    double request = Math.min(size, x.requestBytes());
    double piece = stream ? Math.min(size, Math.max(request, ahead)) : request;
    double chunks = Math.max(1, piece / chunkBytes);
    double used = Math.min(chunks, Physics.targetsWithData(x, chunkBytes));
    double bandwidth = bandwidth(x, Math.min(piece, chunkBytes));
    if (stream) {
      double held = x.processes() * ahead / memoryBytes;
      bandwidth /= 1 + crowdingLoss * Math.max(0, log2(held));
    }
    double handling = requestSeconds + chunkSeconds * chunks;
    double moving = piece / (used * bandwidth);
    double seconds = handling + moving;
    if (stream) {
      double shorter = Math.min(handling, moving);
      double first = shorter * (1 - visibleShare) * piece / size;
      seconds = Math.max(handling, moving) + visibleShare * shorter + first;
    } else if (!x.sequential()) {
      seconds += seekSeconds * (1 + 0.15 * (chunks - 1));
      seconds += x.write() ? 0 : wastedShare * Math.min(ahead, size) / bandwidth;
    }
    double alone = Math.min(piece / seconds, linkBytesPerSecond);
    double most = busy(x, chunkBytes, used) * bandwidth;
    if (!x.sequential()) {
      most /= 1 + bandwidth * seekSeconds / Math.min(piece, chunkBytes);
    }
    double reached =
        Math.min(
            Math.min(x.processes() * alone, most), Physics.clientNodes(x) * linkBytesPerSecond);
    if (x.shared() && x.write()) {
      double writers = Math.min(x.processes(), Math.max(1, chunkBytes / request));
      reached /= 1 + conflictLoss * log2(writers);
    }
    return reached;
  }

  private double bandwidth(AccessContext x, double piece) {
    double halvings = x.write() ? Math.max(0, log2(fullStripeBytes / piece)) : 0;
    return targetBytesPerSecond / (1 + rewriteLoss * Math.min(4, halvings));
  }

  private static double busy(AccessContext x, long chunkBytes, double used) {
    int holding = Physics.targetsWithData(x, chunkBytes);
    double reach =
        x.shared() && x.sequential()
            ? (double) x.processes() * x.requestBytes() / chunkBytes
            : used * x.processes();
    return Math.min(holding, Math.max(1, reach));
  }

  private static double log2(double value) {
    return StrictMath.log(value) / StrictMath.log(2);
  }
}
