package org.chunkopt.simulate;

import java.io.Serializable;

/**
 * The polls of BeeGFS-mon: every five seconds and the time the servers take to answer. All points
 * of a poll share one time stamp of InfluxDB's clock.
 */
record Polls(long seed, long startSecond) implements Serializable {
  private static final long PERIOD_NANOS = 5_008_000_000L;
  private static final long JITTER_NANOS = 3_000_000;

  /** Time stamp of a poll, from 1, in nanoseconds. */
  long nanos(long poll) {
    long jitter = Draws.of(seed, Draws.Topic.POLL, poll).below((int) JITTER_NANOS);
    return startSecond * 1_000_000_000L + poll * PERIOD_NANOS + jitter;
  }

  /** The first poll that sees what happened at this time. */
  long after(double second) {
    return (long) ((second - startSecond) * 1e9 / PERIOD_NANOS) + 1;
  }

  /** The first poll at or after this second. */
  long from(long second) {
    long poll = Math.max(1, after(second) - 1);
    while (nanos(poll) < second * 1_000_000_000L) {
      poll++;
    }
    return poll;
  }

  /** Second of a poll. */
  long second(long poll) {
    return nanos(poll) / 1_000_000_000L;
  }
}
