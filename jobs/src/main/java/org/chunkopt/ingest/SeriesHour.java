package org.chunkopt.ingest;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;

/** All points of one field of one series within one hour, gathered in source order. */
final class SeriesHour {
  private long[] offsets = new long[4096];
  private double[] values = new double[4096];
  private int[] files = new int[4096];
  private String[] texts = new String[4096];
  private boolean[] firstOfLine = new boolean[4096];
  private int size;
  private boolean ascending = true;

  void add(byte[] points, int file, String text) {
    ByteBuffer packed = ByteBuffer.wrap(points);
    reserve(size + points.length / PointBlock.POINT_BYTES);
    while (packed.hasRemaining()) {
      long word = packed.getLong();
      offsets[size] = word >>> 1;
      firstOfLine[size] = (word & 1) == 1;
      values[size] = packed.getDouble();
      files[size] = file;
      texts[size] = text;
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
        minutes.add(offsets[i], values[i], texts[i]);
      }
    } else {
      Integer[] order = new Integer[size];
      Arrays.setAll(order, i -> i);
      Arrays.sort(order, Comparator.comparingLong(i -> offsets[i]));
      for (int i = 0; i < size; i++) {
        int at = order[i];
        if (i > 0 && offsets[order[i - 1]] == offsets[at] && firstOfLine[at]) {
          duplicates.merge(files[at], 1L, Long::sum);
        }
        if (i + 1 == size || offsets[order[i + 1]] != offsets[at]) {
          minutes.add(offsets[at], values[at], texts[at]);
        }
      }
    }
    size = 0;
    ascending = true;
  }

  private void reserve(int needed) {
    if (needed > offsets.length) {
      int length = Math.max(needed, offsets.length * 2);
      offsets = Arrays.copyOf(offsets, length);
      values = Arrays.copyOf(values, length);
      files = Arrays.copyOf(files, length);
      texts = Arrays.copyOf(texts, length);
      firstOfLine = Arrays.copyOf(firstOfLine, length);
    }
  }
}
