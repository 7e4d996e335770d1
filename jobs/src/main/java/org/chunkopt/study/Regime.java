package org.chunkopt.study;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.Locale;
import org.chunkopt.UserError;

/**
 * What a history is like: whether there is a sweep, and how many directories are at the default.
 */
public enum Regime {
  SWEEP(true, 0.7),
  NO_SWEEP(false, 0.7),
  DEFAULT_90(false, 0.9),
  ALL_DEFAULT(false, 0.999);

  final boolean isSwept;
  final double defaultShare;

  Regime(boolean isSwept, double defaultShare) {
    this.isSwept = isSwept;
    this.defaultShare = defaultShare;
  }

  /**
   * The regime of this name.
   *
   * @throws UserError if there is none
   */
  public static Regime of(String word) {
    return Arrays.stream(values())
        .filter(regime -> regime.toString().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                UserError.usage(
                    "--regimes names "
                        + word
                        + "; use "
                        + Arrays.stream(values()).map(Regime::toString).collect(joining(", "))
                        + "."));
  }

  /** Its name on the command line and in results. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
