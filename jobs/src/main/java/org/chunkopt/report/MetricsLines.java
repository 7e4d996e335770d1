package org.chunkopt.report;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.apache.spark.sql.Row;
import org.chunkopt.run.Run;

/**
 * The run's headline numbers as InfluxDB line protocol, at the run's as-of. The tag {@code mount}
 * tells file systems apart that share a database. A date that is published again writes the same
 * points.
 *
 * <ul>
 *   <li>{@code chunkopt_run}: counts, bytes and the expected gain of the advice
 *   <li>{@code chunkopt_advice}, by {@code action}: {@code files}, {@code bytes}
 *   <li>{@code chunkopt_input}, by {@code kind}: {@code files}, {@code lines}, {@code rejected}
 *   <li>{@code chunkopt_plan}, by {@code trust} and {@code basis}: hours of I/O a day of new files,
 *       as it is, saved and lost by the plan, and avoidable
 *   <li>{@code chunkopt_policy}, by {@code policy}, {@code basis} and {@code metric}: {@code value}
 *       and its 95 % interval {@code low}, {@code high}
 * </ul>
 */
final class MetricsLines {
  private static final List<String> KINDS =
      List.of("metrics", "inventory", "access", "observations");

  private MetricsLines() {}

  static String of(Run run, Instant asOf, Figures figures, int warnings) {
    long nanoseconds = Math.multiplyExact(asOf.getEpochSecond(), 1_000_000_000L) + asOf.getNano();
    String mount = ",mount=" + escape(run.settings().beegfs().mount());
    StringBuilder lines = new StringBuilder();
    Row gain = figures.gain();
    new Point("chunkopt_run" + mount)
        .count("files", figures.files())
        .count("bytes", figures.bytes())
        .count("input_lines", Figures.sum(figures.ledger(), "lines"))
        .count("rejected_lines", Figures.sum(figures.ledger(), "rejected"))
        .count("observations", Figures.sum(figures.overlap(), "observations"))
        .count("files_with_telemetry", Figures.sum(figures.advice(), "files_with_telemetry"))
        .count("directories_selected", figures.planned("directories"))
        .count("files_selected", figures.planned("files"))
        .count("bytes_selected", Figures.sum(figures.selected("files"), "bytes"))
        .count("warnings", warnings)
        .value("expected_gain", gain.getAs("advised_gain"))
        .value("gain_p10", gain.getAs("advised_p10"))
        .value("gain_p90", gain.getAs("advised_p90"))
        .at(nanoseconds, lines);
    for (String action : Summary.ACTIONS) {
      new Point("chunkopt_advice" + mount + ",action=" + action)
          .count("files", figures.files(action))
          .count("bytes", Figures.sum(Figures.having(figures.advice(), "action", action), "bytes"))
          .at(nanoseconds, lines);
    }
    for (String kind : KINDS) {
      List<Row> ledger = Figures.having(figures.ledger(), "kind", kind);
      new Point("chunkopt_input" + mount + ",kind=" + kind)
          .count("files", Figures.sum(ledger, "input_files"))
          .count("lines", Figures.sum(ledger, "lines"))
          .count("rejected", Figures.sum(ledger, "rejected"))
          .at(nanoseconds, lines);
    }
    for (Row row : figures.outlook()) {
      new Point(
              "chunkopt_plan"
                  + mount
                  + ",trust="
                  + row.<String>getAs("trust")
                  + ",basis="
                  + row.<String>getAs("basis"))
          .count("directories", row.getAs("directories"))
          .value("hours", row.getAs("hours"))
          .value("hours_saved", row.getAs("hours_saved"))
          .value("hours_lost", row.getAs("hours_lost"))
          .value("hours_saved_p10", row.getAs("hours_saved_p10"))
          .value("hours_saved_p90", row.getAs("hours_saved_p90"))
          .value("hours_avoidable", row.getAs("hours_avoidable"))
          .value("slower_share", row.getAs("slower_share"))
          .at(nanoseconds, lines);
    }
    for (Row row : figures.judged()) {
      new Point(
              "chunkopt_policy"
                  + mount
                  + ",policy="
                  + row.<String>getAs("policy")
                  + ",basis="
                  + figures.evaluationBasis()
                  + ",metric="
                  + Figures.LEADING_METRIC)
          .value("value", row.getAs("value"))
          .value("low", row.getAs("low"))
          .value("high", row.getAs("high"))
          .at(nanoseconds, lines);
    }
    return lines.toString();
  }

  /** A tag value; a line break has no escape there. */
  private static String escape(String tag) {
    return tag.replaceAll("\\R", " ").replaceAll("([,= ])", "\\\\$1");
  }

  /** A point that is written where it has a field. */
  private static final class Point {
    private final String series;
    private final StringJoiner fields = new StringJoiner(",");

    Point(String series) {
      this.series = series;
    }

    Point count(String field, long value) {
      fields.add(field + "=" + value + "i");
      return this;
    }

    /** Left out where it has no value. */
    Point value(String field, Double value) {
      if (value != null && Double.isFinite(value)) {
        fields.add(String.format(Locale.ROOT, "%s=%.6f", field, value));
      }
      return this;
    }

    void at(long nanoseconds, StringBuilder lines) {
      if (fields.length() > 0) {
        lines
            .append(series)
            .append(' ')
            .append(fields)
            .append(' ')
            .append(nanoseconds)
            .append('\n');
      }
    }
  }
}
