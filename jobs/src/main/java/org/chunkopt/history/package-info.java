/** The servers' rolling baselines, shared by features (as-of) and evidence (before the access). */
package org.chunkopt.history;
