package org.chunkopt.report;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/** Drawings of amounts: bars across, and columns by chunk size. */
final class Bars {
  private Bars() {}

  /**
   * A bar.
   *
   * @param text the value in words, after the bar
   * @param style class of the bar
   */
  record Bar(String name, double value, String text, String style) {}

  /**
   * Bars across, one line each.
   *
   * @param end value at the end of the scale; longer bars end there
   * @param thresholds values that are marked, none beyond the end
   */
  static String across(String title, List<Bar> bars, double end, double... thresholds) {
    return across(Lanes.beside(22, 250, 640), title, bars, end, thresholds)
        + across(Lanes.over(), title, bars, end, thresholds);
  }

  private static String across(
      Lanes lanes, String title, List<Bar> bars, double end, double... thresholds) {
    Scale x = lanes.scale(0, end);
    double height = lanes.bottom(bars.size()) + (thresholds.length > 0 ? 26 : 8);
    Svg svg = lanes.begin(height, title);
    for (double threshold : thresholds) {
      svg.line(x.at(threshold), 2, x.at(threshold), height - 22, "threshold");
      svg.label(x.at(threshold), height - 6, "middle", Svg.format("%.2f", threshold));
    }
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      double reach = x.at(Math.min(end, bar.value()));
      svg.bar(
          lanes.left(),
          lanes.middle(i) - 7,
          Math.max(1, reach - lanes.left()),
          14,
          bar.style(),
          1,
          bar.name() + ": " + bar.text());
      lanes.name(svg, i, bar.name());
      lanes.value(svg, i, reach + 6, bar.text());
    }
    return svg.toString();
  }

  /** Observations by chunk size and source as columns on a logarithmic scale. */
  static String overlap(List<Row> rows) {
    Map<Long, TreeMap<String, Long>> columns = new TreeMap<>();
    TreeMap<String, Integer> sources = new TreeMap<>();
    long most = 1;
    for (Row row : rows) {
      long observations = row.getAs("observations");
      columns
          .computeIfAbsent(row.getAs("chunk_bytes"), chunk -> new TreeMap<>())
          .put(row.getAs("source"), observations);
      sources.put(row.getAs("source"), 0);
      most = Math.max(most, observations);
    }
    int order = 0;
    for (Map.Entry<String, Integer> source : sources.entrySet()) {
      source.setValue(order++);
    }
    Scale y = new Scale(0, Math.log10(most) + 0.3, 170, 26);
    double column = 680.0 / Math.max(4, columns.size());
    double bar = Math.min(46, (column - 14) / sources.size());
    Svg svg = Svg.fitting(760, 200, "Observations by chunk size and source");
    for (int power = 0; power <= Math.log10(most) + 0.3; power++) {
      svg.line(60, y.at(power), 750, y.at(power), power == 0 ? "axis" : "grid");
      svg.label(52, y.at(power) + 4, "end", Quantities.count((long) Math.pow(10, power)));
    }
    int i = 0;
    for (Map.Entry<Long, TreeMap<String, Long>> chunk : columns.entrySet()) {
      double middle = 60 + column * (i++ + 0.5);
      svg.label(middle, 190, "middle", Quantities.chunk(chunk.getKey()));
      for (Map.Entry<String, Long> source : chunk.getValue().entrySet()) {
        int place = sources.get(source.getKey());
        double left = middle + (place - sources.size() / 2.0) * bar;
        // A single observation is a sliver and not nothing.
        double top = Math.min(168, y.at(Math.log10(source.getValue())));
        String count = Quantities.count(source.getValue());
        svg.bar(
            left + 1,
            top,
            bar - 2,
            170 - top,
            "series-" + Math.min(place, 2),
            1,
            source.getKey() + ", " + Quantities.chunk(chunk.getKey()) + ": " + count);
        svg.label(left + bar / 2, top - 4, "middle", count);
      }
    }
    return svg.toString();
  }
}
