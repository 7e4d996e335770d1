package org.chunkopt.train;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Seeds dropout before every batch from the seed, the iteration and the batch, since the workers'
 * own generator starts anywhere.
 */
final class SeedHook implements TrainingHook {
  private static final long serialVersionUID = 1L;
  private static final int VALUES = 4;

  private final long seed;

  SeedHook(long seed) {
    this.seed = seed;
  }

  @Override
  public void preUpdate(DataSet batch, Model model) {
    long mixed = Seeds.mix(seed, ((MultiLayerNetwork) model).getIterationCount());
    INDArray features = batch.getFeatures();
    for (int i = 0; i < Math.min(VALUES, features.columns()); i++) {
      mixed = Seeds.mix(mixed, Float.floatToIntBits(features.getFloat(0, i)));
    }
    Nd4j.getRandom().setSeed(mixed);
  }

  @Override
  public void postUpdate(DataSet batch, Model model) {}

  @Override
  public void preUpdate(MultiDataSet batch, Model model) {}

  @Override
  public void postUpdate(MultiDataSet batch, Model model) {}
}
