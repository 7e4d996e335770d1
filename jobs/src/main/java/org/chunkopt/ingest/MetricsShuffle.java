package org.chunkopt.ingest;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
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
 * kept: first a part with the ledgers of the splits and the silences of servers, then the rejects,
 * then the blocks of each family. Each can be read apart, and the blocks are sorted.
 */
final class MetricsShuffle {
  /** Position of a silence beside the three kinds that {@link MetricsReader} gives. */
  private static final int SILENCE = 3;

  private final int width;
  private final JavaRDD<Row> rows;

  /**
   * A shuffle.
   *
   * @param parsed what the readers give
   * @param width parts of the rejects, and of each family
   */
  MetricsShuffle(JavaRDD<Row> parsed, int width) {
    this.width = width;
    this.rows =
        parsed
            .flatMap(MetricsShuffle::withSilences)
            .mapToPair(row -> new Tuple2<>(row, (Object) null))
            .repartitionAndSortWithinPartitions(new Parts(width), new BlockOrder())
            .keys();
  }

  /** The ledger of each split. */
  static List<Row> ledgers(List<Row> summary) {
    return kind(summary, MetricsReader.LEDGER);
  }

  /** What {@link Outages#silences} gives. */
  static List<Row> silences(List<Row> summary) {
    return kind(summary, SILENCE);
  }

  /** The few rows of which ledgers and silences are taken. */
  List<Row> summary() {
    return parts(0, 1).collect();
  }

  JavaRDD<Row> rejects() {
    return parts(1, width).map(row -> row.getStruct(MetricsReader.REJECT));
  }

  /** The blocks of a family, in the order of {@link BlockOrder}. */
  JavaRDD<Row> blocks(MinuteFamily family) {
    return parts(first(family, width), width).map(row -> row.getStruct(MetricsReader.BLOCK));
  }

  private static List<Row> kind(List<Row> summary, int kind) {
    return summary.stream()
        .filter(row -> row.length() > kind && !row.isNullAt(kind))
        .map(row -> row.getStruct(kind))
        .toList();
  }

  private JavaRDD<Row> parts(int from, int count) {
    Function1<Object, Object> in =
        (Function1<Object, Object> & Serializable)
            part -> (int) part >= from && (int) part < from + count;
    return PartitionPruningRDD.create(rows.rdd(), in).toJavaRDD();
  }

  private static int first(MinuteFamily family, int width) {
    return 1 + width * (1 + family.ordinal());
  }

  private static Iterator<Row> withSilences(Row row) {
    List<Row> rows = new ArrayList<>();
    rows.add(row);
    if (!row.isNullAt(MetricsReader.BLOCK)) {
      for (Row silence : Outages.silences(row.getStruct(MetricsReader.BLOCK))) {
        rows.add(RowFactory.create(null, null, null, silence));
      }
    }
    return rows.iterator();
  }

  /** Points of one subject and hour go into one part. */
  private static final class Parts extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final int width;

    Parts(int width) {
      this.width = width;
    }

    @Override
    public int numPartitions() {
      return 1 + width * (1 + MinuteFamily.values().length);
    }

    @Override
    public int getPartition(Object key) {
      Row row = (Row) key;
      if (!row.isNullAt(MetricsReader.BLOCK)) {
        Row block = row.getStruct(MetricsReader.BLOCK);
        String measurement = block.getString(MinuteFold.MEASUREMENT);
        int hash =
            Objects.hash(
                measurement, block.getString(MinuteFold.SUBJECT), block.getLong(MinuteFold.HOUR));
        return first(MinuteFamily.of(measurement), width) + Math.floorMod(hash, width);
      }
      return row.isNullAt(MetricsReader.REJECT)
          ? 0
          : 1 + Math.floorMod(row.getStruct(MetricsReader.REJECT).getInt(0), width);
    }
  }
}
