package org.chunkopt.study;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.chunkopt.beegfs.ChunkSize;
import org.chunkopt.simulate.LivingSite.Made;

/**
 * What the plans of a loop delivered up to a day, by the truth of the site: figures by name. Hours
 * are of accesses past the page cache, size over true throughput; they are saved or lost against
 * the patterns that the site had before the first plan.
 */
final class Delivery {
  /** The figures of a night in order, each with its format. */
  static final Map<String, String> FIGURES = new LinkedHashMap<>();

  static {
    FIGURES.put("night", "%.0f");
    FIGURES.put("night_s", "%.0f");
    FIGURES.put("change", "%.0f");
    FIGURES.put("try", "%.0f");
    FIGURES.put("undo", "%.0f");
    FIGURES.put("rewrite", "%.0f");
    FIGURES.put("new_files", "%.0f");
    FIGURES.put("ratio", "%.3f");
    FIGURES.put("keep", "%.3f");
    FIGURES.put("constant", "%.3f");
    FIGURES.put("new_ratio", "%.3f");
    FIGURES.put("io_h", "%.3f");
    FIGURES.put("avoidable_h", "%.3f");
    FIGURES.put("saved_h", "%.3f");
    FIGURES.put("lost_h", "%.3f");
    FIGURES.put("share", "%.3f");
    FIGURES.put("slower", "%.3f");
    FIGURES.put("items_saved_h", "%.3f");
    FIGURES.put("items_lost_h", "%.3f");
  }

  /** What the figures mean, for the end of a table. */
  static final String LEGEND =
      """
      change, try, undo  directories that were set that night, by part of the plan; rewrite: files
      new_files          files made on the day after the night, with the patterns that it left
      ratio              throughput over that of the best chunk size, geometric mean of the files made
                         since the first night; keep: with the patterns before the first night;
                         constant: with the chunk size that serves them best of all; new_ratio: ratio
                         of that day's files alone
      io_h               hours of I/O of that day's files with the patterns before the first night
      avoidable_h        of these, hours that the best chunk size of each file would have saved
      saved_h, lost_h    hours saved and lost on what became faster and slower
      share              saved less lost hours of the avoidable ones
      slower             share of that day's files that became slower by more than 5 %
      items_saved_h, items_lost_h  over all days: hours saved by directories that saved time in
                         balance, and lost by those that lost time
      """;

  private static final double HARM = Math.log(0.95);

  /** Hours saved in balance by directory, over all days. */
  private final Map<String, Double> items = new TreeMap<>();

  /**
   * Judges a day. To be called once a day, since the balance of the directories goes on.
   *
   * @param made files made since the first night, of which there are some of this day
   */
  Map<String, Double> of(List<Made> made, int day) {
    List<Made> today = made.stream().filter(file -> file.day() == day).toList();
    double[] sums = new double[5];
    for (Made file : today) {
      double before = hours(file, position(file.keptChunkBytes()));
      double after = hours(file, position(file.chunkBytes()));
      sums[0] += before;
      sums[1] += before - hours(file, best(file));
      sums[2] += Math.max(0, before - after);
      sums[3] += Math.max(0, after - before);
      sums[4] +=
          ln(file, position(file.chunkBytes())) - ln(file, position(file.keptChunkBytes())) < HARM
              ? 1
              : 0;
      items.merge(file.directory(), before - after, Double::sum);
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("new_files", (double) today.size());
    figures.put("ratio", ratio(made, file -> position(file.chunkBytes())));
    figures.put("keep", ratio(made, file -> position(file.keptChunkBytes())));
    figures.put(
        "constant",
        IntStream.range(0, ChunkSize.CANDIDATES.size())
            .mapToDouble(constant -> ratio(made, file -> constant))
            .max()
            .orElseThrow());
    figures.put("new_ratio", ratio(today, file -> position(file.chunkBytes())));
    figures.put("io_h", sums[0]);
    figures.put("avoidable_h", sums[1]);
    figures.put("saved_h", sums[2]);
    figures.put("lost_h", sums[3]);
    figures.put("share", sums[1] == 0 ? 0 : (sums[2] - sums[3]) / sums[1]);
    figures.put("slower", sums[4] / today.size());
    figures.put("items_saved_h", items.values().stream().mapToDouble(h -> Math.max(0, h)).sum());
    figures.put("items_lost_h", items.values().stream().mapToDouble(h -> Math.max(0, -h)).sum());
    return figures;
  }

  /** The names of the figures, and the figures, in columns. */
  static String header() {
    return FIGURES.keySet().stream()
        .map(name -> String.format("%" + width(name) + "s", name))
        .collect(Collectors.joining());
  }

  static String line(Map<String, Double> figures) {
    return FIGURES.entrySet().stream()
        .map(
            figure ->
                String.format(
                    "%" + width(figure.getKey()) + "s",
                    String.format(Locale.ROOT, figure.getValue(), figures.get(figure.getKey()))))
        .collect(Collectors.joining());
  }

  private static int width(String name) {
    return Math.max(8, name.length() + 2);
  }

  private static double ratio(List<Made> files, ToIntFunction<Made> choice) {
    return Math.exp(
        files.stream()
            .mapToDouble(file -> ln(file, choice.applyAsInt(file)) - ln(file, best(file)))
            .average()
            .orElse(0));
  }

  private static double ln(Made file, int position) {
    return Math.log(file.mibPerSecond()[position]);
  }

  private static double hours(Made file, int position) {
    return file.accesses() * (file.bytes() / file.mibPerSecond()[position] / (1 << 20) / 3_600);
  }

  private static int best(Made file) {
    double[] values = file.mibPerSecond();
    return IntStream.range(0, values.length)
        .reduce((a, b) -> values[b] > values[a] ? b : a)
        .orElseThrow();
  }

  private static int position(long chunkBytes) {
    return ChunkSize.CANDIDATES.indexOf(new ChunkSize(chunkBytes));
  }
}
