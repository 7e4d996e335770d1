package org.chunkopt.features;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Tells storage pools apart that have targets of one capacity: where alike accesses are much faster
 * on some servers than on the others, with nothing in between, those are another pool.
 */
final class ServerPools {
  /** Octaves without any server in between that part two pools. */
  private static final double GAP = 0.7;

  private static final StructType SCHEMA =
      StructType.fromDDL("node_num_id INT, storage_class STRING, pool STRING");

  private ServerPools() {}

  /**
   * The pools of the servers that have one of several of their class: {@code node_num_id,
   * storage_class, pool}, the pool a letter in the order of the speeds, slowest first.
   *
   * @param levels {@code server_levels}: a row per server, which are few
   */
  static Dataset<Row> of(SparkSession spark, List<Row> levels) {
    Map<String, List<Row>> classes = new TreeMap<>();
    levels.forEach(
        row ->
            classes.computeIfAbsent(row.getAs("storage_class"), c -> new ArrayList<>()).add(row));
    List<Row> pools = new ArrayList<>();
    classes.forEach(
        (storageClass, servers) -> {
          servers.sort(Comparator.comparingDouble(row -> row.<Double>getAs("level_log2")));
          List<Row> own = new ArrayList<>();
          char pool = 'a';
          double before = Double.NaN;
          for (Row server : servers) {
            double level = server.getAs("level_log2");
            pool += level - before > GAP ? 1 : 0;
            before = level;
            own.add(
                RowFactory.create(server.getAs("node_num_id"), storageClass, String.valueOf(pool)));
          }
          if (pool > 'a') {
            pools.addAll(own);
          }
        });
    return spark.createDataFrame(pools, SCHEMA);
  }
}
