/**
 * A simulated BeeGFS site: what a real one would export, and the truth that it would not. Every
 * value follows from the seed and an index, so that a site of any size is written in parallel and
 * the same seed gives the same bytes.
 */
package org.chunkopt.simulate;
