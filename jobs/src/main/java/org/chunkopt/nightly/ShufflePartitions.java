package org.chunkopt.nightly;

import org.apache.spark.sql.SparkSession;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Partitions of a shuffle, where the submitter sets none: few for a small namespace, whose queries
 * are mostly overhead, and as many for a large one that a partition is sorted in memory.
 */
public final class ShufflePartitions {
  private static final Logger LOG = LoggerFactory.getLogger(ShufflePartitions.class);
  private static final String KEY = "spark.sql.shuffle.partitions";
  private static final long FILES_OF_A_PARTITION = 500_000;

  private ShufflePartitions() {}

  /** Raises the number to what the inventory needs, once there is one; never lowers it. */
  public static void fit(SparkSession spark, TableDirectory tables) {
    if (spark.sparkContext().conf().contains(KEY) || !tables.has(spark, Tables.FILES)) {
      return;
    }
    // The count comes from the footers of the Parquet files.
    long wanted = tables.read(spark, Tables.FILES).count() / FILES_OF_A_PARTITION;
    if (wanted > Long.parseLong(spark.conf().get(KEY))) {
      LOG.info("Shuffles have {} partitions for this many files.", wanted);
      spark.conf().set(KEY, wanted);
    }
  }
}
