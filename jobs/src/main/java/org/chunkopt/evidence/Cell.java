package org.chunkopt.evidence;

/**
 * Observations of one directory that agree in everything but the file: the rows that the response
 * model learns from.
 *
 * @param pool class of storage
 * @param sweep whether a benchmark set the chunk size itself
 * @param inventory whether the speed was taken from the inventory's times, which is blurred
 * @param directory directory, or group of a benchmark: the unit that is resampled
 * @param uid owner, -1 where not known
 * @param learn whether it is of the train or validation split
 * @param cohort number of its cohort
 * @param use access pattern: means over the observations
 * @param position position of the chunk size, 0 is 64 KiB
 * @param log2 mean log2 throughput in MiB/s, less the effects of the servers' hours
 * @param files observations
 * @param weight sum of their weights
 */
record Cell(
    String pool,
    boolean sweep,
    boolean inventory,
    String directory,
    long uid,
    boolean learn,
    int cohort,
    AccessPattern use,
    int position,
    double log2,
    long files,
    double weight) {}
