/** BeeGFS chunk-size optimizer: nightly Spark jobs that recommend a chunk size for every file. */
package org.chunkopt;
