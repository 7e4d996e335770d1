package org.chunkopt.simulate;

import java.io.Serializable;
import java.util.Arrays;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.settings.Settings;

/**
 * How the chunk size that the inventory lists for a file relates to the one it was served with, and
 * what therefore is true of it.
 *
 * <p>Usually both are what the pattern of its directory said. Under the control {@code
 * never-applied} the pattern is listed, and every file was served with 512 KiB. Under {@code
 * permuted} the pattern is served, and the chunk size of another file of the site is listed, drawn
 * with replacement; directories list their own pattern.
 *
 * <p>The truth answers what a file would reach if another chunk size were listed for it, since that
 * is all that a recommendation could change. Under both controls the answer is what it reaches
 * anyway: its truth is flat, every advice is harmless and without gain, and a gain that is promised
 * is false. Sweeps follow suit: the eight chunk sizes of a load are served as 512 KiB, or as one
 * another.
 *
 * @param others log2 KiB of the chunk sizes of files of the site; empty unless permuted
 */
record Listing(Settings.Control control, byte[] others) implements Serializable {
  private static final int SAMPLED_PROJECTS = 64;

  Listing(Settings.Control control) {
    this(control, new byte[0]);
  }

  /** The listing of a site whose files are drawn under another: all of them, or a sample. */
  Listing sampled(Site site) {
    byte[] sizes = new byte[SAMPLED_PROJECTS * Project.FILES];
    int count = 0;
    long projects = Project.count(site);
    Draws draws = Draws.of(site.seed(), Draws.Topic.LISTING, -1);
    for (int i = 0; i < Math.min(SAMPLED_PROJECTS, projects); i++) {
      long project = projects <= SAMPLED_PROJECTS ? i : (long) (draws.uniform() * projects);
      for (SimulatedFile file : Project.of(site, project).files(site)) {
        sizes[count++] = (byte) new ChunkSize(file.chunkBytes()).log2Kib();
      }
    }
    return new Listing(control, Arrays.copyOf(sizes, count));
  }

  /** Chunk size in effect where a pattern says {@code chunkBytes}. */
  long served(long chunkBytes) {
    return control == Settings.Control.NEVER_APPLIED ? ChunkSize.DEFAULT.bytes() : chunkBytes;
  }

  /** Chunk size that the inventory lists for a file whose pattern said {@code chunkBytes}. */
  long listed(long seed, long file, long chunkBytes) {
    return others.length == 0
        ? chunkBytes
        : 1024L << others[Draws.of(seed, Draws.Topic.LISTING, file).below(others.length)];
  }

  /** Whether what is listed has nothing to do with what was served. */
  boolean isSevered() {
    return control == Settings.Control.NEVER_APPLIED || control == Settings.Control.PERMUTED;
  }

  /** For each candidate, the index of the candidate whose throughput a sweep measures. */
  int[] swept(Draws draws) {
    int[] served = new int[ChunkSize.CANDIDATES.size()];
    int[] order = draws.order(served.length);
    for (int i = 0; i < served.length; i++) {
      int own = control == Settings.Control.PERMUTED ? order[i] : i;
      served[i] =
          ChunkSize.CANDIDATES.indexOf(
              new ChunkSize(served(ChunkSize.CANDIDATES.get(own).bytes())));
    }
    return served;
  }
}
