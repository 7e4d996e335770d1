package org.chunkopt.report;

import java.util.List;
import org.apache.spark.sql.Row;

/**
 * One cohort's curve: the gain of each chunk size over the present one with its 10 to 90 % band,
 * and what speaks for each size.
 */
final class EvidenceChart {
  private static final double LEFT = 56;
  private static final double RIGHT = 345;
  private static final double BOTTOM = 170;

  private EvidenceChart() {}

  /**
   * The drawing.
   *
   * @param changes the cohort's rows of {@code report/curves.sql} in the order of the chunk sizes
   */
  static String of(List<Row> changes) {
    double low = -0.05;
    double high = 0.05;
    for (Row change : changes) {
      low = Math.min(low, change.<Double>getAs("gain_p10_log2"));
      high = Math.max(high, change.<Double>getAs("gain_p90_log2"));
    }
    double pad = (high - low) * 0.06;
    Scale y = new Scale(low - pad, high + pad, BOTTOM, 10);
    Scale x = new Scale(0, Math.max(1, changes.size() - 1), LEFT + 12, RIGHT - 12);
    Svg svg = Svg.fitting(360, 196, "Gain by chunk size over the present one");
    for (double tick : y.changeTicks()) {
      svg.line(LEFT, y.at(tick), RIGHT, y.at(tick), tick == 0 ? "axis" : "grid");
      svg.label(LEFT - 6, y.at(tick) + 4, "end", Scale.change(tick));
    }
    StringBuilder upper = new StringBuilder();
    StringBuilder lower = new StringBuilder();
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < changes.size(); i++) {
      Row change = changes.get(i);
      upper.append(Svg.point(i, x.at(i), y.at(change.getAs("gain_p90_log2"))));
      line.append(Svg.point(i, x.at(i), y.at(change.getAs("gain_log2"))));
      lower.insert(0, Svg.format("L%.1f %.1f ", x.at(i), y.at(change.getAs("gain_p10_log2"))));
    }
    svg.path(upper + lower.toString() + "Z", "band", "10 to 90 %");
    svg.path(line.toString(), "curve", "expected gain");
    for (int i = 0; i < changes.size(); i++) {
      change(svg, changes.get(i), x.at(i), y);
      if (i % 2 == 0 || changes.size() < 6) {
        svg.label(
            x.at(i),
            BOTTOM + 20,
            "middle",
            Quantities.chunk(changes.get(i).getAs("to_chunk_bytes")));
      }
    }
    return svg.toString();
  }

  private static void change(Svg svg, Row change, double x, Scale y) {
    double gain = change.getAs("gain_log2");
    String chunk = Quantities.chunk(change.getAs("to_chunk_bytes"));
    if (change.getAs("to_chunk_bytes").equals(change.getAs("from_chunk_bytes"))) {
      svg.bar(x - 12, BOTTOM + 2, 24, 4, "mark", 1, chunk + ": present chunk size");
      return;
    }
    String tier = AdviceSections.word(change.getAs("tier"));
    svg.dot(
        x,
        y.at(gain),
        3.5,
        tier.equals("predicted") ? "predicted" : "local",
        chunk + ": " + Quantities.change(Math.pow(2, gain)) + ", " + tier);
  }
}
