package org.chunkopt.ingest;

import java.io.Serializable;

/** The three kinds of rows that access logs yield. */
record AccessSheets(Sheet access, Sheet rejects, Sheet ledger) implements Serializable {}
