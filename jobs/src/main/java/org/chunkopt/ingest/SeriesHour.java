package org.chunkopt.ingest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** All points of one field of one series within one hour, gathered in source order. */
final class SeriesHour {
  /** The nanoseconds of an hour take 42 bits; the index of a point has what is left of 63. */
  private static final int INDEX_BITS = 21;

  private static final long INDEX = (1L << INDEX_BITS) - 1;

  /** What the points of one block share. */
  private record Source(int file, String name, String text) {}

  private final List<Source> sources = new ArrayList<>();
  private long[] offsets = new long[4096];
  private double[] values = new double[4096];
  private int[] source = new int[4096];
  private boolean[] firstOfLine = new boolean[4096];
  private int size;
  private boolean ascending = true;

  void add(byte[] points, int file, String name, String text) {
    PackedPoints packed = new PackedPoints(points);
    reserve(size + packed.count());
    sources.add(new Source(file, name, text));
    while (packed.next()) {
      offsets[size] = packed.offset();
      firstOfLine[size] = packed.isFirstOfLine();
      values[size] = packed.value();
      source[size] = sources.size() - 1;
      ascending &= size == 0 || offsets[size - 1] < offsets[size];
      size++;
    }
  }

  /**
   * Hands over the points in the order of time, and starts anew. Of points with one time the last
   * in source order wins, as in InfluxDB; the others are counted.
   *
   * @param duplicates lines by file that repeat an earlier one
   */
  void drain(Minutes minutes, Map<Integer, Long> duplicates) {
    if (ascending) {
      for (int i = 0; i < size; i++) {
        add(minutes, i);
      }
    } else {
      int[] order = order();
      for (int i = 0; i < size; i++) {
        int at = order[i];
        if (i > 0 && offsets[order[i - 1]] == offsets[at] && firstOfLine[at]) {
          duplicates.merge(sources.get(source[at]).file(), 1L, Long::sum);
        }
        if (i + 1 == size || offsets[order[i + 1]] != offsets[at]) {
          add(minutes, at);
        }
      }
    }
    sources.clear();
    size = 0;
    ascending = true;
  }

  private void add(Minutes minutes, int at) {
    Source from = sources.get(source[at]);
    minutes.add(offsets[at], values[at], from.name(), from.text());
  }

  /** The points by time, and those of one time in source order. */
  private int[] order() {
    if (size > INDEX) {
      Integer[] boxed = new Integer[size];
      Arrays.setAll(boxed, i -> i);
      Arrays.sort(boxed, Comparator.comparingLong(i -> offsets[i]));
      return Arrays.stream(boxed).mapToInt(i -> i).toArray();
    }
    long[] keys = new long[size];
    for (int i = 0; i < size; i++) {
      keys[i] = offsets[i] << INDEX_BITS | i;
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).mapToInt(key -> (int) (key & INDEX)).toArray();
  }

  private void reserve(int needed) {
    if (needed > offsets.length) {
      int length = Math.max(needed, offsets.length * 2);
      offsets = Arrays.copyOf(offsets, length);
      values = Arrays.copyOf(values, length);
      source = Arrays.copyOf(source, length);
      firstOfLine = Arrays.copyOf(firstOfLine, length);
    }
  }
}
