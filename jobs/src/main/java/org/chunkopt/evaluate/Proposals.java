package org.chunkopt.evaluate;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log2;

import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.model.Champion;
import org.chunkopt.model.Predictions;
import org.chunkopt.model.TrainedModel;
import org.chunkopt.policy.Advice;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;

/**
 * What every policy would set.
 *
 * @param network the candidate, if there is one
 * @param curves evidence of the directories that were learnt from, with {@link Advice#worths}
 * @param learned choices of the learners of the responses, {@code path_bytes, knn, gbt}
 */
record Proposals(
    Optional<TrainedModel> network, Dataset<Row> curves, Dataset<Row> learned, Settings settings) {

  /** For files as they are: rows of {@code file_features}. */
  Dataset<Row> of(Dataset<Row> files) {
    Dataset<Row> predicted =
        network
            .map(model -> Predictions.add(files, model))
            .orElseGet(
                () -> files.withColumn(Predictions.PREDICTED_LOG2_KIB, lit(null).cast("double")));
    return SqlFile.named("evaluate/proposals")
        .run(
            Map.of(
                "asked", files,
                "network", Advice.recommendations(predicted, curves, settings, "candidate"),
                "table_advice",
                    Advice.recommendations(
                        Advice.byCohortTable(files, curves, settings),
                        curves,
                        settings,
                        Champion.COHORT_TABLE),
                "learned", learned,
                "curves", broadcast(curves)),
            Map.of());
  }

  /** For each file eight times: had it each of the candidate chunk sizes. */
  Dataset<Row> ofEveryChunkSize(Dataset<Row> files) {
    Column sizes =
        array(ChunkSize.CANDIDATES.stream().map(size -> lit(size.bytes())).toArray(Column[]::new));
    Dataset<Row> asked = files.withColumn("chunk_bytes", explode(sizes));
    return of(
        asked.withColumn(
            "current_chunk_log2_kib", log2(asked.col("chunk_bytes").divide(lit(1024.0)))));
  }
}
