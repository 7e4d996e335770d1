package org.chunkopt.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import org.chunkopt.UserError;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Table;
import org.chunkopt.tables.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads inventories of BeeGFS 7 and 8 into {@code files}, one task a shard. */
final class InventoryInput {
  private static final Logger LOG = LoggerFactory.getLogger(InventoryInput.class);
  private static final String KEY = "inputs.inventory";

  /** {@code files}, and where the stat record stands. */
  static final Table FILES = withOffset(Tables.FILES);

  private InventoryInput() {}

  /**
   * Parses every shard once; the result is kept on the executors until it is forgotten. A path that
   * occurs more than once keeps its row with the newest ctime, then the last source file; its other
   * rows become rejects, stay accepted in the ledger and count there as duplicates.
   *
   * @throws UserError if no path is set, a path matches nothing, or no entry can be read
   */
  static Ingested read(SparkSession spark, Settings settings) {
    List<String> patterns = settings.inputs().inventory();
    if (patterns.isEmpty()) {
      throw UserError.failed("No inventory is set. Set chunkopt." + KEY + " in the settings.");
    }
    List<InputFile> inputs = InputFiles.resolve(spark, patterns, KEY);
    List<Shard> shards = Shard.pair(inputs);
    Sheets sheets = new Sheets(FILES, Tables.REJECTS, Tables.INGEST_LEDGER);
    ShardRows reader =
        new ShardRows(
            new InputOpener(spark),
            new InventorySheets(
                sheets.sheet(FILES),
                sheets.sheet(Tables.REJECTS),
                sheets.sheet(Tables.INGEST_LEDGER)),
            settings.ingest().maxLineBytes(),
            settings.beegfs().mount());
    JavaRDD<RowBlock> all = sheets.parse(spark, shards, reader);
    Dataset<Row> ledger =
        spark.createDataFrame(
            sheets.collect(all, Tables.INGEST_LEDGER), Tables.INGEST_LEDGER.schema());
    Dataset<Row> files = sheets.rows(spark, all, FILES);
    Dataset<Row> rejects = sheets.rows(spark, all, Tables.REJECTS);
    requireEntries(ledger, rejects, patterns);
    return distinct(
        spark,
        all,
        files,
        rejects,
        ledger,
        sheets.repeated(all, FILES, InputFile.bytes(inputs), "path_bytes"));
  }

  private static void requireEntries(
      Dataset<Row> ledger, Dataset<Row> rejects, List<String> patterns) {
    long accepted = 0;
    long rejected = 0;
    long shards = 0;
    for (Row file : ledger.collectAsList()) {
      if (List.of("stat0", "index.ndjson").contains(file.<String>getAs("format"))) {
        accepted += file.<Long>getAs("accepted");
        rejected += file.<Long>getAs("rejected");
        shards++;
      }
    }
    LOG.info("Inventory: {} entries, {} rejected, in {} shards.", accepted, rejected, shards);
    if (accepted > 0) {
      return;
    }
    String first =
        rejects.orderBy("source_file", "byte_offset").limit(1).collectAsList().stream()
            .map(row -> " First reject: " + row.getString(0) + ": " + row.getString(4))
            .findFirst()
            .orElse("");
    throw UserError.failed(
        "The inventory "
            + String.join(", ", patterns)
            + " has no entries that can be used."
            + first
            + " Collect it again, or correct chunkopt."
            + KEY
            + ".");
  }

  private static Ingested distinct(
      SparkSession spark,
      JavaRDD<RowBlock> all,
      Dataset<Row> files,
      Dataset<Row> rejects,
      Dataset<Row> ledger,
      RepeatedKeys repeated) {
    if (repeated.isEmpty()) {
      return new Ingested(
          Map.of(Tables.FILES, Tables.FILES.select(files)),
          rejects,
          ledger,
          List.of(all::unpersist));
    }
    Map<String, Dataset<Row>> views = Map.of("entries", files, "repeated", repeated.rows(spark));
    Dataset<Row> ranked = SqlFile.named("ingest/inventory_duplicates").run(views, Map.of());
    ranked.persist(StorageLevel.MEMORY_AND_DISK());
    Dataset<Row> single = SqlFile.named("ingest/inventory_single").run(views, Map.of());
    Dataset<Row> older = ranked.filter("newest > 1");
    return new Ingested(
        Map.of(
            Tables.FILES,
            Tables.FILES.select(single).unionAll(Tables.FILES.select(ranked.filter("newest = 1")))),
        rejects.unionAll(
            SqlFile.named("ingest/inventory_older").run(Map.of("older", older), Map.of())),
        SqlFile.named("ingest/ledger_duplicates")
            .run(Map.of("ledger", ledger, "older", older), Map.of()),
        List.of(all::unpersist, ranked::unpersist));
  }

  private static Table withOffset(Table files) {
    List<Table.Field> columns = new ArrayList<>(files.columns());
    columns.add(
        new Table.Field(
            "byte_offset", DataTypes.LongType, "where the stat record or the line begins"));
    return new Table("inventory_files", files.grain(), files.key(), columns);
  }
}
