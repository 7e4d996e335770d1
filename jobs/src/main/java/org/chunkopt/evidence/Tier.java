package org.chunkopt.evidence;

import java.util.Locale;

/** What speaks for the gain of a change, best first. */
enum Tier {
  /** The history has both chunk sizes in such a use often enough, or a benchmark measured them. */
  MEASURED,
  /** A directory changed from one to the other. */
  CHANGED,
  /** The law and neighbouring uses. */
  PREDICTED;

  /** The name in tables. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
