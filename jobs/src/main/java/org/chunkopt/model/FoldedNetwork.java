package org.chunkopt.model;

import java.io.Serializable;

/**
 * Dense layers alone, ReLU between them, one output: what executors score with.
 *
 * @param inputs number of features
 * @param weights per layer, row-major, a row for every unit
 * @param biases per layer, one for every unit; the last layer has one unit
 */
public record FoldedNetwork(int inputs, float[][] weights, float[][] biases)
    implements Serializable {}
