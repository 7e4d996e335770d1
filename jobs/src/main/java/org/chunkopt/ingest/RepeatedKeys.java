package org.chunkopt.ingest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
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
   * @param columns of the key, texts or binary
   */
  RepeatedKeys(JavaRDD<RowBlock> all, int kind, int... columns) {
    int parts = Math.max(1, all.getNumPartitions());
    this.hashes =
        all.filter(block -> block.kind() == kind)
            .mapPartitionsToPair(blocks -> chunks(blocks, columns, parts))
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

  /** The hashes of a task, in chunks of one part each. */
  private static Iterator<Tuple2<Integer, long[]>> chunks(
      Iterator<RowBlock> blocks, int[] columns, int parts) {
    List<Tuple2<Integer, long[]>> full = new ArrayList<>();
    long[][] open = new long[parts][];
    int[] sizes = new int[parts];
    while (blocks.hasNext()) {
      Iterator<InternalRow> rows = blocks.next().rows();
      while (rows.hasNext()) {
        long hash = hash(rows.next(), columns);
        int part = (int) Long.remainderUnsigned(hash, parts);
        if (open[part] == null) {
          open[part] = new long[64];
        } else if (sizes[part] == CHUNK) {
          full.add(new Tuple2<>(part, open[part]));
          open[part] = new long[64];
          sizes[part] = 0;
        } else if (sizes[part] == open[part].length) {
          open[part] = Arrays.copyOf(open[part], 4 * sizes[part]);
        }
        open[part][sizes[part]++] = hash;
      }
    }
    for (int part = 0; part < parts; part++) {
      if (sizes[part] > 0) {
        full.add(new Tuple2<>(part, Arrays.copyOf(open[part], sizes[part])));
      }
    }
    return full.iterator();
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
