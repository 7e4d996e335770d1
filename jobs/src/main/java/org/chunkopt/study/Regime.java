package org.chunkopt.study;

import java.util.Locale;

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

  /** Its name on the command line and in results. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
