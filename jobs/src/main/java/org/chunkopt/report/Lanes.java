package org.chunkopt.report;

/**
 * Lines of a drawing, each with a name and a value: both beside the mark on a wide screen, above it
 * on a narrow one. A drawing is made for each, and the page shows the one that fits.
 *
 * @param pitch height of a line
 * @param left coordinate where the scale begins
 * @param right coordinate where it ends
 * @param stacked whether name and value stand above the mark
 */
record Lanes(double pitch, double left, double right, boolean stacked) {
  private static final double WIDE = 760;
  private static final double NARROW = 360;

  static Lanes beside(double pitch, double left, double right) {
    return new Lanes(pitch, left, right, false);
  }

  static Lanes over() {
    return new Lanes(38, 8, NARROW - 8, true);
  }

  Svg begin(double height, String title) {
    return stacked ? Svg.narrow(NARROW, height, title) : Svg.wide(WIDE, height, title);
  }

  Scale scale(double low, double high) {
    return new Scale(low, high, left, right);
  }

  /** Where the marks of a line are centred. */
  double middle(int line) {
    return line * pitch + (stacked ? 26 : 14);
  }

  double bottom(int lines) {
    return lines * pitch;
  }

  void name(Svg svg, int line, String text) {
    if (stacked) {
      svg.label(left, middle(line) - 12, "start", text);
    } else {
      svg.label(left - 10, middle(line) + 4, "end", text);
    }
  }

  /** Writes a value beside the mark at {@code x}, or above it at the end of the line. */
  void value(Svg svg, int line, double x, String text) {
    if (stacked) {
      svg.label(right, middle(line) - 12, "end", text);
    } else {
      svg.label(x, middle(line) + 4, "start", text);
    }
  }
}
