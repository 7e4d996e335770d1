package org.chunkopt.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.settings.Settings;

/** What the root should hand on to the directories that nobody set, a sentence a storage class. */
public final class RootDefault {
  private RootDefault() {}

  /**
   * The sentences.
   *
   * @param rows of the table {@code root_default}
   */
  public static List<String> of(List<Row> rows, Settings settings) {
    List<String> lines = new ArrayList<>();
    rows.stream()
        .map(row -> row.<String>getAs("storage_class"))
        .distinct()
        .sorted()
        .forEach(
            storageClass ->
                lines.add(
                    sentence(
                        rows.stream()
                            .filter(row -> row.getAs("storage_class").equals(storageClass))
                            .toList(),
                        settings)));
    return lines;
  }

  private static String sentence(List<Row> sizes, Settings settings) {
    Row any = sizes.get(0);
    Optional<Row> best =
        sizes.stream()
            .filter(row -> allowed(row, settings))
            .filter(
                row ->
                    row.<Double>getAs("hours_lost")
                        <= settings.advice().lossBudget() * row.<Double>getAs("hours_saved"))
            .filter(
                row -> net(row) > settings.evidence().tieFraction() * row.<Double>getAs("hours"))
            .max(Comparator.comparingDouble(RootDefault::net));
    String about =
        String.format(
            Locale.ROOT,
            "Default of the root, storage class %s: %s now, in %d directories with %.2f hours of I/O a day. ",
            any.getAs("storage_class"),
            new ChunkSize(any.<Long>getAs("current_chunk_bytes")),
            any.<Long>getAs("directories"),
            any.<Double>getAs("hours"));
    return best.map(
            row ->
                about
                    + String.format(
                        Locale.ROOT,
                        "%s for all of them would save %.2f (%.2f to %.2f).",
                        new ChunkSize(row.<Long>getAs("chunk_bytes")),
                        net(row),
                        row.<Double>getAs("hours_saved_p10"),
                        row.<Double>getAs("hours_saved_p90")))
        .orElse(about + "No other size is worth its risk for all of them.");
  }

  private static boolean allowed(Row row, Settings settings) {
    long chunk = row.getAs("chunk_bytes");
    return chunk >= settings.chunkSize().min().bytes()
        && chunk <= settings.chunkSize().max().bytes();
  }

  private static double net(Row row) {
    return row.<Double>getAs("hours_saved") - row.<Double>getAs("hours_lost");
  }
}
