package org.chunkopt.ingest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
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

  private MetricsInput() {}

  /**
   * Reads the metrics that the settings name.
   *
   * @throws org.chunkopt.UserError if a path of the settings matches nothing
   */
  static Ingested read(SparkSession spark, Settings settings) {
    List<InputFile> files =
        InputFiles.resolve(spark, settings.inputs().metrics(), "inputs.metrics");
    Dataset<Row> parsed = parse(spark, files, settings).persist(StorageLevel.MEMORY_AND_DISK());
    Dataset<Row> ledgers = parsed.filter("ledger IS NOT NULL").select("ledger.*");
    Object[] unreadable =
        ledgers
            .filter(functions.col("format").equalTo(MetricsReader.UNREADABLE))
            .select("file")
            .distinct()
            .collectAsList()
            .stream()
            .map(row -> row.get(0))
            .toArray();
    Dataset<Row> blocks =
        parsed
            .filter("block IS NOT NULL")
            .select("block.*")
            .filter(functions.not(functions.col("file").isin(unreadable)));
    // Apart, because the query of the servers reads its few rows a dozen times.
    Outages outages = Outages.in(blocks);
    Column ofClients = functions.col("measurement").contains("ClientOpsBy");
    Dataset<Row> clients =
        MinuteFold.of(blocks.filter(ofClients), outages).persist(StorageLevel.MEMORY_AND_DISK());
    Dataset<Row> servers =
        MinuteFold.of(blocks.filter(functions.not(ofClients)), outages)
            .persist(StorageLevel.MEMORY_AND_DISK());
    Dataset<Row> hosts =
        SqlFile.named("ingest/host_minutes")
            .run(Map.of("metrics", servers), Map.of())
            .persist(StorageLevel.MEMORY_AND_DISK());
    Map<String, Dataset<Row>> inputs =
        Map.of(
            "input_files",
            names(spark, files),
            "ledgers",
            ledgers,
            "rejected",
            parsed.filter("reject IS NOT NULL").select("reject.*"),
            "metrics",
            servers.unionAll(clients));
    return new Ingested(
        tables(servers, hosts, clients, settings.nodes()),
        SqlFile.named("ingest/metrics_rejects").run(inputs, Map.of()),
        SqlFile.named("ingest/metrics_ledger").run(inputs, Map.of()),
        List.of(hosts, servers, clients, parsed));
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

  private static Dataset<Row> parse(SparkSession spark, List<InputFile> files, Settings settings) {
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
    JavaRDD<Row> rows =
        context
            .parallelize(IntStream.range(0, tasks.size()).boxed().toList(), tasks.size())
            .flatMap(
                task ->
                    new MetricsReader(
                        tasks.get(task).iterator(),
                        hadoop.value().value(),
                        maxLineBytes,
                        latestNs));
    return spark.createDataFrame(rows, MetricsReader.ROWS);
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
