package org.chunkopt.report;

import java.util.List;
import org.apache.spark.sql.Row;

/**
 * One cohort's curve: throughput by chunk size relative to the site's reference chunk size with its
 * 80 % interval, what was measured, and what speaks for each size.
 */
final class EvidenceChart {
  /** Half width of an 80 % interval in standard errors. */
  static final double Z80 = 1.2816;

  private static final double LEFT = 56;
  private static final double RIGHT = 345;
  private static final double BOTTOM = 170;

  private EvidenceChart() {}

  /**
   * The drawing.
   *
   * @param arms the cohort's rows in the order of the chunk sizes
   */
  static String of(List<Row> arms) {
    double low = -0.05;
    double high = 0.05;
    for (Row arm : arms) {
      double middle = arm.getAs("posterior_log2");
      double spread = Z80 * orZero(arm.getAs("posterior_se"));
      Double mean = measured(arm);
      low = Math.min(low, Math.min(middle - spread, mean == null ? middle : mean));
      high = Math.max(high, Math.max(middle + spread, mean == null ? middle : mean));
    }
    double pad = (high - low) * 0.06;
    Scale y = new Scale(low - pad, high + pad, BOTTOM, 10);
    Scale x = new Scale(0, Math.max(1, arms.size() - 1), LEFT + 12, RIGHT - 12);
    Svg svg = Svg.fitting(360, 196, "Relative throughput by chunk size");
    for (double tick : y.changeTicks()) {
      svg.line(LEFT, y.at(tick), RIGHT, y.at(tick), tick == 0 ? "axis" : "grid");
      svg.label(LEFT - 6, y.at(tick) + 4, "end", Scale.change(tick));
    }
    StringBuilder upper = new StringBuilder();
    StringBuilder lower = new StringBuilder();
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < arms.size(); i++) {
      double middle = arms.get(i).getAs("posterior_log2");
      double spread = Z80 * orZero(arms.get(i).getAs("posterior_se"));
      upper.append(Svg.point(i, x.at(i), y.at(middle + spread)));
      line.append(Svg.point(i, x.at(i), y.at(middle)));
      lower.insert(0, Svg.format("L%.1f %.1f ", x.at(i), y.at(middle - spread)));
    }
    svg.path(upper + lower.toString() + "Z", "band", "80 % interval");
    svg.path(line.toString(), "curve", "estimate");
    for (int i = 0; i < arms.size(); i++) {
      arm(svg, arms.get(i), x.at(i), y);
      if (i % 2 == 0 || arms.size() < 6) {
        svg.label(
            x.at(i), BOTTOM + 20, "middle", Quantities.chunk(arms.get(i).getAs("chunk_bytes")));
      }
    }
    return svg.toString();
  }

  private static void arm(Svg svg, Row arm, double x, Scale y) {
    double middle = arm.getAs("posterior_log2");
    Double mean = measured(arm);
    if (mean != null) {
      double spread = Z80 * orZero(arm.getAs("standard_error"));
      svg.line(
          x, clip(y, y.at(mean + spread)), x, clip(y, y.at(mean - spread)), "measured-whisker");
      svg.dot(
          x,
          y.at(mean),
          Math.min(9, 3.5 + Math.log10(arm.<Long>getAs("files")) * 1.6),
          "measured",
          "measured " + change(mean) + ": " + Quantities.count(arm.getAs("files")) + " files");
    }
    String tier = AdviceSections.word(arm.getAs("tier"));
    svg.dot(
        x,
        y.at(middle),
        3.5,
        tier.equals("prior") ? "prior" : "local",
        Quantities.chunk(arm.getAs("chunk_bytes")) + ": " + change(middle) + ", " + tier);
    if (Boolean.TRUE.equals(arm.getAs("tie"))) {
      svg.bar(x - 12, BOTTOM + 2, 24, 4, "mark", 1, "within the tie fraction of the best");
    }
  }

  /** The measured contrast; null where no file had this chunk size. */
  private static Double measured(Row arm) {
    return arm.<Long>getAs("files") > 0 ? arm.getAs("mean_log2") : null;
  }

  private static double clip(Scale y, double at) {
    return Math.max(y.to(), Math.min(y.from(), at));
  }

  private static String change(double log2) {
    return Quantities.change(Math.pow(2, log2));
  }

  private static double orZero(Double value) {
    return value == null ? 0 : value;
  }
}
