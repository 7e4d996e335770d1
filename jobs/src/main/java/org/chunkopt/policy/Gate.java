package org.chunkopt.policy;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a policy must reach to be trusted: a bound on a metric of the table {@code evaluation}. The
 * verdicts are rows of that table too, metric {@code gate:NAME}, 1 for passed.
 *
 * @param name name of the gate
 * @param metric metric it looks at
 * @param end what of the metric is compared
 * @param least lower bound, not strict for a value, strict for an interval's end
 * @param most upper bound, not strict
 */
public record Gate(String name, String metric, End end, double least, double most) {
  /** Prefix of the metric that holds a verdict. */
  public static final String PREFIX = "gate:";

  /** Gate of the sites where no chunk size is better than another. */
  public static final Gate NEGATIVE_CONTROL =
      new Gate("negative-control", "moved", End.VALUE, 0, 0.05);

  /** The gates of a policy on a simulated site, in the order in which they are printed. */
  public static final List<Gate> TRUTH =
      List.of(
          value("ratio-to-oracle", 0.95, Double.POSITIVE_INFINITY),
          above("above-best-constant", "ratio-to-best-constant"),
          above("above-cohort-table", "ratio-to-cohort-table"),
          above("gain-over-default", "gain-over-default"),
          above("gain-over-current", "gain-over-current"),
          value("within-octave", 0.9, 1),
          value("harm", 0, 0.02),
          value("regret-p95", 0, 0.1),
          value("calibration-slope", 0.8, 1.2),
          value("coverage-80", 0.75, 0.85));

  /** What of a metric a gate compares. */
  public enum End {
    VALUE,
    LOW
  }

  private static Gate value(String metric, double least, double most) {
    return new Gate(metric, metric, End.VALUE, least, most);
  }

  /** The interval of a ratio lies above 1. */
  private static Gate above(String name, String metric) {
    return new Gate(name, metric, End.LOW, 1, Double.POSITIVE_INFINITY);
  }

  /** The gate of this name. */
  public static Optional<Gate> named(String name) {
    return name.equals(NEGATIVE_CONTROL.name())
        ? Optional.of(NEGATIVE_CONTROL)
        : TRUTH.stream().filter(gate -> gate.name().equals(name)).findFirst();
  }

  /** The verdict on the figure that {@link #end} names. */
  public boolean passes(double figure) {
    boolean enough = end == End.LOW ? figure > least : figure >= least;
    return enough && figure <= most;
  }

  /** The bounds in words, for example {@code at least 0.95}. */
  public String bounds() {
    String low = String.format(Locale.ROOT, "%.2f", least);
    String high = String.format(Locale.ROOT, "%.2f", most);
    if (end == End.LOW) {
      return "interval above " + low;
    }
    if (Double.isInfinite(most)) {
      return "at least " + low;
    }
    if (least == 0) {
      return "at most " + high;
    }
    return most == 1 ? "at least " + low : low + " to " + high;
  }
}
