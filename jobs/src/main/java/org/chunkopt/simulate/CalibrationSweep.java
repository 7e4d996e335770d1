package org.chunkopt.simulate;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.chunkopt.beegfs.ChunkSize;

/**
 * A benchmark that really sets the chunk size, on a scratch directory: loads ("cells") of each
 * pool, every one measured at the eight candidates in an order of chance, three seconds each.
 *
 * <p>The cells are a quarter of the full grid of requests, processes, private or shared, targets,
 * random or sequential, read or write. Requests, layouts (processes with sharing) and targets are
 * crossed completely; which of the four directions (random or not, write or not) a cell gets
 * follows from the sum of its levels, so that each occurs equally often, but for one cell.
 *
 * <p>Assumptions: the sweep runs bit by bit in quiet minutes of the whole window, past page caches;
 * what it moves is too little to show in the metrics; the servers drift by a percent from one
 * measurement to the next beside their effect of the hour.
 */
final class CalibrationSweep {
  static final String HEADER =
      "path,group,file_size_bytes,chunk_bytes,num_targets,target_ids,request_bytes,read_share,"
          + "sequential_share,processes,shared,throughput_mib_s,observed_at,source\n";

  private static final long[] REQUESTS = {64L << 10, 256L << 10, 1L << 20, 4L << 20, 16L << 20};
  private static final int DIRECTIONS = 4;
  private static final int MEASUREMENT_SECONDS = 3;
  private static final int CELL_SECONDS = MEASUREMENT_SECONDS * ChunkSize.CANDIDATES.size();
  private static final double DRIFT_SD = 0.01;

  /** Processes, and whether they share one file: a single one cannot. */
  private record Layout(int processes, boolean shared) {}

  private static final List<Layout> LAYOUTS =
      List.of(
          new Layout(1, false),
          new Layout(4, false),
          new Layout(4, true),
          new Layout(16, false),
          new Layout(16, true));

  /**
   * A load.
   *
   * @param firstTarget index in the pool of its first target
   * @param second begin of its first measurement, Unix time
   */
  record Cell(Pool pool, int number, AccessContext access, int firstTarget, long second) {
    String group() {
      return "pool" + pool.id() + "-c" + Project.digits(number, 3);
    }

    List<Pool.Target> targets() {
      return IntStream.range(0, access.targets())
          .mapToObj(n -> pool.targets().get((firstTarget + n) % pool.targets().size()))
          .toList();
    }
  }

  private CalibrationSweep() {}

  /** Writes the sweep of all pools as CSV. */
  static void write(Site site, ByteText out) throws IOException {
    out.text(HEADER);
    for (Pool pool : site.pools()) {
      for (Cell cell : cells(site, pool)) {
        write(site, cell, out);
      }
    }
  }

  /** The loads of a pool in the order of time. */
  static List<Cell> cells(Site site, Pool pool) {
    Draws draws = Draws.of(site.seed(), Draws.Topic.SWEEP, pool.id());
    int[] targets = targets(pool.targets().size());
    int[] requestOrder = draws.order(REQUESTS.length);
    int[] layoutOrder = draws.order(LAYOUTS.size());
    int[] directionOrder = draws.order(DIRECTIONS);
    List<AccessContext> loads = new ArrayList<>();
    for (int r = 0; r < REQUESTS.length; r++) {
      for (int l = 0; l < LAYOUTS.size(); l++) {
        for (int t = 0; t < targets.length; t++) {
          Layout layout = LAYOUTS.get(layoutOrder[l]);
          int direction = directionOrder[(r + l + t) % DIRECTIONS];
          AccessContext load =
              new AccessContext(
                  Long.MAX_VALUE / 2,
                  REQUESTS[requestOrder[r]],
                  layout.processes,
                  targets[t],
                  layout.shared,
                  direction % 2 == 0,
                  direction / 2 == 0);
          loads.add(load.withSize(size(pool, load)));
        }
      }
    }
    double slot = (double) (site.endSecond() - site.startSecond()) / loads.size();
    List<Cell> cells = new ArrayList<>();
    for (int load : draws.order(loads.size())) {
      double within = draws.uniform() * Math.max(0, slot - CELL_SECONDS);
      long second = (long) (site.startSecond() + cells.size() * slot + within);
      int first = draws.below(pool.targets().size());
      cells.add(
          new Cell(pool, cells.size() + 1, loads.get(load), first, pastIncidents(site, second)));
    }
    return cells;
  }

  /** One measurement of a load: its chunk size, begin and result in millionths of MiB/s. */
  record Measurement(Cell cell, ChunkSize chunk, long second, long micros) {
    String path() {
      return "/scratch/sweep/" + cell.group() + "/" + chunk + ".dat";
    }
  }

  /** The measurements of a load in the order of time. */
  static List<Measurement> measurements(Site site, Cell cell) {
    Draws draws = Draws.of(site.seed(), Draws.Topic.SWEEP, cell.pool.id(), cell.number);
    double effect =
        cell.targets().stream()
            .mapToDouble(target -> site.serverHour(target.server(), cell.second))
            .average()
            .orElseThrow();
    double[] reached = cell.pool.physics().mibPerSecond(cell.access);
    int[] served = site.listing().swept(draws);
    long second = cell.second;
    List<Measurement> measurements = new ArrayList<>();
    for (int candidate : draws.order(ChunkSize.CANDIDATES.size())) {
      effect *= draws.logNormal(DRIFT_SD);
      double mibPerSecond = reached[served[candidate]] * effect * draws.logNormal(site.noiseSd());
      measurements.add(
          new Measurement(
              cell, ChunkSize.CANDIDATES.get(candidate), second, Math.round(mibPerSecond * 1e6)));
      second += MEASUREMENT_SECONDS;
    }
    return measurements;
  }

  private static void write(Site site, Cell cell, ByteText out) throws IOException {
    AccessContext access = cell.access;
    String ids =
        cell.targets().stream()
            .map(target -> Integer.toString(target.id()))
            .collect(Collectors.joining(";"));
    for (Measurement measurement : measurements(site, cell)) {
      out.text(site.mount()).text(measurement.path()).put(',').text(cell.group()).put(',');
      out.whole(access.sizeBytes()).put(',').whole(measurement.chunk.bytes()).put(',');
      out.whole(access.targets()).put(',').text(ids).put(',');
      out.whole(access.requestBytes()).text(access.write() ? ",0," : ",1,");
      out.text(access.sequential() ? "1," : "0,").whole(access.processes()).put(',');
      out.text(access.shared() ? "true," : "false,");
      out.millionths(measurement.micros).put(',');
      out.text(Instant.ofEpochSecond(measurement.second).toString()).text(",sweep\n");
    }
  }

  /** One target, some, and eight or all that the pool has. */
  private static int[] targets(int all) {
    int most = Math.min(8, all);
    return IntStream.of(1, most > 4 ? 4 : 2, most).filter(n -> n <= all).distinct().toArray();
  }

  /** Some seconds' worth in whole stripes, and at least eight of the largest chunks a target. */
  private static long size(Pool pool, AccessContext load) {
    long stripe = 8 * ChunkSize.CANDIDATES.get(ChunkSize.CANDIDATES.size() - 1).bytes();
    stripe *= load.targets();
    double moved = 4 * pool.physics().throughput(load, ChunkSize.DEFAULT.bytes());
    return stripe * (1 + (long) (moved / stripe));
  }

  /** A cell that would meet an incident waits until it is over. */
  private static long pastIncidents(Site site, long second) {
    for (Site.Span incident : List.of(site.down(), site.gap())) {
      if (second + CELL_SECONDS >= incident.from() && second < incident.to()) {
        return incident.to();
      }
    }
    return second;
  }
}
