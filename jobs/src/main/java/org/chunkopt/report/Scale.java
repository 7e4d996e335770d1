package org.chunkopt.report;

import java.util.stream.DoubleStream;

/** A linear map from values to coordinates. */
record Scale(double low, double high, double from, double to) {
  double at(double value) {
    return high == low ? (from + to) / 2 : from + (value - low) / (high - low) * (to - from);
  }

  /** Ticks that people like: multiples of 1, 2 or 5 times a power of ten, some five of them. */
  double[] ticks() {
    double step = step();
    double first = Math.ceil(low / step);
    return DoubleStream.iterate(first, n -> n * step <= high, n -> n + 1)
        .map(n -> n * step + 0.0)
        .toArray();
  }

  private double step() {
    double raw = Math.max(high - low, 1e-9) / 5;
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
