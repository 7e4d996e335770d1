package org.chunkopt.train;

import java.io.Serializable;
import java.util.Iterator;
import java.util.Random;
import java.util.stream.IntStream;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Cuts a worker's rows into full batches, in another order every epoch. Workers must have equally
 * many batches or Deeplearning4j drops some, so the places left over repeat rows with weight 0.
 *
 * @param inputs columns of a row before its target and weight
 * @param size rows of a batch
 * @param perRound batches of a worker between two averagings
 * @param rounds averagings an epoch
 * @param meanWeight of all training rows: the weights are divided by it
 */
record Batches(int inputs, int size, int perRound, int rounds, double meanWeight)
    implements Serializable {

  /** As many batches as the fullest worker needs. */
  static Batches of(TrainingRows rows, int size, int roundsWanted) {
    int needed = Math.toIntExact((rows.mostRows() + size - 1) / size);
    int rounds = Math.min(roundsWanted, needed);
    return new Batches(
        rows.inputs(), size, (needed + rounds - 1) / rounds, rounds, rows.meanWeight());
  }

  /** The batches of one round of one worker. */
  Iterator<DataSet> round(float[] packed, int round, long epochSeed, int worker) {
    int rows = packed.length / (inputs + 2);
    int[] order = shuffled(rows, Seeds.mix(epochSeed, worker));
    return IntStream.range(round * perRound, (round + 1) * perRound)
        .mapToObj(batch -> batch(packed, order, batch * size))
        .iterator();
  }

  private DataSet batch(float[] packed, int[] order, int begin) {
    float[] features = new float[size * inputs];
    float[] targets = new float[size];
    float[] masks = new float[size];
    for (int i = 0; i < size; i++) {
      int place = begin + i;
      int row = order[place % order.length] * (inputs + 2);
      System.arraycopy(packed, row, features, i * inputs, inputs);
      double weight = place < order.length ? packed[row + inputs + 1] / meanWeight : 0;
      // For a mask m and one output p, Deeplearning4j 1.0.0-M2 takes m^2 (m p - target) for the
      // gradient: with the cube root and m y for the target that is weight * (p - y).
      masks[i] = (float) Math.cbrt(weight);
      targets[i] = masks[i] * packed[row + inputs];
    }
    return new DataSet(
        Nd4j.create(features, new int[] {size, inputs}),
        Nd4j.create(targets, new int[] {size, 1}),
        null,
        Nd4j.create(masks, new int[] {size, 1}));
  }

  private int[] shuffled(int rows, long seed) {
    int[] order = IntStream.range(0, rows).toArray();
    Random random = new Random(seed);
    for (int i = rows - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[other];
      order[other] = kept;
    }
    return order;
  }
}
