package org.chunkopt.ingest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;

/**
 * Reads exports of BeeGFS-mon and Telegraf into figures by minute. Each input is parsed once, into
 * blocks of points, rejects and ledgers. One shuffle brings the blocks together, an hour of all
 * servers and hosts in one place, which are folded once into rows by minute; those are kept until
 * the tables are written.
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
    Latest latest = Latest.asked(settings);
    MetricsShuffle shuffle = shuffle(spark, files, settings, latest);
    List<Row> summary = shuffle.summary();
    Latest polled = Latest.polled(MetricsShuffle.kind(summary, MetricsShuffle.COUNT), settings);
    if (latest.isUnknown() && polled.excludesAny(summary)) {
      // Only now it is known which points are of the future. They are rare: all is read again.
      shuffle = shuffle(spark, files, settings, polled);
      summary = shuffle.summary();
    }
    MetricsLedger ledger =
        MetricsLedger.of(files, MetricsShuffle.kind(summary, MetricsReader.LEDGER));
    HashSet<Integer> unreadable = new HashSet<>(ledger.unreadable());
    CopyChoice copies =
        CopyChoice.of(
            MetricsShuffle.kind(summary, MetricsShuffle.CONTEXT),
            readable(MetricsShuffle.kind(summary, MetricsShuffle.COUNT), unreadable));
    Outages outages =
        Outages.of(
            readable(MetricsShuffle.kind(summary, MetricsShuffle.SILENCE), unreadable).stream()
                .filter(row -> copies.counts(row.get(0), row.get(4), row.get(1)))
                .toList());
    List<Row> sightings =
        readable(MetricsShuffle.kind(summary, MetricsShuffle.SIGHTING), unreadable).stream()
            .filter(
                row ->
                    copies.counts(
                        row.get(Sightings.FILE),
                        row.get(Sightings.SEGMENT),
                        row.get(Sightings.SOURCE)))
            .toList();
    ArrayList<Node> nodes = new ArrayList<>(Node.asked(sightings, settings.nodes()));
    TelegrafHosts hosts = TelegrafHosts.of(sightings);
    HashMap<String, List<String>> spellings = hosts.spellings(nodes);
    List<String> warnings = new ArrayList<>(copies.warnings());
    warnings.addAll(NameClashes.warnings(sightings));
    warnings.addAll(hosts.warnings(nodes, pinged(sightings)));
    HashSet<List<Object>> passedOver = copies.passedOver();
    ArrayList<String> askedTargets = new ArrayList<>(settings.nodes().storageTargets());
    JavaRDD<RowBlock> minutes =
        Sheets.keep(
            shuffle
                .blocks()
                .filter(
                    row -> {
                      Row block = MetricsShuffle.block(row);
                      return !unreadable.contains(block.getInt(MinuteFold.FILE))
                          && CopyChoice.counts(
                              passedOver,
                              block.get(MinuteFold.FILE),
                              block.get(MinuteFold.SEGMENT),
                              block.get(MinuteFold.MEASUREMENT));
                    })
                .mapPartitions(rows -> new HourFold(rows, outages, nodes, spellings, askedTargets)),
            MinuteSheet.all());
    // One job for both, which folds all.
    List<RowBlock> notes =
        minutes
            .filter(
                block ->
                    block.kind() == MinuteSheet.DUPLICATES.ordinal()
                        || block.kind() == MinuteSheet.LOADS.ordinal())
            .collect();
    CompletableFuture<List<String>> clocks =
        CompletableFuture.supplyAsync(
            () -> {
              warnings.addAll(ClockOffsets.warnings(decoded(notes, MinuteSheet.LOADS)));
              return warnings;
            });
    return new Ingested(
        tables(spark, minutes, settings.nodes()),
        rejects(spark, shuffle, ledger),
        spark.createDataFrame(
            ledger.rows(duplicates(decoded(notes, MinuteSheet.DUPLICATES)), copies.lines()),
            Tables.INGEST_LEDGER.schema()),
        List.of(minutes::unpersist),
        clocks::join);
  }

  private static Set<String> pinged(List<Row> sightings) {
    return sightings.stream()
        .filter(row -> row.getString(Sightings.SOURCE).equals("ping"))
        .map(row -> row.getString(Sightings.SUBJECT))
        .collect(Collectors.toSet());
  }

  private static List<Row> readable(List<Row> ofFiles, Set<Integer> unreadable) {
    return ofFiles.stream().filter(row -> !unreadable.contains(row.getInt(0))).toList();
  }

  /** Parts of each kind of blocks: as many as the cores, more where one would be of a gigabyte. */
  private static int width(SparkSession spark, List<InputFile> files) {
    long bytes = InputFile.bytes(files);
    return Math.max(spark.sparkContext().defaultParallelism(), (int) (bytes >> 30));
  }

  private static List<Row> decoded(List<RowBlock> blocks, MinuteSheet sheet) {
    return blocks.stream()
        .filter(block -> block.kind() == sheet.ordinal())
        .flatMap(block -> Sheets.decoded(block, sheet.columns()).stream())
        .toList();
  }

  /** Lines that repeat an earlier one, by file; each task counts those that it folds. */
  private static Map<Integer, Long> duplicates(List<Row> counts) {
    Map<Integer, Long> duplicates = new HashMap<>();
    counts.forEach(row -> duplicates.merge(row.getInt(0), row.getLong(1), Long::sum));
    return duplicates;
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
      SparkSession spark, JavaRDD<RowBlock> minutes, Settings.Nodes nodes) {
    return Map.of(
        Tables.NODE_MINUTES,
        SqlFile.named("ingest/node_minutes")
            .run(Map.of("minutes", rows(spark, minutes, MinuteSheet.NODES)), Map.of()),
        Tables.TARGET_MINUTES,
        SqlFile.named("ingest/target_minutes")
            .run(Map.of("metrics", rows(spark, minutes, MinuteSheet.TARGETS)), Map.of()),
        Tables.CLIENT_MINUTES,
        SqlFile.named("ingest/client_minutes")
            .run(
                Map.of("metrics", rows(spark, minutes, MinuteSheet.CLIENTS)),
                Map.of("client_nodes", String.join("\n", nodes.clientNodes()))));
  }

  private static Dataset<Row> rows(
      SparkSession spark, JavaRDD<RowBlock> minutes, MinuteSheet sheet) {
    return Sheets.rows(spark, minutes, sheet.ordinal(), sheet.columns());
  }

  private static MetricsShuffle shuffle(
      SparkSession spark, List<InputFile> files, Settings settings, Latest latest) {
    return new MetricsShuffle(parse(spark, files, settings, latest), width(spark, files));
  }

  private static JavaRDD<Row> parse(
      SparkSession spark, List<InputFile> files, Settings settings, Latest latest) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<ArrayList<MetricsSplit>> tasks =
        MetricsSplit.tasks(files, spark.sparkContext().defaultParallelism());
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(new SerializableConfiguration(spark.sessionState().newHadoopConf()));
    int maxLineBytes = settings.ingest().maxLineBytes();
    long latestNs = latest.ns();
    long serverLatestNs = latest.ofServersNs();
    // The splits travel with the code, because Kryo of Spark 3.5 cannot write records.
    return context
        .parallelize(IntStream.range(0, tasks.size()).boxed().toList(), tasks.size())
        .flatMap(
            task ->
                new MetricsReader(
                    tasks.get(task).iterator(),
                    hadoop.value().value(),
                    maxLineBytes,
                    latestNs,
                    serverLatestNs));
  }
}
