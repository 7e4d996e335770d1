package org.chunkopt.pull;

import java.util.List;
import java.util.OptionalLong;

/** All measurements of a server that ingest takes. Times are in ns since 1970. */
interface Feeds {
  /** Time of the oldest point of {@code [from, until)}. */
  OptionalLong oldest(long from, long until);

  /** The measurements that may have points in {@code [from, until)}. */
  List<Feed> within(long from, long until);
}
