package org.chunkopt.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.chunkopt.testing.Spark;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Spark.class)
class PredictionsTest {
  private final TrainedModel model = Models.random("mlp-a", 7);

  @Test
  void everyRowGetsTheNetworksValueAndKeepsItsColumns(SparkSession spark) {
    List<Row> rows = rows(700);

    List<Row> predicted =
        Predictions.add(spark.createDataFrame(rows, schema()).repartition(3), model)
            .orderBy("id")
            .collectAsList();

    assertThat(predicted).hasSize(700);
    for (int i = 0; i < 700; i++) {
      Row row = predicted.get(i);
      assertThat((byte[]) row.getAs("path_bytes")).isEqualTo(new byte[] {(byte) i, (byte) 0xff});
      assertThat(row.<Double>getAs(Predictions.PREDICTED_LOG2_KIB))
          .isCloseTo(reference(rows.get(i)), within(1e-4));
    }
  }

  @Test
  @Tag("R17")
  @DisplayName("R17: missing and absurd inputs give finite outputs")
  void missingAndAbsurdInputsGiveFiniteOutputs(SparkSession spark) {
    Object[] nulls = new Object[schema().size()];
    nulls[0] = 1L;
    Object[] absurd = nulls.clone();
    double[] values = {Double.NaN, Double.POSITIVE_INFINITY, 1e300, -1e300};
    for (int i = 2; i < absurd.length; i++) {
      absurd[i] = values[i % values.length];
    }
    Dataset<Row> rows =
        spark.createDataFrame(
            List.of(RowFactory.create(nulls), RowFactory.create(absurd)), schema());

    List<Row> predicted = Predictions.add(rows, model).collectAsList();

    assertThat(predicted)
        .hasSize(2)
        .allSatisfy(
            row ->
                assertThat(Double.isFinite(row.<Double>getAs(Predictions.PREDICTED_LOG2_KIB)))
                    .isTrue());
  }

  /** The formula of model.json, in double precision. */
  private double reference(Row row) {
    double[] h = new double[model.features().size()];
    for (int i = 0; i < h.length; i++) {
      h[i] = row.isNullAt(i + 2) ? model.scaling().median()[i] : row.getDouble(i + 2);
      h[i] = (h[i] - model.scaling().mean()[i]) / model.scaling().sd()[i];
    }
    for (Network.Hidden layer : model.network().hidden()) {
      double[] next = new double[layer.bias().length];
      for (int unit = 0; unit < next.length; unit++) {
        double sum = layer.bias()[unit];
        for (int i = 0; i < h.length; i++) {
          sum += layer.weights()[unit * h.length + i] * h[i];
        }
        double normal =
            (sum - layer.mean()[unit]) / Math.sqrt(layer.variance()[unit] + Network.EPSILON);
        next[unit] = Math.max(0, normal * layer.gamma()[unit] + layer.beta()[unit]);
      }
      h = next;
    }
    double y = model.network().outputBias();
    for (int i = 0; i < h.length; i++) {
      y += model.network().outputWeights()[i] * h[i];
    }
    return y * 7 + 6;
  }

  private StructType schema() {
    StructType schema =
        new StructType().add("id", DataTypes.LongType).add("path_bytes", DataTypes.BinaryType);
    for (String feature : model.features()) {
      schema = schema.add(feature, DataTypes.DoubleType);
    }
    return schema;
  }

  private List<Row> rows(int n) {
    Random random = new Random(3);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Object[] values = new Object[schema().size()];
      values[0] = (long) i;
      values[1] = new byte[] {(byte) i, (byte) 0xff};
      for (int j = 2; j < values.length; j++) {
        values[j] = random.nextInt(10) == 0 ? null : random.nextGaussian() * 2 + 1;
      }
      rows.add(RowFactory.create(values));
    }
    return rows;
  }
}
