package org.chunkopt.ingest;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import scala.Function1;
import scala.Tuple2;

/**
 * What the readers of metrics give, brought together in one shuffle, whose files are all that is
 * kept: first a part with the ledgers of the splits and what {@link BlockNotes} tells of the
 * blocks, then the rejects, then the blocks of servers, targets and hosts, an hour of all of them
 * in one part, then those of clients. Each can be read apart, and the blocks are sorted.
 */
final class MetricsShuffle {
  /** Positions of further kinds of rows beside the three that {@link MetricsReader} gives. */
  static final int SILENCE = 3;

  static final int SIGHTING = 4;

  /** The last points of a block of counters, for the hour after its own. */
  static final int CARRIED = 5;

  /** A comment that names a database or policy: file, offset, text. */
  static final int CONTEXT = 6;

  /** Lines of a measurement in a segment: file, segment, measurement, lines, last time. */
  static final int COUNT = 7;

  private final int width;
  private final JavaRDD<Row> rows;

  /**
   * A shuffle.
   *
   * @param parsed what the readers give
   * @param width parts of the rejects, and of each kind of blocks
   */
  MetricsShuffle(JavaRDD<Row> parsed, int width) {
    this.width = width;
    this.rows =
        parsed
            .mapPartitions(BlockNotes::new)
            .mapToPair(row -> new Tuple2<>(row, (Object) null))
            .repartitionAndSortWithinPartitions(new Parts(width), new BlockOrder())
            .keys();
  }

  /** A row of one of the kinds. */
  static Row row(int kind, Row content) {
    Object[] kinds = new Object[kind + 1];
    kinds[kind] = content;
    return RowFactory.create(kinds);
  }

  /** The rows of a kind among those of the summary. */
  static List<Row> kind(List<Row> summary, int kind) {
    return summary.stream().filter(row -> isOf(row, kind)).map(row -> row.getStruct(kind)).toList();
  }

  /** The block of a row, carried over or not; null where the row is of another kind. */
  static Row block(Row row) {
    return isCarried(row)
        ? row.getStruct(CARRIED)
        : isOf(row, MetricsReader.BLOCK) ? row.getStruct(MetricsReader.BLOCK) : null;
  }

  static boolean isCarried(Row row) {
    return isOf(row, CARRIED);
  }

  /** The hour since 1970 for which a block is needed. */
  static long hour(Row row) {
    return block(row).getLong(MinuteFold.HOUR) + (isCarried(row) ? 1 : 0);
  }

  /** The few rows of which ledgers, silences and sightings are taken. */
  List<Row> summary() {
    return parts(0, 1).collect();
  }

  JavaRDD<Row> rejects() {
    return parts(1, width).map(row -> row.getStruct(MetricsReader.REJECT));
  }

  /**
   * Rows with blocks, in the order of {@link BlockOrder}: those of clients in parts of their own.
   */
  JavaRDD<Row> blocks() {
    return parts(1 + width, 2 * width);
  }

  private static boolean isOf(Row row, int kind) {
    return row.length() > kind && !row.isNullAt(kind);
  }

  private JavaRDD<Row> parts(int from, int count) {
    Function1<Object, Object> in =
        (Function1<Object, Object> & Serializable)
            part -> (int) part >= from && (int) part < from + count;
    return PartitionPruningRDD.create(rows.rdd(), in).toJavaRDD();
  }

  /** What belongs together goes into one part: an hour of servers, a client's hour. */
  private static final class Parts extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int width;

    Parts(int width) {
      this.width = width;
    }

    @Override
    public int numPartitions() {
      return 1 + 3 * width;
    }

    @Override
    public int getPartition(Object key) {
      Row row = (Row) key;
      Row block = block(row);
      if (block == null) {
        return isOf(row, MetricsReader.REJECT)
            ? 1 + Math.floorMod(row.getStruct(MetricsReader.REJECT).getInt(0), width)
            : 0;
      }
      String measurement = block.getString(MinuteFold.MEASUREMENT);
      if (MinuteFamily.of(measurement) != MinuteFamily.CLIENTS) {
        return 1 + width + Math.floorMod(hour(row), width);
      }
      int hash =
          Objects.hash(
              measurement, block.getString(MinuteFold.SUBJECT), block.getLong(MinuteFold.HOUR));
      return 1 + 2 * width + Math.floorMod(hash, width);
    }
  }
}
