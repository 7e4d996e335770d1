package org.chunkopt.report;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/** The drawings of the judgement: evidence curves, policies with intervals, the training. */
final class Curves {
  /** Half width of an 80 % interval in standard errors. */
  private static final double Z80 = 1.2816;

  private static final double LEFT = 56;
  private static final double RIGHT = 345;
  private static final double BOTTOM = 170;

  private Curves() {}

  /**
   * One cohort's curve: throughput by chunk size relative to the site's reference chunk size, with
   * its 80 % interval, and the contrasts that were measured.
   *
   * @param arms the cohort's rows in the order of the chunk sizes
   */
  static String evidence(List<Row> arms) {
    double low = -0.02;
    double high = 0.02;
    for (Row arm : arms) {
      double middle = arm.getAs("posterior_log2");
      double spread = Z80 * orZero(arm.getAs("posterior_se"));
      Double mean = arm.getAs("mean_log2");
      low = Math.min(low, Math.min(middle - spread, mean == null ? middle : mean));
      high = Math.max(high, Math.max(middle + spread, mean == null ? middle : mean));
    }
    double pad = (high - low) * 0.06;
    Scale y = new Scale(low - pad, high + pad, BOTTOM, 12);
    Scale x = new Scale(0, Math.max(1, arms.size() - 1), LEFT + 12, RIGHT - 12);
    Svg svg = new Svg(360, 200, "Relative throughput by chunk size");
    double step = step(high - low);
    for (double tick = Math.ceil(low / step) * step; tick <= high; tick += step) {
      svg.line(LEFT, y.at(tick), RIGHT, y.at(tick), Math.abs(tick) < 1e-9 ? "axis" : "grid");
      svg.label(
          LEFT - 6, y.at(tick) + 4, "end", Svg.format("%+.0f %%", 100 * (Math.pow(2, tick) - 1)));
    }
    StringBuilder upper = new StringBuilder();
    StringBuilder lower = new StringBuilder();
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < arms.size(); i++) {
      double middle = arms.get(i).getAs("posterior_log2");
      double spread = Z80 * orZero(arms.get(i).getAs("posterior_se"));
      upper.append(point(i, x.at(i), y.at(middle + spread)));
      line.append(point(i, x.at(i), y.at(middle)));
      lower.insert(0, Svg.format("L%.1f %.1f ", x.at(i), y.at(middle - spread)));
    }
    svg.path(upper + lower.toString() + "Z", "band", "80 % interval");
    svg.path(line.toString(), "curve", "posterior");
    for (int i = 0; i < arms.size(); i++) {
      arm(svg, arms.get(i), x.at(i), y);
      if (i % 2 == 0 || arms.size() < 6) {
        svg.label(
            x.at(i), BOTTOM + 18, "middle", Quantities.chunk(arms.get(i).getAs("chunk_bytes")));
      }
    }
    return svg.toString();
  }

  private static void arm(Svg svg, Row arm, double x, Scale y) {
    double middle = arm.getAs("posterior_log2");
    Double mean = arm.getAs("mean_log2");
    long files = arm.getAs("files");
    if (mean != null && files > 0) {
      svg.dot(
          x,
          y.at(mean),
          Math.min(9, 2.5 + Math.log10(files) * 1.6),
          "measured",
          "measured: " + Quantities.count(files) + " files");
    }
    svg.dot(
        x,
        y.at(middle),
        3.5,
        Boolean.TRUE.equals(arm.getAs("tie")) ? "mark" : "point",
        Quantities.chunk(arm.getAs("chunk_bytes"))
            + ": "
            + Quantities.change(Math.pow(2, middle))
            + ", "
            + arm.<String>getAs("tier"));
  }

  /** Policies with the intervals of one metric, one row a policy. */
  static String policies(List<Row> rows, String metric) {
    double low = rows.stream().mapToDouble(row -> orValue(row, "low")).min().orElse(0);
    double high = rows.stream().mapToDouble(row -> orValue(row, "high")).max().orElse(1);
    double pad = Math.max(0.005, (high - low) * 0.06);
    Scale x = new Scale(low - pad, high + pad, 140, 640);
    double height = rows.size() * 28 + 44;
    Svg svg = new Svg(760, height, metric + " by policy");
    double step = step(high - low + 2 * pad);
    for (double tick = Math.ceil((low - pad) / step) * step; tick <= high + pad; tick += step) {
      svg.line(x.at(tick), 4, x.at(tick), height - 38, "grid");
      svg.label(x.at(tick), height - 22, "middle", Svg.format("%.2f", tick));
    }
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      double y = i * 28 + 18;
      String policy = row.getAs("policy");
      svg.label(128, y + 4, "end", policy);
      svg.line(x.at(orValue(row, "low")), y, x.at(orValue(row, "high")), y, "whisker");
      svg.dot(
          x.at(row.getAs("value")),
          y,
          5,
          policy.equals("mlp") ? "mark" : "point",
          policy + " " + Quantities.decimal(row.getAs("value")));
      svg.label(652, y + 4, "start", Quantities.decimal(row.getAs("value")));
    }
    svg.label(390, height - 4, "middle", metric);
    return svg.toString();
  }

  /** Losses by epoch; the epoch that was kept is marked. */
  static String training(Training training) {
    List<Training.Epoch> epochs = training.epochs();
    double high =
        epochs.stream()
            .mapToDouble(e -> Math.max(e.trainLoss(), e.validationLoss()))
            .max()
            .orElse(1);
    double low =
        epochs.stream()
            .mapToDouble(e -> Math.min(e.trainLoss(), e.validationLoss()))
            .min()
            .orElse(0);
    Scale x = new Scale(1, Math.max(2, epochs.size()), 70, 740);
    Scale y = new Scale(low - (high - low) * 0.05 - 1e-9, high, 200, 14);
    Svg svg = new Svg(760, 240, "Training and validation loss by epoch");
    double step = step(high - low);
    for (double tick = Math.ceil(low / step) * step; tick <= high; tick += step) {
      svg.line(70, y.at(tick), 740, y.at(tick), "grid");
      svg.label(62, y.at(tick) + 4, "end", Svg.format("%.4f", tick));
    }
    if (training.bestEpoch() > 0) {
      svg.line(x.at(training.bestEpoch()), 14, x.at(training.bestEpoch()), 200, "whisker");
      svg.label(x.at(training.bestEpoch()), 216, "middle", "kept: " + training.bestEpoch());
    }
    StringBuilder fit = new StringBuilder();
    StringBuilder check = new StringBuilder();
    for (int i = 0; i < epochs.size(); i++) {
      fit.append(point(i, x.at(i + 1), y.at(epochs.get(i).trainLoss())));
      check.append(point(i, x.at(i + 1), y.at(epochs.get(i).validationLoss())));
    }
    svg.path(fit.toString(), "curve faint", "training loss");
    svg.path(check.toString(), "curve", "validation loss");
    svg.label(405, 234, "middle", "epoch");
    return svg.toString();
  }

  /** Ticks that people like: 1, 2 or 5 times a power of ten, some five of them. */
  private static double step(double range) {
    double raw = Math.max(range, 1e-9) / 5;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double lead = raw / power;
    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
  }

  private static String point(int index, double x, double y) {
    return Svg.format(index == 0 ? "M%.1f %.1f " : "L%.1f %.1f ", x, y);
  }

  private static double orZero(Double value) {
    return value == null ? 0 : value;
  }

  /** An end of the interval; the value itself where there is none. */
  private static double orValue(Row row, String column) {
    Double end = row.getAs(column);
    return end == null ? row.<Double>getAs("value") : end;
  }

  /** The cohort's name in words. */
  static String cohortName(String cohort) {
    return cohort == null || cohort.isEmpty()
        ? "all files"
        : List.of(cohort.split("\\|")).stream().collect(Collectors.joining(" · "));
  }

  /** A linear map from values to coordinates. */
  private record Scale(double low, double high, double from, double to) {
    double at(double value) {
      return high == low ? (from + to) / 2 : from + (value - low) / (high - low) * (to - from);
    }
  }
}
