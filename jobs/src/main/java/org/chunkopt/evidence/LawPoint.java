package org.chunkopt.evidence;

/**
 * A measured mean that the law of a pool is fitted to.
 *
 * @param use access pattern of the files
 * @param position position of the chunk size, 0 is 64 KiB
 * @param group points that share an unknown level: a benchmark cell, or a cohort of one source
 * @param log2 mean log2 throughput, MiB/s
 * @param error its standard error, log2
 * @param levelError standard error of the group's level, log2
 */
record LawPoint(
    AccessPattern use, int position, int group, double log2, double error, double levelError) {}
