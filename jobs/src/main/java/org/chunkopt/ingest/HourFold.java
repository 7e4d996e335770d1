package org.chunkopt.ingest;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Folds blocks, hour by hour, into rows of {@link MinuteSheet}: those of clients as they are, those
 * of servers joined with their targets and hosts. Of one hour all servers, targets and hosts are in
 * memory.
 */
final class HourFold implements Iterator<Row> {
  private final Iterator<Row> rows;
  private final Outages outages;
  private final List<Node> nodes;
  private final Map<String, List<String>> spellings;
  private final List<String> askedTargets;
  private final ArrayDeque<Row> ready = new ArrayDeque<>();
  private final TreeMap<Integer, Long> duplicates = new TreeMap<>();
  private final ClockLoads.Sums loads = new ClockLoads.Sums(ClockOffsets.LOOK_BACK);
  private Row ahead;
  private Iterator<Row> fold = List.<Row>of().iterator();
  private NodeHour hour;
  private TargetHour targets;
  private boolean ended;

  /**
   * A fold.
   *
   * @param rows with blocks, in the order of {@link BlockOrder}
   * @param nodes the servers whose rows are wanted
   * @param spellings of their hosts, see {@link TelegrafHosts#spellings}
   * @param askedTargets the targets whose rows are wanted, see {@link TargetHour}
   */
  HourFold(
      Iterator<Row> rows,
      Outages outages,
      List<Node> nodes,
      Map<String, List<String>> spellings,
      List<String> askedTargets) {
    this.spellings = spellings;
    this.rows = rows;
    this.outages = outages;
    this.nodes = nodes;
    this.askedTargets = askedTargets;
    this.ahead = rows.hasNext() ? rows.next() : null;
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && !ended) {
      if (fold.hasNext()) {
        take(fold.next());
      } else {
        closeHour();
        if (ahead != null) {
          openHour();
        } else {
          end();
        }
      }
    }
    return !ready.isEmpty();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private void openHour() {
    long begins = MetricsShuffle.hour(ahead);
    hour = new NodeHour(begins, spellings);
    targets = new TargetHour(askedTargets);
    Iterator<Row> before = new MinuteFold(blocks(begins, true), outages);
    while (before.hasNext()) {
      Row row = before.next();
      if (!MinuteFold.isDuplicates(row)) {
        hour.hosts().carry(row);
      }
    }
    fold = new MinuteFold(blocks(begins, false), outages);
  }

  private void take(Row row) {
    if (MinuteFold.isDuplicates(row)) {
      duplicates.merge(row.getInt(1), row.getLong(2), Long::sum);
      return;
    }
    switch (MinuteFamily.of(row.getString(MinuteFold.MEASUREMENT))) {
      case SERVERS -> {
        loads.add(row);
        hour.addServer(row);
      }
      case TARGETS -> {
        targets.add(row);
        hour.addTarget(row);
      }
      case CLIENTS -> {
        loads.add(row);
        ready.add(MinuteSheet.CLIENTS.row(row));
      }
      case HOSTS -> hour.hosts().addGauges(row);
      case COUNTERS -> hour.hosts().addCounter(row);
    }
  }

  private void closeHour() {
    if (hour != null) {
      for (Node node : nodes) {
        hour.rows(node).forEach(row -> ready.add(MinuteSheet.NODES.row(row)));
      }
      targets.rows().forEach(row -> ready.add(MinuteSheet.TARGETS.row(row)));
      hour = null;
    }
  }

  private void end() {
    ended = true;
    duplicates.forEach(
        (file, lines) -> ready.add(MinuteSheet.DUPLICATES.row(RowFactory.create(file, lines))));
    loads.packed().forEach(row -> ready.add(MinuteSheet.LOADS.row(row)));
  }

  /** The next blocks, as long as they are of this hour. */
  private Iterator<Row> blocks(long of, boolean carried) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return ahead != null
            && MetricsShuffle.hour(ahead) == of
            && MetricsShuffle.isCarried(ahead) == carried;
      }

      @Override
      public Row next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Row block = MetricsShuffle.block(ahead);
        ahead = rows.hasNext() ? rows.next() : null;
        return block;
      }
    };
  }
}
