/** Studies: the policies judged over several seeds, and with parts of the method left out. */
package org.chunkopt.study;
