package org.chunkopt.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.chunkopt.UserError;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Tables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads inventories of BeeGFS 7 and 8 into {@code files}, one task a shard. */
final class InventoryInput {
  private static final Logger LOG = LoggerFactory.getLogger(InventoryInput.class);
  private static final String KEY = "inputs.inventory";

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
    // Checked here, so that a wrong name is the admin's mistake and no failure of a task.
    IndexKey.names(settings.inputs().indexColumns());
    Sheets sheets = InventorySheets.sheets();
    ShardRows reader =
        new ShardRows(
            new InputOpener(spark),
            InventorySheets.of(sheets),
            settings.ingest().maxLineBytes(),
            settings.beegfs().mount(),
            settings.inputs().indexColumns());
    JavaRDD<RowBlock> all = sheets.parse(spark, shards, reader);
    Dataset<Row> ledger =
        spark.createDataFrame(
            sheets.collect(all, Tables.INGEST_LEDGER), Tables.INGEST_LEDGER.schema());
    Dataset<Row> files = sheets.rows(spark, all, InventorySheets.FILES);
    Dataset<Row> rejects = sheets.rows(spark, all, Tables.REJECTS);
    requireEntries(ledger, rejects, patterns);
    return distinct(
        spark,
        all,
        files,
        rejects,
        ledger,
        sheets.repeated(all, InventorySheets.FILES, InputFile.bytes(inputs), "path_bytes"),
        warnings(sheets.collect(all, InventorySheets.GAPS)));
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
      RepeatedKeys repeated,
      List<String> warnings) {
    if (repeated.isEmpty()) {
      return new Ingested(
          Map.of(Tables.FILES, Tables.FILES.select(files)),
          rejects,
          ledger,
          List.of(all::unpersist),
          warnings);
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
        List.of(all::unpersist, ranked::unpersist),
        warnings);
  }

  /** What the inventory does not say, so that the admin learns it once and with its number. */
  private static List<String> warnings(List<Row> gaps) {
    List<String> warnings = new ArrayList<>();
    long entries = sum(gaps, "entries");
    add(
        warnings,
        sum(gaps, "owners"),
        "%d of %d entries have no owner by number, so habits and messages of their owners do not"
            + " count for them. Export the index with export-index.sh, which has numbers.",
        entries);
    add(
        warnings,
        sum(gaps, "patterns"),
        "The chunk size of %d directories is not known, so a plan may propose for them what they"
            + " already have. Give their entry info in NAME.entries.ndjson, as export-index.sh does.",
        entries);
    add(
        warnings,
        sum(gaps, "targets"),
        "%d of %d entries are files whose targets are not listed, so they have no figures of their"
            + " servers. Export the index with export-index.sh, which lists them.",
        entries);
    add(
        warnings,
        sum(gaps, "times"),
        "%d times of entries are outside the years 1 to 9999; they are null in files.",
        entries);
    long restricted = sum(gaps, "restricted");
    if (restricted > 0) {
      LOG.info(
          "Inventory: {} files are offloaded, locked or have a copy on a remote target; nothing is"
              + " learnt from them, and they are never planned.",
          restricted);
    }
    return warnings;
  }

  private static void add(List<String> warnings, long count, String sentence, long entries) {
    if (count > 0) {
      warnings.add(String.format(Locale.ROOT, sentence, count, entries));
    }
  }

  private static long sum(List<Row> rows, String column) {
    return rows.stream().mapToLong(row -> row.<Long>getAs(column)).sum();
  }
}
