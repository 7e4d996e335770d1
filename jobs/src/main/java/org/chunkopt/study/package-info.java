/**
 * Studies: the policies judged over several seeds, with parts of the method left out, on simulated
 * sites of several laws, and by what a site gains that follows the plans of its own nights.
 */
package org.chunkopt.study;
