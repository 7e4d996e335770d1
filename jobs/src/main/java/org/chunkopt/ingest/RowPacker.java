package org.chunkopt.ingest;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeArrayWriter;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowWriter;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Packs rows that begin with the number of their kind into blocks, one open for each kind. Times
 * and days are numbers already: microseconds or days since 1970.
 */
final class RowPacker implements Iterator<RowBlock> {
  private static final int BLOCK_BYTES = 1 << 20;

  private final Iterator<Row> rows;
  private final Open[] open;
  private int drained;

  /**
   * A packer.
   *
   * @param rows an integer, then the columns of that kind
   * @param kinds the columns of each kind
   */
  RowPacker(Iterator<Row> rows, List<StructType> kinds) {
    this.rows = rows;
    this.open = new Open[kinds.size()];
    Arrays.setAll(open, kind -> new Open(kind, kinds.get(kind).size()));
  }

  @Override
  public boolean hasNext() {
    while (drained < open.length && !rows.hasNext() && open[drained].rows == 0) {
      drained++;
    }
    return drained < open.length;
  }

  @Override
  public RowBlock next() {
    while (rows.hasNext()) {
      Row row = rows.next();
      Open block = open[row.getInt(0)];
      block.add(row);
      if (block.length >= BLOCK_BYTES) {
        return block.close();
      }
    }
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return open[drained].close();
  }

  /** The rows of one kind that are not in a block yet. */
  private static final class Open {
    private final int kind;
    private final int columns;
    private final UnsafeRowWriter writer;
    private byte[] bytes = new byte[1 << 12];
    private int length;
    private int[] ends = new int[16];
    private int rows;

    Open(int kind, int columns) {
      this.kind = kind;
      this.columns = columns;
      this.writer = new UnsafeRowWriter(columns);
    }

    void add(Row row) {
      writer.reset();
      writer.zeroOutNullBytes();
      for (int column = 0; column < columns; column++) {
        write(column, row.get(1 + column));
      }
      int size = writer.totalSize();
      if (length + size > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(length + size, 2 * bytes.length));
      }
      System.arraycopy(writer.getBuffer(), 0, bytes, length, size);
      length += size;
      if (rows == ends.length) {
        ends = Arrays.copyOf(ends, 2 * rows);
      }
      ends[rows++] = length;
    }

    RowBlock close() {
      RowBlock block =
          new RowBlock(kind, columns, Arrays.copyOf(bytes, length), Arrays.copyOf(ends, rows));
      length = 0;
      rows = 0;
      return block;
    }

    private void write(int column, Object value) {
      if (value == null) {
        writer.setNullAt(column);
      } else if (value instanceof String text) {
        writer.write(column, UTF8String.fromString(text));
      } else if (value instanceof Long number) {
        writer.write(column, number.longValue());
      } else if (value instanceof Double number) {
        writer.write(column, number.doubleValue());
      } else if (value instanceof Integer number) {
        writer.write(column, number.intValue());
      } else if (value instanceof byte[] binary) {
        writer.write(column, binary);
      } else if (value instanceof Boolean flag) {
        writer.write(column, flag.booleanValue());
      } else {
        int before = writer.cursor();
        writeArray(value);
        writer.setOffsetAndSizeFromPreviousCursor(column, before);
      }
    }

    private void writeArray(Object value) {
      if (value instanceof float[] numbers) {
        writer.write(UnsafeArrayData.fromPrimitiveArray(numbers));
      } else if (value instanceof long[] numbers) {
        writer.write(UnsafeArrayData.fromPrimitiveArray(numbers));
      } else if (value instanceof double[] numbers) {
        writer.write(UnsafeArrayData.fromPrimitiveArray(numbers));
      } else if (value instanceof Integer[] numbers) {
        UnsafeArrayWriter array = new UnsafeArrayWriter(writer, Integer.BYTES);
        array.initialize(numbers.length);
        for (int i = 0; i < numbers.length; i++) {
          array.write(i, numbers[i].intValue());
        }
      } else if (value instanceof Float[] numbers) {
        UnsafeArrayWriter array = new UnsafeArrayWriter(writer, Float.BYTES);
        array.initialize(numbers.length);
        for (int i = 0; i < numbers.length; i++) {
          if (numbers[i] == null) {
            array.setNull4Bytes(i);
          } else {
            array.write(i, numbers[i].floatValue());
          }
        }
      } else {
        throw new IllegalArgumentException("No column holds a " + value.getClass() + ".");
      }
    }
  }
}
