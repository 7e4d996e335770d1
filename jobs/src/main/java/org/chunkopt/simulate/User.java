package org.chunkopt.simulate;

import java.io.Serializable;

/**
 * A user and their habits.
 *
 * <p>Assumptions: every seventh user knows about striping; such users also work on faster clients,
 * so that an override looks better than it is; a user runs two or three kinds of application; every
 * third user does not load the tool that writes access logs.
 *
 * @param uid numeric id
 * @param expert whether they choose chunk sizes by their requests
 * @param speed factor on what their accesses reach, whatever the chunk size
 * @param logging whether their jobs load the tool that writes access logs
 * @param kinds applications they run
 */
record User(
    int index, long uid, long gid, boolean expert, double speed, boolean logging, Archetype[] kinds)
    implements Serializable {
  static final double EXPERT_SHARE = 1.0 / 7;
  private static final double CROWDING = 1.5;
  private static final int FIRST_UID = 1_000;

  static User of(Site site, int index) {
    Draws draws = Draws.of(site.seed(), Draws.Topic.USER, index);
    boolean expert = index % 7 == 3;
    double speed = draws.logNormal(0.06) * (expert ? 1.08 : 1);
    Archetype[] kinds = new Archetype[3];
    for (int i = 0; i < kinds.length; i++) {
      kinds[i] = Archetype.pick(draws);
    }
    return new User(
        index, FIRST_UID + index, 100 + index % 8, expert, speed, site.isLogging(index), kinds);
  }

  /** Share of the site's projects that the user owns: a few users own most. */
  static double share(int index, int users) {
    return StrictMath.pow((index + 1.0) / users, 1 / CROWDING)
        - StrictMath.pow((double) index / users, 1 / CROWDING);
  }

  /** A user by chance, in proportion to {@link #share}. */
  static int some(int users, Draws draws) {
    return (int) (users * StrictMath.pow(draws.uniform(), CROWDING));
  }

  /**
   * Whether the user loads the tool that writes access logs.
   *
   * @param loggingUsers how many do: those with the most projects; 0 for two of three
   */
  static boolean isLogging(int index, int loggingUsers) {
    return loggingUsers > 0 ? index < loggingUsers : index % 3 != 1;
  }

  static long uidOf(int index) {
    return FIRST_UID + index;
  }

  /** Address of one of the client nodes the user works on: up to three, chosen by the job. */
  String node(long job) {
    int number = index * 3 + (int) Math.floorMod(job, 3L);
    return "10.1." + (number / 250 + 1) + "." + (number % 250 + 1);
  }
}
