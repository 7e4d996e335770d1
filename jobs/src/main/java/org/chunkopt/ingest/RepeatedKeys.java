package org.chunkopt.ingest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.XXH64;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Tuple2;

/**
 * Finds the keys of a kind of rows that occur more than once. Only hashes are shuffled, eight bytes
 * a row; two keys of one hash count as repeated, so what is repeated is to be compared by its key.
 */
final class RepeatedKeys {
  private static final StructType COLUMNS = StructType.fromDDL("key_hash BIGINT");

  /** The seed of Spark SQL's {@code xxhash64}. */
  private static final long SEED = 42;

  private static final int CHUNK = 1 << 14;

  private final JavaRDD<Long> hashes;

  /**
   * Keys of one kind of rows.
   *
   * @param parts in which the hashes are compared, each in memory: eight bytes a row
   * @param columns of the key, texts or binary
   */
  RepeatedKeys(JavaRDD<RowBlock> all, int kind, int parts, int... columns) {
    this.hashes =
        all.filter(block -> block.kind() == kind)
            .mapPartitionsToPair(blocks -> new Chunks(blocks, columns, parts))
            .partitionBy(new HashPartitioner(parts))
            .values()
            .mapPartitions(RepeatedKeys::repeated);
  }

  boolean isEmpty() {
    return hashes.count() == 0;
  }

  /** {@code key_hash}, which SQL gives as {@code xxhash64} of the columns. */
  Dataset<Row> rows(SparkSession spark) {
    return spark.createDataFrame(hashes.map(RowFactory::create), COLUMNS);
  }

  static long hash(InternalRow row, int... columns) {
    long hash = SEED;
    for (int column : columns) {
      if (!row.isNullAt(column)) {
        UTF8String key = row.getUTF8String(column);
        hash =
            XXH64.hashUnsafeBytes(key.getBaseObject(), key.getBaseOffset(), key.numBytes(), hash);
      }
    }
    return hash;
  }

  /** The hashes of a task, in chunks of one part each; of each part one is open. */
  private static final class Chunks implements Iterator<Tuple2<Integer, long[]>> {
    private final Iterator<RowBlock> blocks;
    private final int[] columns;
    private final long[][] open;
    private final int[] sizes;
    private Iterator<InternalRow> rows = List.<InternalRow>of().iterator();
    private int drained;

    Chunks(Iterator<RowBlock> blocks, int[] columns, int parts) {
      this.blocks = blocks;
      this.columns = columns;
      this.open = new long[parts][64];
      this.sizes = new int[parts];
    }

    @Override
    public boolean hasNext() {
      if (!rows.hasNext() && !blocks.hasNext()) {
        while (drained < sizes.length && sizes[drained] == 0) {
          drained++;
        }
      }
      return drained < sizes.length;
    }

    @Override
    public Tuple2<Integer, long[]> next() {
      while (rows.hasNext() || blocks.hasNext()) {
        if (!rows.hasNext()) {
          rows = blocks.next().rows();
          continue;
        }
        long hash = hash(rows.next(), columns);
        int part = (int) Long.remainderUnsigned(hash, sizes.length);
        if (sizes[part] == open[part].length) {
          open[part] = Arrays.copyOf(open[part], 4 * sizes[part]);
        }
        open[part][sizes[part]++] = hash;
        if (sizes[part] == CHUNK) {
          return close(part);
        }
      }
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return close(drained);
    }

    private Tuple2<Integer, long[]> close(int part) {
      long[] chunk = Arrays.copyOf(open[part], sizes[part]);
      sizes[part] = 0;
      return new Tuple2<>(part, chunk);
    }
  }

  private static Iterator<Long> repeated(Iterator<long[]> chunks) {
    long[] all = new long[CHUNK];
    int size = 0;
    while (chunks.hasNext()) {
      long[] chunk = chunks.next();
      if (size + chunk.length > all.length) {
        all = Arrays.copyOf(all, Math.max(size + chunk.length, 2 * all.length));
      }
      System.arraycopy(chunk, 0, all, size, chunk.length);
      size += chunk.length;
    }
    Arrays.sort(all, 0, size);
    List<Long> repeated = new ArrayList<>();
    for (int i = 1; i < size; i++) {
      if (all[i] == all[i - 1] && (i == 1 || all[i] != all[i - 2])) {
        repeated.add(all[i]);
      }
    }
    return repeated.iterator();
  }
}
