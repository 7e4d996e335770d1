package org.chunkopt.evidence;

/** Cells of a history or of a benchmark, as the tests of the response model need them. */
final class Cells {
  /** One process that reads a file of 1 GiB in order from four targets, 4 MiB at a time. */
  static final AccessPattern READS = reads(1L << 30, 22, 4);

  private Cells() {}

  static AccessPattern reads(long sizeBytes, int requestOctave, int targets) {
    return new AccessPattern(sizeBytes, Math.pow(2, requestOctave), 1, targets, false, true, false);
  }

  /** A cell of the history with this many files, each of weight 1. */
  static Cell history(
      String directory, long uid, AccessPattern use, int position, double log2, long files) {
    return new Cell(
        "p", false, false, directory, uid, true, cohort(use), use, position, log2, files, files);
  }

  static Cell benchmark(String group, AccessPattern use, int position, double log2) {
    return new Cell("p", true, false, group, -1, true, cohort(use), use, position, log2, 1, 1);
  }

  /** A cell whose speed comes out of the inventory's times. */
  static Cell inventory(
      String directory, AccessPattern use, int position, double log2, long files) {
    return new Cell(
        "p", false, true, directory, 1, true, cohort(use), use, position, log2, files, files);
  }

  /** A cohort for each access pattern. */
  private static int cohort(AccessPattern use) {
    return use.hashCode() >>> 4;
  }
}
