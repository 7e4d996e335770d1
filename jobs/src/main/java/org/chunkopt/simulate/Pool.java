package org.chunkopt.simulate;

import java.io.Serializable;
import java.util.List;

/**
 * A storage pool: targets of one kind.
 *
 * @param id BeeGFS storage pool id, from 1
 * @param alias name of the pool, as BeeGFS 7 shows it
 * @param physics what its targets do
 * @param targets in the order in which consecutive targets are on different servers
 * @param targetBytes capacity of each
 */
record Pool(int id, String alias, Physics physics, List<Target> targets, long targetBytes)
    implements Serializable {
  /** A storage target and the index of its server. */
  record Target(int id, int server) implements Serializable {}
}
