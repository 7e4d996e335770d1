package org.chunkopt.report;

import java.util.Locale;

/** A drawing under construction: inline SVG that takes its colours from the page. */
final class Svg {
  private final StringBuilder markup = new StringBuilder();

  /**
   * Begins a drawing with few and short labels, which shrinks where the screen is narrow.
   *
   * @param title what it shows, for those who cannot see it
   */
  static Svg fitting(double width, double height, String title) {
    return new Svg(width, height, title, "fit");
  }

  /** Begins a drawing that a narrow screen does not show. */
  static Svg wide(double width, double height, String title) {
    return new Svg(width, height, title, "wide");
  }

  /** Begins the drawing that a narrow screen shows instead. */
  static Svg narrow(double width, double height, String title) {
    return new Svg(width, height, title, "narrow");
  }

  private Svg(double width, double height, String title, String style) {
    markup.append(
        format(
            "<svg class=\"%s\" viewBox=\"0 0 %.0f %.0f\" style=\"max-width:%.0fpx;min-width:%.0fpx\" role=\"img\""
                + " aria-label=\"%s\" xmlns=\"http://www.w3.org/2000/svg\">\n",
            style, width, height, width, Math.min(width, 520), Html.escape(title)));
  }

  Svg line(double x1, double y1, double x2, double y2, String style) {
    return add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>%n",
        x1, y1, x2, y2, style);
  }

  /** A rectangle with a tooltip. */
  Svg bar(
      double x, double y, double width, double height, String style, double opacity, String tip) {
    return add(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"%s\""
            + " fill-opacity=\"%.2f\"><title>%s</title></rect>%n",
        x, y, width, height, style, opacity, Html.escape(tip));
  }

  Svg dot(double x, double y, double radius, String style, String tip) {
    return add(
        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" class=\"%s\"><title>%s</title></circle>%n",
        x, y, radius, style, Html.escape(tip));
  }

  /** A path of our own coordinates with a tooltip. */
  Svg path(String data, String style, String tip) {
    return add(
        "<path d=\"%s\" class=\"%s\"><title>%s</title></path>%n", data, style, Html.escape(tip));
  }

  /**
   * A label.
   *
   * @param anchor start, middle or end
   */
  Svg label(double x, double y, String anchor, String text) {
    return add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
        x, y, anchor, Html.escape(text));
  }

  /** A step of a path: the first one moves there, the others draw. */
  static String point(int index, double x, double y) {
    return format(index == 0 ? "M%.1f %.1f " : "L%.1f %.1f ", x, y);
  }

  private Svg add(String format, Object... values) {
    markup.append(format(format, values));
    return this;
  }

  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  @Override
  public String toString() {
    return markup + "</svg>\n";
  }
}
