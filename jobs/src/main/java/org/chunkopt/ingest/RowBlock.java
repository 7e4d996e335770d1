package org.chunkopt.ingest;

import java.io.Serializable;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;

/**
 * Rows of one kind as Spark holds them, one after the other in one array. Kept so, millions of rows
 * are a few objects, and are read any number of times without being made again.
 */
final class RowBlock implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int kind;
  private final int columns;
  private final byte[] bytes;

  /** Where each row ends. */
  private final int[] ends;

  RowBlock(int kind, int columns, byte[] bytes, int[] ends) {
    this.kind = kind;
    this.columns = columns;
    this.bytes = bytes;
    this.ends = ends;
  }

  /** Number of the kind of its rows. */
  int kind() {
    return kind;
  }

  /** The rows; each is valid until the next is taken. */
  Iterator<InternalRow> rows() {
    return new Iterator<>() {
      private final UnsafeRow row = new UnsafeRow(columns);
      private int next;

      @Override
      public boolean hasNext() {
        return next < ends.length;
      }

      @Override
      public InternalRow next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        int from = next == 0 ? 0 : ends[next - 1];
        row.pointTo(bytes, Platform.BYTE_ARRAY_OFFSET + from, ends[next++] - from);
        return row;
      }
    };
  }
}
