/** Trains the network on the labels, by parameter averaging on Spark. */
package org.chunkopt.train;
