package org.chunkopt.report;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Row;

/** The drawings of the overview: the namespace as a heat map, the advice as a flow. */
final class Charts {
  private Charts() {}

  /**
   * The namespace by size octave (across) and current chunk size (up), the stronger the more.
   *
   * @param weight column of longs that is shown: files or bytes
   */
  static String namespace(List<Row> cells, String weight) {
    TreeSet<Long> chunks = new TreeSet<>();
    int from = 60;
    int to = 0;
    long most = 1;
    for (Row cell : cells) {
      chunks.add(orZero(cell.getAs("current_chunk_bytes")));
      from = Math.min(from, cell.<Integer>getAs("size_octave"));
      to = Math.max(to, cell.<Integer>getAs("size_octave"));
      most = Math.max(most, cell.<Long>getAs(weight));
    }
    List<Long> rows = List.copyOf(chunks.descendingSet());
    double left = 70;
    double column = Math.min(48, (760 - left - 10) / (to - from + 1));
    int ticks = to - from < 5 ? 1 : 5;
    double height = rows.size() * 26 + 50;
    Svg svg =
        Svg.fitting(760, height, Svg.format("%s by file size and current chunk size", weight));
    for (int i = 0; i < rows.size(); i++) {
      svg.label(left - 8, i * 26 + 18, "end", chunk(rows.get(i)));
      svg.line(left, i * 26 + 26, 750, i * 26 + 26, "grid");
    }
    for (Row cell : cells) {
      int octave = cell.getAs("size_octave");
      long files = cell.getAs("files");
      double shade = 0.12 + 0.88 * shade(cell.<Long>getAs(weight), most, weight);
      svg.bar(
          left + (octave - from) * column + 0.5,
          rows.indexOf(orZero(cell.getAs("current_chunk_bytes"))) * 26 + 1,
          column - 1,
          24,
          "mark",
          shade,
          Quantities.octave(octave)
              + ", chunk "
              + Quantities.chunk(cell.getAs("current_chunk_bytes"))
              + ": "
              + Quantities.count(files)
              + " files, "
              + Quantities.bytes(cell.<Long>getAs("bytes")));
    }
    for (int octave = Math.max(0, Math.floorDiv(from + ticks - 1, ticks) * ticks);
        octave <= to;
        octave += ticks) {
      double x = left + (octave - from) * column;
      svg.line(x, rows.size() * 26, x, rows.size() * 26 + 5, "axis");
      svg.label(
          x,
          rows.size() * 26 + 19,
          "middle",
          Quantities.bytes(Math.pow(2, octave)).replace(".0 ", " "));
    }
    svg.label(left + column * (to - from + 1) / 2, height - 6, "middle", "file size");
    return svg.toString();
  }

  /** Files on a logarithmic scale; bytes by their share, since large files hold nearly all. */
  private static double shade(long amount, long most, String weight) {
    return weight.equals("files")
        ? Math.log1p(amount) / Math.log1p(most)
        : Math.sqrt((double) amount / most);
  }

  /**
   * Bands from the current chunk sizes to the recommended ones, as wide as the files are many.
   *
   * @param flows at least one
   */
  static String flow(List<Row> flows) {
    double total = Math.max(1, Figures.sum(flows, "files"));
    Map<Long, Double> from = new TreeMap<>();
    Map<Long, Double> to = new TreeMap<>();
    for (Row flow : flows) {
      double thickness = thickness(flow, total);
      from.merge(orZero(flow.getAs("current_chunk_bytes")), thickness, Double::sum);
      to.merge(orZero(flow.getAs("recommended_chunk_bytes")), thickness, Double::sum);
    }
    Map<Long, Double> fromTop = tops(from);
    Map<Long, Double> toTop = tops(to);
    double height = Math.max(bottom(from), bottom(to)) + 10;
    Svg svg = Svg.fitting(760, height, "Files from their current to their recommended chunk size");
    svg.label(90, 14, "end", "now");
    svg.label(670, 14, "start", "advised");
    from.forEach((chunk, size) -> node(svg, chunk, size, fromTop.get(chunk), 100, 90, "end"));
    to.forEach((chunk, size) -> node(svg, chunk, size, toTop.get(chunk), 652, 670, "start"));
    for (Row flow : flows) {
      double thickness = thickness(flow, total);
      long a = orZero(flow.getAs("current_chunk_bytes"));
      long b = orZero(flow.getAs("recommended_chunk_bytes"));
      double y1 = fromTop.merge(a, thickness, Double::sum) - thickness;
      double y2 = toTop.merge(b, thickness, Double::sum) - thickness;
      svg.path(
          Svg.format(
              "M108 %.1f C380 %.1f 380 %.1f 652 %.1f L652 %.1f C380 %.1f 380 %.1f 108 %.1f Z",
              y1, y1, y2, y2, y2 + thickness, y2 + thickness, y1 + thickness, y1 + thickness),
          "flow " + flow.<String>getAs("ground"),
          chunk(a)
              + " to "
              + chunk(b)
              + ", "
              + flow.<String>getAs("ground")
              + ": "
              + Quantities.count(flow.<Long>getAs("files"))
              + " files, "
              + Quantities.bytes(flow.<Long>getAs("bytes")));
    }
    return svg.toString();
  }

  private static void node(
      Svg svg, long chunk, double size, double top, double x, double labelX, String anchor) {
    svg.bar(x, top, 8, size, "node", 1, chunk(chunk));
    svg.label(labelX, top + size / 2 + 4, anchor, chunk(chunk));
  }

  private static double thickness(Row flow, double total) {
    return Math.max(1, 260 * flow.<Long>getAs("files") / total);
  }

  /** Where each node begins: under one another, with room for a label each. */
  private static Map<Long, Double> tops(Map<Long, Double> sizes) {
    Map<Long, Double> tops = new TreeMap<>();
    double y = 26;
    for (Map.Entry<Long, Double> node : sizes.entrySet()) {
      tops.put(node.getKey(), y + Math.max(0, (16 - node.getValue()) / 2));
      y += Math.max(16, node.getValue()) + 6;
    }
    return tops;
  }

  private static double bottom(Map<Long, Double> sizes) {
    return 26 + sizes.values().stream().mapToDouble(size -> Math.max(16, size) + 6).sum();
  }

  private static long orZero(Long bytes) {
    return bytes == null ? 0 : bytes;
  }

  private static String chunk(long bytesOrZero) {
    return Quantities.chunk(bytesOrZero == 0 ? null : bytesOrZero);
  }
}
