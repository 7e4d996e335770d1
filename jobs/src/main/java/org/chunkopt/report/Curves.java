package org.chunkopt.report;

import java.util.List;
import java.util.stream.DoubleStream;
import org.apache.spark.sql.Row;

/** The drawings of the judgement: values with intervals, promises kept, the training. */
final class Curves {
  /** Half width of an 80 % interval in standard errors. */
  private static final double Z80 = 1.2816;

  private Curves() {}

  /**
   * Rows of {@code evaluation} with their intervals, one line a policy.
   *
   * @param reference value that means no difference
   * @param unit what the values are, below the axis
   */
  static String policies(List<Row> rows, double reference, String unit) {
    return policies(Lanes.beside(26, 140, 610), rows, reference, unit)
        + policies(Lanes.over(), rows, reference, unit);
  }

  private static String policies(Lanes lanes, List<Row> rows, double reference, String unit) {
    double low = rows.stream().mapToDouble(row -> end(row, "low")).min().orElse(0);
    double high = rows.stream().mapToDouble(row -> end(row, "high")).max().orElse(1);
    low = Math.min(low, reference);
    high = Math.max(high, reference);
    double pad = Math.max(0.005, (high - low) * 0.06);
    Scale x = lanes.scale(low - pad, high + pad);
    double height = lanes.bottom(rows.size()) + 44;
    Svg svg = lanes.begin(height, unit + " by policy");
    for (double tick : x.ticks()) {
      svg.line(x.at(tick), 4, x.at(tick), height - 38, "grid");
      svg.label(x.at(tick), height - 22, "middle", x.text(tick));
    }
    svg.line(x.at(reference), 4, x.at(reference), height - 38, "threshold");
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      double y = lanes.middle(i);
      String policy = row.getAs("policy");
      String text =
          Quantities.decimal(row.getAs("value"))
              + (row.getAs("low") == null
                  ? ""
                  : " ("
                      + Quantities.decimal(row.getAs("low"))
                      + " to "
                      + Quantities.decimal(row.getAs("high"))
                      + ")");
      svg.line(x.at(end(row, "low")), y, x.at(end(row, "high")), y, "whisker");
      svg.dot(
          x.at(row.getAs("value")),
          y,
          5,
          policy.equals("mlp") || policy.equals("cohort-table") ? "mark" : "point",
          policy + " " + text);
      lanes.name(svg, i, policy);
      lanes.value(svg, i, lanes.right() + 10, text);
    }
    svg.label((lanes.left() + lanes.right()) / 2, height - 4, "middle", unit);
    return svg.toString();
  }

  /**
   * What the response model promised (across) against what was measured (up), with 80 % intervals.
   */
  static String calibration(List<Row> bins) {
    double[] ends =
        bins.stream()
            .flatMapToDouble(
                bin ->
                    DoubleStream.of(
                        bin.getAs("promised_log2"),
                        bin.<Double>getAs("measured_log2") - spread(bin),
                        bin.<Double>getAs("measured_log2") + spread(bin)))
            .toArray();
    double low = Math.min(-0.1, DoubleStream.of(ends).min().orElse(0)) - 0.05;
    double high = Math.max(0.1, DoubleStream.of(ends).max().orElse(0)) + 0.05;
    Scale x = new Scale(low, high, 60, 500);
    Scale y = new Scale(low, high, 270, 10);
    Svg svg = Svg.fitting(520, 320, "Measured against promised difference of throughput");
    for (double tick : y.changeTicks()) {
      svg.line(60, y.at(tick), 500, y.at(tick), "grid");
      svg.label(52, y.at(tick) + 4, "end", Scale.change(tick));
      svg.line(x.at(tick), 10, x.at(tick), 270, "grid");
      svg.label(x.at(tick), 288, "middle", Scale.change(tick));
    }
    svg.line(x.at(low), y.at(low), x.at(high), y.at(high), "threshold");
    for (Row bin : bins) {
      double at = x.at(bin.getAs("promised_log2"));
      double measured = bin.getAs("measured_log2");
      svg.line(at, y.at(measured - spread(bin)), at, y.at(measured + spread(bin)), "whisker");
      svg.dot(
          at,
          y.at(measured),
          Math.min(9, 3.5 + Math.log10(Math.max(1, bin.<Long>getAs("accesses"))) * 1.6),
          "mark",
          "promised "
              + Scale.change(bin.<Double>getAs("promised_log2"))
              + ", measured "
              + Scale.change(measured)
              + ": "
              + Quantities.amount(bin.getAs("accesses"), "observation", "observations"));
    }
    svg.label(280, 312, "middle", "promised by the response model of the learning directories");
    return svg.toString();
  }

  private static double spread(Row bin) {
    return Z80 * bin.<Double>getAs("standard_error");
  }

  /** Losses by epoch on a logarithmic axis; the epoch that was kept is marked. */
  static String training(Training training) {
    List<Training.Epoch> epochs = training.epochs();
    double[] losses =
        epochs.stream()
            .flatMapToDouble(e -> DoubleStream.of(e.trainLoss(), e.validationLoss()))
            .map(Curves::log10)
            .toArray();
    double low = DoubleStream.of(losses).min().orElse(0);
    double high = DoubleStream.of(losses).max().orElse(1);
    Scale x = new Scale(1, Math.max(2, epochs.size()), 70, 660);
    Scale y = new Scale(low - 0.05, high + 0.05, 200, 22);
    Svg svg = Svg.fitting(760, 240, "Training and validation loss by epoch");
    for (int power = -12; power < 6; power++) {
      for (int lead : new int[] {1, 2, 5}) {
        double tick = power + Math.log10(lead);
        if (tick >= y.low() && tick <= y.high()) {
          svg.line(70, y.at(tick), 660, y.at(tick), "grid");
          svg.label(
              62,
              y.at(tick) + 4,
              "end",
              Svg.format("%." + Math.max(0, -power) + "f", lead * Math.pow(10, power)));
        }
      }
    }
    for (double tick : x.ticks()) {
      if (tick >= 1) {
        svg.label(x.at(tick), 218, "middle", x.text(tick));
      }
    }
    if (training.bestEpoch() > 0) {
      double at = x.at(training.bestEpoch());
      svg.line(at, 22, at, 200, "threshold");
      svg.label(at, 16, "middle", "kept: " + training.bestEpoch());
    }
    StringBuilder fit = new StringBuilder();
    StringBuilder check = new StringBuilder();
    for (int i = 0; i < epochs.size(); i++) {
      fit.append(Svg.point(i, x.at(i + 1), y.at(log10(epochs.get(i).trainLoss()))));
      check.append(Svg.point(i, x.at(i + 1), y.at(log10(epochs.get(i).validationLoss()))));
    }
    svg.path(fit.toString(), "curve faint", "training loss");
    svg.path(check.toString(), "curve", "validation loss");
    if (!epochs.isEmpty()) {
      Training.Epoch last = epochs.get(epochs.size() - 1);
      double checked = y.at(log10(last.validationLoss()));
      double fitted = y.at(log10(last.trainLoss()));
      double apart = Math.abs(checked - fitted) < 14 ? 7 : 0;
      double up = checked <= fitted ? -apart : apart;
      svg.label(668, checked + 4 + up, "start", "validation");
      svg.label(668, fitted + 4 - up, "start", "training");
    }
    svg.label(365, 236, "middle", "epoch");
    return svg.toString();
  }

  private static double log10(double loss) {
    return Math.log10(Math.max(loss, 1e-12));
  }

  /** An end of the interval; the value itself where there is none. */
  private static double end(Row row, String column) {
    Double end = row.getAs(column);
    return end == null ? row.<Double>getAs("value") : end;
  }
}
