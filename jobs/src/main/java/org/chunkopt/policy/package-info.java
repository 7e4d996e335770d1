/** The policies: what is proposed for a file, what the evidence says it is worth, who decides. */
package org.chunkopt.policy;
