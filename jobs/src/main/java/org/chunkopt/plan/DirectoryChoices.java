package org.chunkopt.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.chunkopt.settings.Settings;
import org.chunkopt.sql.SqlFile;
import org.chunkopt.tables.Tables;

/**
 * Which chunk size the new files of each directory should get, in hours of I/O a day: what is saved
 * less a price for what may be lost. The price is the least at which all directories together are
 * expected to lose no more than the share {@code advice.loss-budget} of what they save.
 */
final class DirectoryChoices {
  private static final StructType PRICES = StructType.fromDDL("trust STRING, price DOUBLE");

  /** The price where none keeps within the budget: any loss is too much. */
  private static final double NO_LOSS = 1e12;

  private static final List<String> LEVELS = List.of("measured", "all");

  private DirectoryChoices() {}

  /**
   * The table {@code directory_arms}.
   *
   * @param fileIo plan/file_io.sql
   * @param evidence of all directories
   */
  static Dataset<Row> arms(Dataset<Row> fileIo, Dataset<Row> evidence, Settings settings) {
    return Tables.DIRECTORY_ARMS.select(
        SqlFile.named("plan/directory_arms")
            .run(
                Map.of("file_io", fileIo, "evidence", evidence),
                Map.of(
                    "min_bytes", settings.chunkSize().min().bytes(),
                    "max_bytes", settings.chunkSize().max().bytes())));
  }

  /**
   * plan/choices.sql.
   *
   * @param arms the table {@code directory_arms}
   */
  static Dataset<Row> of(Dataset<Row> arms, Settings settings) {
    Dataset<Row> eligible =
        SqlFile.named("plan/eligible")
            .run(Map.of("arms", arms), Map.of("tie", settings.evidence().tieFraction()));
    Dataset<Row> prices =
        arms.sparkSession()
            .createDataFrame(prices(eligible, settings.advice().lossBudget()), PRICES);
    return SqlFile.named("plan/choices").run(Map.of("arms", eligible, "prices", prices), Map.of());
  }

  private static List<Row> prices(Dataset<Row> eligible, double budget) {
    Map<String, Map<Integer, Row>> sums = new TreeMap<>();
    SqlFile.named("plan/prices")
        .run(Map.of("arms", eligible), Map.of())
        .collectAsList()
        .forEach(
            row ->
                sums.computeIfAbsent(row.getAs("trust"), trust -> new TreeMap<>())
                    .put(row.getAs("step"), row));
    List<Row> prices = new ArrayList<>();
    for (String level : LEVELS) {
      double price =
          sums.getOrDefault(level, Map.of()).entrySet().stream()
              .filter(
                  e ->
                      e.getValue().<Double>getAs("hours_lost")
                          <= budget * e.getValue().<Double>getAs("hours_saved"))
              .mapToDouble(e -> Math.pow(2, e.getKey() / 4.0))
              .findFirst()
              .orElse(NO_LOSS);
      prices.add(RowFactory.create(level, price));
    }
    return prices;
  }
}
