package org.chunkopt.kernels;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import org.chunkopt.bench.BenchRow;
import org.chunkopt.model.FoldedNetwork;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.train.KernelBench;

/**
 * Times the shipped kernel beside those that are not shipped, since they need a JVM flag or a native
 * library on every executor. Run by {@code mvn -q process-test-classes -Pkernels}.
 */
public final class Kernels {
  private static final int ROUNDS = 20;
  private static final int BATCH = 4096;

  private Kernels() {}

  public static void main(String[] arguments) throws OrtException {
    List<BenchRow> figures =
        KernelBench.run(SettingsReader.defaults().model(), ROUNDS, Kernels::candidates);
    for (BenchRow figure : figures) {
      System.out.printf(
          "%-24s %,12.0f rows/s %6.2f of the shipped kernel%n",
          figure.name(), figure.perSecond(), figure.perSecond() / figures.get(0).perSecond());
    }
  }

  private static List<KernelBench.Candidate> candidates(FoldedNetwork network) {
    return List.of(
        new KernelBench.Candidate("JDK vector API", 1 << 17, new VectorKernel(network)),
        new KernelBench.Candidate("ONNX Runtime", BATCH, onnx(network)));
  }

  private static KernelBench.Kernel onnx(FoldedNetwork network) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try {
      OrtSession.SessionOptions one = new OrtSession.SessionOptions();
      one.setIntraOpNumThreads(1);
      OrtSession session = environment.createSession(OnnxModel.of(network), one);
      return rows -> {
        long[] shape = {rows.length / network.inputs(), network.inputs()};
        try (OnnxTensor input =
                OnnxTensor.createTensor(environment, FloatBuffer.wrap(rows), shape);
            OrtSession.Result result = session.run(Map.of("x", input))) {
          float[] outputs = new float[(int) shape[0]];
          ((OnnxTensor) result.get(0)).getFloatBuffer().get(outputs);
          return outputs;
        } catch (OrtException e) {
          throw new IllegalStateException(e);
        }
      };
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
