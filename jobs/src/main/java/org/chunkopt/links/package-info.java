/** Files with more than one path, shared by plan and report: their bytes count once. */
package org.chunkopt.links;
