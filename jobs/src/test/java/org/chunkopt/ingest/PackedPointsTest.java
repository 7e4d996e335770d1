package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackedPointsTest {
  private static final long SECOND_NS = 1_000_000_000L;

  @Test
  void anyPointsComeOutAsTheyWentIn() {
    Random random = new Random(27);
    long[] units = {1, 1_000, 1_000_000, SECOND_NS};
    for (int round = 0; round < 200; round++) {
      int size = 1 + random.nextInt(300);
      long unit = units[random.nextInt(units.length)];
      long[] words = new long[size];
      double[] values = new double[size];
      for (int i = 0; i < size; i++) {
        long offset = random.nextLong(PointBlock.HOUR_NS / unit) * unit;
        words[i] = offset << 1 | random.nextInt(2);
        values[i] = value(random);
      }
      requireTheSame(words, values);
    }
  }

  @Test
  void theEdgesOfNumbersAreExact() {
    double[] values = {
      0, -0.0, 1, -1, 0x1p52, -0x1p52, 0x1p52 - 1, 1 - 0x1p52, 0x1p63, 1e300, Double.MIN_VALUE
    };
    long[] words = new long[values.length];
    Arrays.setAll(words, i -> i % 2 == 0 ? 1 : (PointBlock.HOUR_NS - 1) << 1);
    requireTheSame(words, values);
  }

  @Test
  void aPointASecondTakesAFewBytes() {
    long[] words = new long[3600];
    double[] values = new double[words.length];
    Arrays.setAll(words, second -> second * SECOND_NS << 1 | 1);
    Arrays.setAll(values, second -> second % 1000);
    assertThat(PackedPoints.pack(words, values, words.length))
        .hasSizeLessThan(3 * words.length + 6);
  }

  private static double value(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(100);
      case 1 -> random.nextLong(1L << 60);
      case 2 -> -1;
      default -> random.nextGaussian() * 1e9;
    };
  }

  private static void requireTheSame(long[] words, double[] values) {
    PackedPoints points = new PackedPoints(PackedPoints.pack(words, values, words.length));
    assertThat(points.count()).isEqualTo(words.length);
    for (int i = 0; i < words.length; i++) {
      assertThat(points.next()).isTrue();
      assertThat(points.offset()).isEqualTo(words[i] >>> 1);
      assertThat(points.isFirstOfLine()).isEqualTo((words[i] & 1) == 1);
      assertThat(Double.doubleToRawLongBits(points.value()))
          .isEqualTo(Double.doubleToRawLongBits(values[i]));
    }
    assertThat(points.next()).isFalse();
  }
}
