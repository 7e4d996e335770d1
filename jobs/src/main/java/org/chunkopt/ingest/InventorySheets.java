package org.chunkopt.ingest;

import java.io.Serializable;

/** The three kinds of rows that an inventory yields. */
record InventorySheets(Sheet files, Sheet rejects, Sheet ledger) implements Serializable {}
