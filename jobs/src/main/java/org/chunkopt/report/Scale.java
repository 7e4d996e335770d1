package org.chunkopt.report;

import java.util.stream.DoubleStream;

/** A linear map from values to coordinates. */
record Scale(double low, double high, double from, double to) {
  double at(double value) {
    return high == low ? (from + to) / 2 : from + (value - low) / (high - low) * (to - from);
  }

  /** Ticks that people like: multiples of 1, 2 or 5 times a power of ten, some six of them. */
  double[] ticks() {
    double step = step();
    double first = Math.ceil(low / step);
    return DoubleStream.iterate(first, n -> n * step <= high, n -> n + 1)
        .map(n -> n * step + 0.0)
        .toArray();
  }

  /** Ticks of a scale in log2: whole percentages of change, some six of them. */
  double[] changeTicks() {
    return DoubleStream.of(new Scale(percent(low), percent(high), 0, 1).ticks())
        .map(change -> Math.log1p(change / 100) / Math.log(2))
        .toArray();
  }

  /** A difference in log2 as a change in percent: {@code +20 %}, {@code 0 %}. */
  static String change(double log2) {
    long percent = Math.round(percent(log2));
    return percent == 0 ? "0 %" : Svg.format("%+d %%", percent);
  }

  private static double percent(double log2) {
    return 100 * (Math.pow(2, log2) - 1);
  }

  private double step() {
    double raw = Math.max(high - low, 1e-9) / 6;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double lead = raw / power;
    return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
  }

  /** A tick as text, with as many digits as tell it from the next one. */
  String text(double tick) {
    int digits = (int) Math.max(0, -Math.floor(Math.log10(step()) + 1e-9));
    return Svg.format("%." + digits + "f", tick);
  }
}
