package org.chunkopt.ingest;

import java.io.Serializable;

/**
 * The three kinds of rows that sweeps yield.
 *
 * @param mount mount point that paths may begin with
 */
record SweepSheets(Sheet sweeps, Sheet rejects, Sheet ledger, String mount)
    implements Serializable {
  static final String KIND = "observations";
}
