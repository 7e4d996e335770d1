package org.chunkopt.simulate;

import java.io.IOException;

/**
 * Takes the points of simulated measurements, a field of a series at a time. A value of {@link
 * Export#ABSENT} is no point.
 */
interface Points {
  /** Floats without a fraction. */
  void floats(String series, String field, long[] nanos, long[] values, int count)
      throws IOException;

  /** Floats given in millionths. */
  void fractions(String series, String field, long[] nanos, long[] millionths, int count)
      throws IOException;

  /** Integers. */
  void integers(String series, String field, long[] nanos, long[] values, int count)
      throws IOException;

  /** The same text, already quoted if it is a string, wherever {@code present} has a value. */
  void constant(String series, String field, String text, long[] nanos, long[] present, int count)
      throws IOException;

  /** Whether a server answered: false where a value is absent. */
  void responding(String series, long[] nanos, long[] values, int count) throws IOException;
}
