package org.chunkopt.report;

import java.time.Instant;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.chunkopt.run.Run;

/** The run's headline numbers as InfluxDB line protocol, at the run's as-of. */
final class MetricsLines {
  private MetricsLines() {}

  static String of(Run run, Instant asOf, Figures figures) {
    long nanoseconds = Math.multiplyExact(asOf.getEpochSecond(), 1_000_000_000L) + asOf.getNano();
    StringBuilder lines = new StringBuilder();
    Row gain = figures.gain();
    lines
        .append("chunkopt_run files=")
        .append(figures.files())
        .append("i,bytes=")
        .append(figures.bytes())
        .append("i,input_lines=")
        .append(Figures.sum(figures.ledger(), "lines"))
        .append("i,rejected_lines=")
        .append(Figures.sum(figures.ledger(), "rejected"))
        .append("i,observations=")
        .append(Figures.sum(figures.overlap(), "observations"))
        .append("i,files_with_telemetry=")
        .append(Figures.sum(figures.advice(), "files_with_telemetry"))
        .append("i,directories_selected=")
        .append(figures.planned("directories"))
        .append("i,files_selected=")
        .append(figures.planned("files"))
        .append("i");
    append(lines, "expected_gain", gain.getAs("advised_gain"));
    append(lines, "gain_p10", gain.getAs("advised_p10"));
    append(lines, "gain_p90", gain.getAs("advised_p90"));
    lines.append(' ').append(nanoseconds).append('\n');
    for (String action : Summary.ACTIONS) {
      lines
          .append("chunkopt_advice,action=")
          .append(action)
          .append(" files=")
          .append(figures.files(action))
          .append("i ")
          .append(nanoseconds)
          .append('\n');
    }
    for (Row row : figures.judged()) {
      lines
          .append("chunkopt_policy,policy=")
          .append(row.<String>getAs("policy"))
          .append(",basis=")
          .append(figures.evaluationBasis());
      lines.append(
          String.format(
              Locale.ROOT,
              " %s=%.6f ",
              figures.leadingMetric().replace('-', '_'),
              row.<Double>getAs("value")));
      lines.append(nanoseconds).append('\n');
    }
    return lines.toString();
  }

  /** A field, left out where it has no value. */
  private static void append(StringBuilder line, String field, Double value) {
    if (value != null && Double.isFinite(value)) {
      line.append(String.format(Locale.ROOT, ",%s=%.6f", field, value));
    }
  }
}
