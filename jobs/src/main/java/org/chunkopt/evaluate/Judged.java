package org.chunkopt.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.chunkopt.model.TrainedModel;

/**
 * What was found of a network, or where there is none.
 *
 * @param proposals what every policy would set for the held-out files
 * @param rows of {@code evaluation}
 */
record Judged(Optional<TrainedModel> network, Dataset<Row> proposals, List<Row> rows) {
  Judged(Optional<TrainedModel> network, Dataset<Row> proposals) {
    this(network, proposals, new ArrayList<>());
  }

  /** The id of the network, empty where there is none. */
  String id() {
    return network.map(TrainedModel::id).orElse("");
  }
}
