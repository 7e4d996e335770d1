package org.chunkopt.report;

import java.util.List;
import java.util.Locale;

/**
 * A piece of a page under construction. Text is escaped here and nowhere else: whatever a name
 * holds, it cannot become markup.
 */
final class Html {
  /** A table behind a drawing that has more rows is for the screen alone. */
  private static final int PRINTED_ROWS = 40;

  private final StringBuilder markup = new StringBuilder();

  /** Text with markup characters as entities and invisible characters as {@code \}{@code uNNNN}. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> {
                  if (isInvisible(c)) {
                    escaped.append(String.format(Locale.ROOT, "\\u%04X", c));
                  } else {
                    escaped.appendCodePoint(c);
                  }
                }
              }
            });
    return escaped.toString();
  }

  private static boolean isInvisible(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }

  /** Appends markup that is ours. */
  Html raw(String trusted) {
    markup.append(trusted);
    return this;
  }

  Html section(String id, String title) {
    return raw("<section id=\"" + id + "\">\n<h2>").text(title).raw("</h2>\n");
  }

  Html endSection() {
    return raw("</section>\n");
  }

  Html text(String text) {
    return raw(escape(text));
  }

  Html paragraph(String text) {
    return raw("<p>").text(text).raw("</p>\n");
  }

  /** A remark in smaller print. */
  Html note(String text) {
    return raw("<p class=\"note\">").text(text).raw("</p>\n");
  }

  Html heading(String text) {
    return raw("<h3>").text(text).raw("</h3>\n");
  }

  /** Commands or file contents. */
  Html code(String text) {
    // Newlines are ours here; every line is escaped for itself.
    String lines = String.join("\n", text.lines().map(Html::escape).toList());
    return raw("<pre tabindex=\"0\">" + lines + "</pre>\n");
  }

  /** What a drawing shows, in a sentence. */
  Html see(String text) {
    return raw("<p class=\"see\">").text(text).raw("</p>\n");
  }

  /** The numbers behind a drawing, folded away; paper shows them where they are few. */
  Html data(String title, List<String> headers, List<List<String>> rows) {
    return raw(rows.size() > PRINTED_ROWS ? "<details class=\"long\">" : "<details>")
        .raw("\n<summary>")
        .text(title)
        .raw("</summary>\n")
        .table(headers, rows)
        .raw("</details>\n");
  }

  /** A drawing that scrolls sideways where the screen is narrower than it can be read. */
  Html figure(String svg, String caption) {
    return raw("<figure>\n<div class=\"scroll\" tabindex=\"0\">")
        .raw(svg)
        .raw("</div>\n<figcaption>")
        .text(caption)
        .raw("</figcaption>\n</figure>\n");
  }

  /**
   * A table.
   *
   * @param headers a header that begins with {@code #} is over a column of numbers, one that begins
   *     with {@code /} over paths
   * @param rows cells as text
   */
  Html table(List<String> headers, List<List<String>> rows) {
    raw("<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr>");
    for (String header : headers) {
      raw("<th scope=\"col\"" + style(header) + ">")
          .text(style(header).isEmpty() ? header : header.substring(1))
          .raw("</th>");
    }
    raw("</tr></thead>\n<tbody>\n");
    for (List<String> row : rows) {
      raw("<tr>");
      for (int i = 0; i < row.size(); i++) {
        raw("<td" + style(headers.get(i)) + ">").text(row.get(i)).raw("</td>");
      }
      raw("</tr>\n");
    }
    return raw("</tbody></table></div>\n");
  }

  private static String style(String header) {
    return switch (header.charAt(0)) {
      case '#' -> " class=\"n\"";
      case '/' -> " class=\"path\"";
      default -> "";
    };
  }

  @Override
  public String toString() {
    return markup.toString();
  }
}
