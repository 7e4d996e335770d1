package org.chunkopt.simulate;

import java.io.Serializable;

/**
 * A user and their habits.
 *
 * <p>Assumptions: every seventh user knows about striping; such users also work on faster clients,
 * so that an override looks better than it is; a user runs two or three kinds of application.
 *
 * @param uid numeric id
 * @param expert whether they choose chunk sizes by their requests
 * @param speed factor on what their accesses reach, whatever the chunk size
 * @param kinds applications they run
 */
record User(int index, long uid, long gid, boolean expert, double speed, Archetype[] kinds)
    implements Serializable {
  static final double EXPERT_SHARE = 1.0 / 7;
  private static final int FIRST_UID = 1_000;

  static User of(Site site, int index) {
    Draws draws = Draws.of(site.seed(), Draws.Topic.USER, index);
    boolean expert = index % 7 == 3;
    double speed = draws.logNormal(0.06) * (expert ? 1.08 : 1);
    Archetype[] kinds = new Archetype[3];
    for (int i = 0; i < kinds.length; i++) {
      kinds[i] = Archetype.pick(draws);
    }
    return new User(index, FIRST_UID + index, 100 + index % 8, expert, speed, kinds);
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
