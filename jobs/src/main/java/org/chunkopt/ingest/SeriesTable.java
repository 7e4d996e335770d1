package org.chunkopt.ingest;

import java.util.Arrays;
import java.util.function.Consumer;

/** The series a task has met, found by the bytes of a line without making an object. */
final class SeriesTable {
  /** Exports have thousands of series; a damaged file may have one a line. */
  private static final int MOST = 1 << 17;

  private final Consumer<Series> beforeForgetting;
  private Series[] slots = new Series[1024];
  private int size;

  /**
   * A table.
   *
   * @param beforeForgetting what to do with a series before a full table is emptied
   */
  SeriesTable(Consumer<Series> beforeForgetting) {
    this.beforeForgetting = beforeForgetting;
  }

  /** The series whose measurement and tags are these bytes. */
  Series find(byte[] line, int from, int to) {
    int slot = slot(line, from, to);
    if (slots[slot] == null) {
      if (size == MOST) {
        forEach(beforeForgetting);
        Arrays.fill(slots, null);
        size = 0;
        slot = slot(line, from, to);
      } else if (size * 2 >= slots.length) {
        grow();
        slot = slot(line, from, to);
      }
      slots[slot] = Series.read(line, from, to);
      size++;
    }
    return slots[slot];
  }

  void forEach(Consumer<Series> action) {
    for (Series series : slots) {
      if (series != null) {
        action.accept(series);
      }
    }
  }

  private int slot(byte[] line, int from, int to) {
    int hash = 0;
    for (int at = from; at < to; at++) {
      hash = 31 * hash + line[at];
    }
    int mask = slots.length - 1;
    int slot = (hash ^ (hash >>> 15)) & mask;
    while (slots[slot] != null && !slots[slot].equals(line, from, to)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    Series[] old = slots;
    slots = new Series[old.length * 2];
    for (Series series : old) {
      if (series != null) {
        slots[slot(series.prefix(), 0, series.length())] = series;
      }
    }
  }
}
