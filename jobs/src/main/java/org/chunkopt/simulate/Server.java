package org.chunkopt.simulate;

import java.io.Serializable;

/**
 * A storage or metadata server.
 *
 * @param nodeId its name in BeeGFS
 * @param numId its number, from 1 for each kind
 * @param host what Telegraf calls it
 * @param clockMillis how far its clock is ahead of InfluxDB's
 * @param cadenceMillis distance of its per-second samples
 * @param rdma whether clients reach it by RDMA, which BeeGFS counts no bytes of
 * @param bandwidth bytes per second that its targets can take together, 0 for metadata
 */
record Server(
    String nodeId,
    int numId,
    String host,
    long clockMillis,
    double cadenceMillis,
    boolean rdma,
    double bandwidth)
    implements Serializable {
  /** The node's tags in line protocol: blanks, commas and equal signs escaped. */
  String tags() {
    String escaped = nodeId.replace(" ", "\\ ").replace(",", "\\,").replace("=", "\\=");
    return ",nodeID=" + escaped + ",nodeNumID=" + numId;
  }
}
