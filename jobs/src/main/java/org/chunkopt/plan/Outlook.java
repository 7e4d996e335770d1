package org.chunkopt.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.chunkopt.run.Run;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.TableDirectory;
import org.chunkopt.tables.Tables;

/** What new files get under the plan, at each level of trust, beside doing nothing. */
final class Outlook {
  /** The level at which nothing is done. */
  private static final String NONE = "none";

  private static final StructType LEVELS = StructType.fromDDL("trust STRING");

  private Outlook() {}

  /**
   * The table {@code plan_outlook}.
   *
   * @param changes by level: the directories that may be set, with arm
   * @param tried directories that a trial of tonight sets, with arm
   */
  static Dataset<Row> of(
      Run run,
      Dataset<Row> fileIo,
      Dataset<Row> evidence,
      Map<Settings.Trust, Dataset<Row>> changes,
      Dataset<Row> tried) {
    SparkSession spark = fileIo.sparkSession();
    Dataset<Row> chosen =
        settings(changes.get(Settings.Trust.MEASURED), Settings.Trust.MEASURED)
            .union(settings(changes.get(Settings.Trust.MEASURED), Settings.Trust.PILOTS))
            .union(settings(tried, Settings.Trust.PILOTS))
            .union(settings(changes.get(Settings.Trust.ALL), Settings.Trust.ALL));
    // As many as the limits of a plan allow, and two queries read them.
    Dataset<Row> planned = spark.createDataFrame(chosen.collectAsList(), chosen.schema());
    List<Row> levels = new ArrayList<>();
    Stream.concat(Stream.of(NONE), Stream.of(Settings.Trust.values()).map(Settings.Trust::word))
        .forEach(level -> levels.add(RowFactory.create(level)));
    Dataset<Row> named = spark.createDataFrame(levels, LEVELS);
    Dataset<Row> expected =
        SqlFile.named("plan/outlook")
            .run(
                Map.of(
                    "file_io", fileIo, "evidence", evidence, "planned", planned, "levels", named),
                Map.of());
    String truth = run.settings().evaluate().truth();
    if (truth.isEmpty()) {
      return Tables.PLAN_OUTLOOK.select(expected);
    }
    return Tables.PLAN_OUTLOOK.select(
        expected.unionByName(
            SqlFile.named("plan/outlook_truth")
                .run(
                    Map.of(
                        "file_io",
                        fileIo,
                        "truth",
                        new TableDirectory(truth).read(spark, Tables.TRUTH),
                        "planned",
                        planned,
                        "levels",
                        named),
                    Map.of())));
  }

  private static Dataset<Row> settings(Dataset<Row> directories, Settings.Trust level) {
    return directories.select(
        lit(level.word()).as("trust"),
        col("path_bytes"),
        col("arm.recommended_chunk_bytes").as("chunk_bytes"));
  }
}
