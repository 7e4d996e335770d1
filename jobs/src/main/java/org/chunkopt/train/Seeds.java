package org.chunkopt.train;

/** Seeds that follow from other seeds. */
final class Seeds {
  private Seeds() {}

  /** A seed for the index, unlike those of its neighbours (the finaliser of SplitMix64). */
  static long mix(long seed, long index) {
    long z = seed + (index + 1) * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
