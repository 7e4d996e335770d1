package org.chunkopt.ingest;

import org.chunkopt.tables.RejectReason;

/**
 * Why a record was not taken.
 *
 * @param detail what was wrong, a sentence
 */
record Problem(RejectReason reason, String detail) {}
