package org.chunkopt.ingest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/**
 * Reads exports of BeeGFS-mon and Telegraf into figures by minute. Each input is parsed once, into
 * blocks of points, rejects and ledgers. One shuffle brings the blocks together, which are folded
 * once into rows by minute; those are kept until the tables are written.
 */
final class MetricsInput {
  static final List<Table> TABLES =
      List.of(Tables.NODE_MINUTES, Tables.TARGET_MINUTES, Tables.CLIENT_MINUTES);

  private MetricsInput() {}

  /**
   * Reads the metrics that the settings name.
   *
   * @throws org.chunkopt.UserError if a path of the settings matches nothing
   */
  static Ingested read(SparkSession spark, Settings settings) {
    List<InputFile> files =
        InputFiles.resolve(spark, settings.inputs().metrics(), "inputs.metrics");
    JavaRDD<Row> parsed = parse(spark, files, settings);
    MetricsShuffle shuffle = new MetricsShuffle(parsed, width(spark, files));
    List<Row> summary = shuffle.summary();
    MetricsLedger ledger = MetricsLedger.of(files, MetricsShuffle.ledgers(summary));
    Set<Integer> unreadable = ledger.unreadable();
    Outages outages =
        Outages.of(
            MetricsShuffle.silences(summary).stream()
                .filter(silence -> !unreadable.contains(silence.getInt(0)))
                .toList());
    Map<MinuteFamily, JavaRDD<Row>> minutes = new EnumMap<>(MinuteFamily.class);
    for (MinuteFamily family : MinuteFamily.values()) {
      minutes.put(family, fold(shuffle.blocks(family), unreadable, outages));
    }
    Map<Integer, Long> duplicates = duplicates(minutes.values());
    Dataset<Row> hosts =
        SqlFile.named("ingest/host_minutes")
            .run(
                Map.of(
                    "gauges", rows(spark, minutes, MinuteFamily.HOSTS),
                    "counters", rows(spark, minutes, MinuteFamily.COUNTERS)),
                Map.of())
            .persist(StorageLevel.MEMORY_AND_DISK());
    List<Runnable> forget = new ArrayList<>(List.of(hosts::unpersist));
    minutes.values().forEach(kept -> forget.add(kept::unpersist));
    return new Ingested(
        tables(
            rows(spark, minutes, MinuteFamily.SERVERS),
            rows(spark, minutes, MinuteFamily.TARGETS),
            hosts,
            rows(spark, minutes, MinuteFamily.CLIENTS),
            settings.nodes()),
        rejects(spark, shuffle, ledger),
        spark.createDataFrame(ledger.rows(duplicates), Tables.INGEST_LEDGER.schema()),
        forget,
        ClockOffsets.warnings(
            minutes.get(MinuteFamily.SERVERS).filter(row -> !MinuteFold.isDuplicates(row)),
            minutes.get(MinuteFamily.CLIENTS).filter(row -> !MinuteFold.isDuplicates(row))));
  }

  /** Parts of each family: as many as the cores, more where one would be of a gigabyte. */
  private static int width(SparkSession spark, List<InputFile> files) {
    long bytes = files.stream().mapToLong(InputFile::bytes).sum();
    return Math.max(spark.sparkContext().defaultParallelism(), (int) (bytes >> 30));
  }

  /** Folds once, and keeps the minutes as objects: they are few, and read several times. */
  private static JavaRDD<Row> fold(JavaRDD<Row> blocks, Set<Integer> unreadable, Outages outages) {
    HashSet<Integer> left = new HashSet<>(unreadable);
    return blocks
        .filter(block -> !left.contains(block.getInt(MinuteFold.FILE)))
        .mapPartitions(sorted -> new MinuteFold(sorted, outages))
        .persist(StorageLevel.MEMORY_AND_DISK());
  }

  /** Lines that repeat an earlier one, by file; all minutes are folded to find them. */
  private static Map<Integer, Long> duplicates(Collection<JavaRDD<Row>> minutes) {
    Map<Integer, Long> duplicates = new HashMap<>();
    minutes.stream()
        .reduce(JavaRDD::union)
        .orElseThrow()
        .filter(MinuteFold::isDuplicates)
        .collect()
        .forEach(row -> duplicates.merge(row.getInt(1), row.getLong(2), Long::sum));
    return duplicates;
  }

  private static Dataset<Row> rows(
      SparkSession spark, Map<MinuteFamily, JavaRDD<Row>> minutes, MinuteFamily family) {
    return spark.createDataFrame(
        minutes.get(family).filter(row -> !MinuteFold.isDuplicates(row)), family.rows());
  }

  private static Dataset<Row> rejects(
      SparkSession spark, MetricsShuffle shuffle, MetricsLedger ledger) {
    HashSet<Integer> unreadable = new HashSet<>(ledger.unreadable());
    ArrayList<String> paths = new ArrayList<>();
    ledger.files().forEach(file -> paths.add(file.path()));
    JavaRDD<Row> lines =
        shuffle
            .rejects()
            .filter(reject -> !unreadable.contains(reject.getInt(0)))
            .map(
                reject ->
                    RowFactory.create(
                        paths.get(reject.getInt(0)),
                        reject.get(1),
                        reject.get(2),
                        reject.get(3),
                        reject.get(4)));
    JavaRDD<Row> files =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(ledger.rejects(), 1);
    return spark.createDataFrame(lines.union(files), Tables.REJECTS.schema());
  }

  private static Map<Table, Dataset<Row>> tables(
      Dataset<Row> servers,
      Dataset<Row> spaces,
      Dataset<Row> hosts,
      Dataset<Row> clients,
      Settings.Nodes nodes) {
    Dataset<Row> targets =
        SqlFile.named("ingest/target_minutes")
            .run(
                Map.of("metrics", spaces),
                Map.of("storage_targets", String.join("\n", nodes.storageTargets())));
    return Map.of(
        Tables.NODE_MINUTES,
        SqlFile.named("ingest/node_minutes")
            .run(
                Map.of("servers", servers, "spaces", spaces, "hosts", hosts, "targets", targets),
                Map.of(
                    "storage_targets", String.join("\n", nodes.storageTargets()),
                    "metadata_servers", String.join("\n", nodes.metadataServers()))),
        Tables.TARGET_MINUTES,
        targets,
        Tables.CLIENT_MINUTES,
        SqlFile.named("ingest/client_minutes")
            .run(
                Map.of("metrics", clients),
                Map.of("client_nodes", String.join("\n", nodes.clientNodes()))));
  }

  private static JavaRDD<Row> parse(SparkSession spark, List<InputFile> files, Settings settings) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<ArrayList<MetricsSplit>> tasks =
        MetricsSplit.tasks(files, spark.sparkContext().defaultParallelism());
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf()));
    int maxLineBytes = settings.ingest().maxLineBytes();
    long latestNs =
        settings
            .run()
            .asOf()
            .map(asOf -> nanos(asOf.plus(settings.ingest().futureTolerance())))
            .orElse(Long.MAX_VALUE);
    // The splits travel with the code, because Kryo of Spark 3.5 cannot write records.
    return context
        .parallelize(IntStream.range(0, tasks.size()).boxed().toList(), tasks.size())
        .flatMap(
            task ->
                new MetricsReader(
                    tasks.get(task).iterator(), hadoop.value().value(), maxLineBytes, latestNs));
  }

  private static long nanos(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
  }
}
