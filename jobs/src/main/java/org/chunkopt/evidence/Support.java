package org.chunkopt.evidence;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chunkopt.beegfs.ChunkSize;

/**
 * How often the history of a pool has seen each chunk size in each kind of use: same direction,
 * order and sharing, similar request, similar number of targets.
 */
final class Support {
  private static final int ARMS = ChunkSize.CANDIDATES.size();

  /** Octaves of the request within which a benchmark cell speaks for a use. */
  private static final int SWEEP_REACH = 2;

  /** Directories as which a benchmark cell counts: it sets the chunk size itself. */
  private static final double SWEEP_DIRECTORIES = 200;

  private record Kind(int access, int targetClass, int requestOctave) {
    static Kind of(AccessPattern use) {
      int targetClass = use.targets() == 1 ? 0 : use.targets() < 4 ? 1 : 2;
      return new Kind(
          use.kind(), targetClass, (int) Math.round(AccessPattern.log2(use.requestBytes())));
    }

    Kind atRequest(int octave) {
      return new Kind(access, targetClass, octave);
    }
  }

  private static final class Seen {
    final double[] files = new double[ARMS];
    final double[] directories = new double[ARMS];
    final double[] swept = new double[ARMS];
    final boolean[][] changed = new boolean[ARMS][ARMS];
  }

  private final Map<Kind, Seen> seen = new HashMap<>();
  private final int minFiles;
  private final int minDirectories;

  private Support(int minFiles, int minDirectories) {
    this.minFiles = minFiles;
    this.minDirectories = minDirectories;
  }

  /**
   * Counts.
   *
   * @param minFiles files of a chunk size that count as measured
   * @param minDirectories directories that hold them, at least
   */
  static Support of(int minFiles, int minDirectories, List<Cell> cells) {
    record Place(Kind kind, int position, String directory) {}
    record Changing(Kind kind, String directory, int cohort) {}
    Support support = new Support(minFiles, minDirectories);
    Set<Place> counted = new HashSet<>();
    Map<Changing, Set<Integer>> changes = new HashMap<>();
    for (Cell cell : history(cells)) {
      Kind kind = Kind.of(cell.use());
      int position = cell.use().effective(cell.position());
      Seen at = support.seen.computeIfAbsent(kind, k -> new Seen());
      if (cell.sweep()) {
        at.swept[position] = 1;
        continue;
      }
      at.files[position] += cell.files();
      if (counted.add(new Place(kind, position, cell.directory()))) {
        at.directories[position]++;
      }
      Set<Integer> sizes =
          changes.computeIfAbsent(
              new Changing(kind, cell.directory(), cell.cohort()), k -> new HashSet<>());
      for (int other : sizes) {
        at.changed[other][position] = true;
        at.changed[position][other] = true;
      }
      sizes.add(position);
    }
    return support;
  }

  /**
   * The cells that can tell a directory's speed: those out of the inventory's times only where
   * there are no others, for other writers blur them.
   */
  static List<Cell> history(List<Cell> cells) {
    boolean logged = cells.stream().anyMatch(c -> !c.sweep() && !c.inventory());
    return logged ? cells.stream().filter(c -> !c.inventory()).toList() : cells;
  }

  /**
   * How little the history knows of a chunk size in a use, from 1 (never seen) towards 0: 1 / (1 +
   * d / 2), where d counts directories, those an octave away (of request or chunk size) by half.
   */
  double ignorance(AccessPattern use, int position) {
    return 1 / (1 + directories(use, position) / 2);
  }

  /** The same without one directory: the one that is judged by it. */
  double ignoranceWithout(AccessPattern use, int position) {
    return 1 / (1 + Math.max(0, directories(use, position) - 1) / 2);
  }

  private double directories(AccessPattern use, int position) {
    Kind kind = Kind.of(use);
    int at = use.effective(position);
    double sum = 0;
    double swept = 0;
    for (int step = -SWEEP_REACH; step <= SWEEP_REACH; step++) {
      Seen here = seen.get(kind.atRequest(kind.requestOctave() + step));
      if (here == null) {
        continue;
      }
      double near = step == 0 ? 1 : Math.abs(step) == 1 ? 0.5 : 0;
      for (int p = Math.max(0, at - 1); p <= Math.min(ARMS - 1, at + 1); p++) {
        sum += here.directories[p] * near * (p == at ? 1 : 0.5);
      }
      swept = Math.max(swept, here.swept[at] * SWEEP_DIRECTORIES / (1 + Math.abs(step)));
    }
    return sum + swept;
  }

  /** What speaks for a change in this use. */
  Tier tier(AccessPattern use, int from, int to) {
    int before = use.effective(from);
    int after = use.effective(to);
    if (measured(use, before) && measured(use, after)) {
      return Tier.MEASURED;
    }
    Seen own = seen.get(Kind.of(use));
    return own != null && own.changed[before][after] ? Tier.CHANGED : Tier.PREDICTED;
  }

  private boolean measured(AccessPattern use, int position) {
    Kind kind = Kind.of(use);
    Seen own = seen.get(kind);
    if (own != null
        && own.files[position] >= minFiles
        && own.directories[position] >= minDirectories) {
      return true;
    }
    for (int step = -SWEEP_REACH; step <= SWEEP_REACH; step++) {
      Seen near = seen.get(kind.atRequest(kind.requestOctave() + step));
      if (near != null && near.swept[position] > 0) {
        return true;
      }
    }
    return false;
  }
}
