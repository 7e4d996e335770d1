package org.chunkopt.simulate;

/**
 * Random numbers that follow from a seed, a topic and an index alone (SplitMix64), so that any file
 * of a site can be drawn on its own. StrictMath keeps them equal on every machine.
 */
final class Draws {
  /** What is drawn; one topic never disturbs another. */
  enum Topic {
    SITE,
    PHYSICS,
    SERVER,
    USER,
    PROJECT,
    DIRECTORY,
    JOB,
    FILE,
    SERVER_HOUR,
    BACKGROUND,
    SAMPLE,
    POLL,
    TELEGRAF,
    SWEEP,
    LISTING,
    DAY
  }

  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  private Draws(long state) {
    this.state = state;
  }

  static Draws of(long seed, Topic topic, long index) {
    return new Draws(mix(mix(seed + GAMMA * (topic.ordinal() + 1)) ^ mix(index + GAMMA)));
  }

  static Draws of(long seed, Topic topic, long index, long within) {
    return new Draws(of(seed, topic, index).bits() ^ mix(within - GAMMA));
  }

  long bits() {
    state += GAMMA;
    return mix(state);
  }

  /** Uniform in [0, 1). */
  double uniform() {
    return (bits() >>> 11) * 0x1.0p-53;
  }

  double between(double low, double high) {
    return low + (high - low) * uniform();
  }

  /** Uniform in the logarithm. */
  double logBetween(double low, double high) {
    return StrictMath.exp(between(StrictMath.log(low), StrictMath.log(high)));
  }

  double normal() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform()));
    return radius * StrictMath.cos(2 * Math.PI * uniform());
  }

  /** Log-normal with median 1 and this standard deviation of the natural logarithm. */
  double logNormal(double sd) {
    return StrictMath.exp(sd * normal());
  }

  boolean chance(double probability) {
    return uniform() < probability;
  }

  int below(int bound) {
    return (int) (uniform() * bound);
  }

  int pick(int... choices) {
    return choices[below(choices.length)];
  }

  String pick(String... choices) {
    return choices[below(choices.length)];
  }

  /** The numbers from 0 in an order of chance. */
  int[] order(int count) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int other = below(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
