package org.chunkopt.ingest;

import java.util.Map;
import java.util.TreeMap;

/**
 * A set of numbers that mostly follow one another, as ranges: those of a server's events need a
 * range for each gap.
 */
final class SequenceRanges {
  /** First to last of each range; no two touch. */
  private final TreeMap<Long, Long> ranges = new TreeMap<>();

  /** Adds the number; false where it was there. */
  boolean add(long number) {
    Map.Entry<Long, Long> before = ranges.floorEntry(number);
    if (before != null && number <= before.getValue()) {
      return false;
    }
    long from = before != null && before.getValue() == number - 1 ? before.getKey() : number;
    Long last = number == Long.MAX_VALUE ? null : ranges.remove(number + 1);
    ranges.put(from, last == null ? number : last);
    return true;
  }

  int ranges() {
    return ranges.size();
  }
}
