package org.chunkopt.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.policy.Options.Change;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Tables;

/** From a proposed chunk size to advice with its expected gain, for any number of files. */
public final class Advice {
  /** What {@link #recommendations} reads of a file beside its prediction. */
  public static final List<String> FILE_COLUMNS =
      List.of(
          "path",
          "path_bytes",
          "entry_id",
          "parent_path",
          "uid",
          "size_bytes",
          "num_targets",
          "chunk_bytes",
          "has_telemetry",
          "access_frequency_log2",
          "restriction",
          "cohort");

  private static final StructType CHOICES =
      StructType.fromDDL(
          "cohort "
              + Tables.COHORT
              + ", current_position INT, proposed_position INT, changed BOOLEAN,"
              + " chosen_chunk_bytes BIGINT, tier STRING, expected_gain DOUBLE, gain_p10 DOUBLE,"
              + " gain_p90 DOUBLE, saved_s_per_mib DOUBLE, why_keep INT");

  private static final StructType PROPOSALS =
      StructType.fromDDL("cohort " + Tables.COHORT + ", current_position INT, table_position INT");

  private static final String PREDICTED = "predicted";

  private Advice() {}

  /** The files with the encoded inputs of the network. */
  public static Dataset<Row> encoded(
      Dataset<Row> files, Dataset<Row> cohorts, Dataset<Row> suffixes) {
    return SqlFile.named("policy/encoded")
        .run(Map.of("file_features", files, "cohorts", cohorts, "suffixes", suffixes), Map.of());
  }

  /** The files with what the cohort table alone proposes as {@code predicted_log2_kib}. */
  public static Dataset<Row> byCohortTable(Dataset<Row> files, Options options) {
    List<Row> rows = new ArrayList<>();
    options
        .all()
        .forEach(
            from ->
                rows.add(RowFactory.create(from.cohort(), from.position(), options.byTable(from))));
    SparkSession spark = files.sparkSession();
    return SqlFile.named("policy/table_choice")
        .run(
            Map.of("file_features", files, "proposals", spark.createDataFrame(rows, PROPOSALS)),
            Map.of());
  }

  /**
   * The rows of {@code recommendations}.
   *
   * @param scored {@code file_features} with {@code predicted_log2_kib}
   * @param modelId policy that made the predictions
   */
  public static Dataset<Row> recommendations(
      Dataset<Row> scored, Options options, Settings settings, String modelId) {
    List<Row> rows = new ArrayList<>();
    for (Options.From from : options.all()) {
      for (int proposed = 0; proposed < ChunkSize.CANDIDATES.size(); proposed++) {
        rows.add(choice(options, from, proposed));
      }
    }
    return SqlFile.named("policy/recommendations")
        .run(
            Map.of(
                "scored", scored, "choices", scored.sparkSession().createDataFrame(rows, CHOICES)),
            Map.of(
                "min_log2_kib", settings.chunkSize().min().log2Kib(),
                "max_log2_kib", settings.chunkSize().max().log2Kib(),
                "fallback_bytes", settings.chunkSize().fallback().bytes(),
                "copy_bytes_per_s", settings.plan().copyBytesPerSecond(),
                "horizon_days", settings.plan().horizonDays(),
                "model_id", modelId));
  }

  private static Row choice(Options options, Options.From from, int proposed) {
    int chosen = options.advised(from, proposed);
    Change change = from.changes()[chosen];
    Change wished = from.changes()[proposed];
    int whyKeep =
        proposed == from.position()
            ? 1
            : wished.tier().equals(PREDICTED) && wished.gain() > 0 ? 3 : 4;
    return RowFactory.create(
        from.cohort(),
        from.position(),
        proposed,
        chosen != from.position(),
        ChunkSize.CANDIDATES.get(chosen).bytes(),
        change.tier(),
        Math.pow(2, change.gain()),
        Math.pow(2, change.p10()),
        Math.pow(2, change.p90()),
        (1 - Math.pow(2, -change.p20())) / Math.pow(2, from.log2Throughput()),
        whyKeep);
  }
}
