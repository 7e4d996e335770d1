package org.chunkopt.ingest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/**
 * Reads exports of BeeGFS-mon and Telegraf into figures by minute. Each input is parsed once, into
 * blocks of points, rejects and ledgers, which are kept until the tables are written.
 */
final class MetricsInput {
  static final List<Table> TABLES =
      List.of(Tables.NODE_MINUTES, Tables.TARGET_MINUTES, Tables.CLIENT_MINUTES);

  private static final StructType FILES = StructType.fromDDL("file INT, source_file STRING");

  private static final String COMPRESS = "spark.sql.inMemoryColumnarStorage.compressed";

  private MetricsInput() {}

  /**
   * Reads the metrics that the settings name.
   *
   * @throws org.chunkopt.UserError if a path of the settings matches nothing
   */
  static Ingested read(SparkSession spark, Settings settings) {
    List<InputFile> files =
        InputFiles.resolve(spark, settings.inputs().metrics(), "inputs.metrics");
    // As objects: the blocks are few and large, and columns of a cache would copy their bytes.
    JavaRDD<Row> parsed = parse(spark, files, settings).persist(StorageLevel.MEMORY_AND_DISK());
    // A row per split.
    List<Row> splits = kind(parsed, MetricsReader.LEDGER).collect();
    Set<Integer> unreadable =
        splits.stream()
            .filter(split -> split.getString(1).equals(MetricsReader.UNREADABLE))
            .map(split -> split.getInt(0))
            .collect(Collectors.toCollection(HashSet::new));
    JavaRDD<Row> blocks =
        kind(parsed, MetricsReader.BLOCK)
            .filter(block -> !unreadable.contains(block.getInt(MinuteFold.FILE)));
    Outages outages =
        Outages.in(
            blocks.filter(block -> block.getString(MinuteFold.FIELD).equals("isResponding")));
    // Apart, because the query of the servers reads its few rows a dozen times.
    Dataset<Row> clients =
        kept(MinuteFold.of(rows(spark, blocks.filter(MetricsInput::isOfClients)), outages));
    Dataset<Row> servers =
        kept(MinuteFold.of(rows(spark, blocks.filter(block -> !isOfClients(block))), outages));
    Dataset<Row> hosts =
        SqlFile.named("ingest/host_minutes")
            .run(Map.of("metrics", servers), Map.of())
            .persist(StorageLevel.MEMORY_AND_DISK());
    Map<String, Dataset<Row>> inputs =
        Map.of(
            "input_files",
            names(spark, files),
            "ledgers",
            spark.createDataFrame(splits, MetricsReader.LEDGERS),
            "rejected",
            spark.createDataFrame(kind(parsed, MetricsReader.REJECT), MetricsReader.REJECTS),
            "metrics",
            servers.unionAll(clients));
    return new Ingested(
        tables(servers, hosts, clients, settings.nodes()),
        SqlFile.named("ingest/metrics_rejects").run(inputs, Map.of()),
        SqlFile.named("ingest/metrics_ledger").run(inputs, Map.of()),
        List.of(hosts::unpersist, servers::unpersist, clients::unpersist, parsed::unpersist),
        ClockOffsets.warnings(servers, clients));
  }

  private static Map<Table, Dataset<Row>> tables(
      Dataset<Row> servers, Dataset<Row> hosts, Dataset<Row> clients, Settings.Nodes nodes) {
    Dataset<Row> targets =
        SqlFile.named("ingest/target_minutes")
            .run(
                Map.of("metrics", servers),
                Map.of("storage_targets", String.join("\n", nodes.storageTargets())));
    return Map.of(
        Tables.NODE_MINUTES,
        SqlFile.named("ingest/node_minutes")
            .run(
                Map.of("metrics", servers, "hosts", hosts, "targets", targets),
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

  /** Keeps rows as they are: to find out how their columns compress takes longer than to fold. */
  private static Dataset<Row> kept(Dataset<Row> rows) {
    RuntimeConfig conf = rows.sparkSession().conf();
    String before = conf.get(COMPRESS);
    conf.set(COMPRESS, false);
    try {
      return rows.persist(StorageLevel.MEMORY_AND_DISK());
    } finally {
      conf.set(COMPRESS, before);
    }
  }

  private static boolean isOfClients(Row block) {
    return Measurement.named(block.getString(MinuteFold.MEASUREMENT)).isClientOps();
  }

  private static Dataset<Row> rows(SparkSession spark, JavaRDD<Row> blocks) {
    return spark.createDataFrame(blocks, MetricsReader.BLOCKS);
  }

  /** The rows of one of the three kinds that the reader gives. */
  private static JavaRDD<Row> kind(JavaRDD<Row> parsed, int kind) {
    return parsed.filter(row -> !row.isNullAt(kind)).map(row -> row.getStruct(kind));
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

  private static Dataset<Row> names(SparkSession spark, List<InputFile> files) {
    List<Row> rows = new ArrayList<>();
    for (int file = 0; file < files.size(); file++) {
      rows.add(RowFactory.create(file, files.get(file).path()));
    }
    return spark.createDataFrame(rows, FILES);
  }

  private static long nanos(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
  }
}
