package org.chunkopt.kernels;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.chunkopt.model.FoldedNetwork;

/** A folded network as an ONNX model: {@code Gemm} and {@code Relu} in turn (onnx.proto). */
final class OnnxModel {
  private static final int FLOAT = 1;
  private static final int INT_ATTRIBUTE = 2;
  private static final int LENGTH = 2;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private OnnxModel() {}

  /** The serialised model; its input is {@code x} of any number of rows, its output {@code y}. */
  static byte[] of(FoldedNetwork network) {
    OnnxModel graph = new OnnxModel();
    int last = network.weights().length - 1;
    int inputs = network.inputs();
    String value = "x";
    for (int layer = 0; layer <= last; layer++) {
      String sum = layer == last ? "y" : "sum" + layer;
      int units = network.biases()[layer].length;
      graph.message(1, gemm(value, "w" + layer, "b" + layer, sum));
      graph.message(5, tensor("w" + layer, network.weights()[layer], units, inputs));
      graph.message(5, tensor("b" + layer, network.biases()[layer], units));
      if (layer < last) {
        value = "relu" + layer;
        graph.message(1, new OnnxModel().text(1, sum).text(2, value).text(4, "Relu"));
      }
      inputs = units;
    }
    graph.text(2, "chunkopt");
    graph.message(11, valueInfo("x", network.inputs()));
    graph.message(12, valueInfo("y", 1));
    return new OnnxModel()
        .number(1, 8)
        .message(7, graph)
        .message(8, new OnnxModel().text(1, "").number(2, 13))
        .bytes
        .toByteArray();
  }

  private static OnnxModel gemm(String in, String weights, String bias, String out) {
    return new OnnxModel()
        .text(1, in)
        .text(1, weights)
        .text(1, bias)
        .text(2, out)
        .text(4, "Gemm")
        .message(5, new OnnxModel().text(1, "transB").number(3, 1).number(20, INT_ATTRIBUTE));
  }

  private static OnnxModel tensor(String name, float[] values, int... dimensions) {
    OnnxModel tensor = new OnnxModel();
    for (int dimension : dimensions) {
      tensor.number(1, dimension);
    }
    ByteBuffer raw =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return tensor.number(2, FLOAT).text(8, name).bytes(9, raw.array());
  }

  private static OnnxModel valueInfo(String name, int columns) {
    OnnxModel shape =
        new OnnxModel()
            .message(1, new OnnxModel().text(2, "rows"))
            .message(1, new OnnxModel().number(1, columns));
    OnnxModel type = new OnnxModel().message(1, new OnnxModel().number(1, FLOAT).message(2, shape));
    return new OnnxModel().text(1, name).message(2, type);
  }

  private OnnxModel number(int field, long value) {
    varint((long) field << 3);
    varint(value);
    return this;
  }

  private OnnxModel text(int field, String value) {
    return bytes(field, value.getBytes(StandardCharsets.UTF_8));
  }

  private OnnxModel message(int field, OnnxModel value) {
    return bytes(field, value.bytes.toByteArray());
  }

  private OnnxModel bytes(int field, byte[] value) {
    varint((long) field << 3 | LENGTH);
    varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  private void varint(long value) {
    long rest = value;
    while (rest >= 0x80) {
      bytes.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }
}
