package org.chunkopt.train;

import java.util.Collections;
import java.util.Iterator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Epochs of Deeplearning4j's parameter averaging: every worker takes the same number of batches
 * from its own partition, then parameters and Adam's state are averaged. A round is one {@code
 * fit}, so that nothing is dropped or repartitioned and the iteration counter is right.
 */
final class ParameterAveraging {
  private final TrainingRows rows;
  private final Batches batches;
  private final long seed;
  private final SparkDl4jMultiLayer spark;

  ParameterAveraging(
      JavaSparkContext context,
      MultiLayerNetwork network,
      TrainingRows rows,
      Batches batches,
      long seed) {
    this.rows = rows;
    this.batches = batches;
    this.seed = seed;
    ParameterAveragingTrainingMaster master =
        new ParameterAveragingTrainingMaster.Builder(
                rows.partitions().getNumPartitions(), batches.size())
            .batchSizePerWorker(batches.size())
            .averagingFrequency(batches.perRound())
            .repartionData(Repartition.Never)
            .rddTrainingApproach(RDDTrainingApproach.Direct)
            .workerPrefetchNumBatches(0)
            .saveUpdater(true)
            .rngSeed(seed)
            .trainingHooks(Collections.singletonList(new SeedHook(seed)))
            .build();
    this.spark = new SparkDl4jMultiLayer(context, network, master);
  }

  MultiLayerNetwork network() {
    return spark.getNetwork();
  }

  /** Trains one epoch; its shuffle follows from the seed and the epoch's number. */
  void epoch(int number) {
    long epochSeed = Seeds.mix(seed, number);
    Batches plan = batches;
    for (int round = 0; round < batches.rounds(); round++) {
      int slice = round;
      JavaRDD<DataSet> data =
          rows.partitions()
              .mapPartitionsWithIndex(
                  (worker, packed) -> round(plan, packed, slice, epochSeed, worker), true);
      spark.fit(data);
      data.unpersist();
    }
  }

  private static Iterator<DataSet> round(
      Batches plan, Iterator<float[]> packed, int round, long epochSeed, int worker) {
    return plan.round(packed.next(), round, epochSeed, worker);
  }
}
