package org.chunkopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.chunkopt.beegfs.ChunkSize;
import org.junit.jupiter.api.Test;

class PhysicsCurveTest {
  private static final long REFERENCE = ChunkSize.DEFAULT.bytes();
  private static final long[] ARMS =
      ChunkSize.CANDIDATES.stream().mapToLong(ChunkSize::bytes).toArray();

  @Test
  void isThePublishedCurveWithoutData() {
    assertThat(PhysicsCurve.fit(new long[0], new double[0], new double[0], REFERENCE))
        .isEqualTo(PhysicsCurve.PUBLISHED);
  }

  @Test
  void publishedCurveFollowsThePublicSweep() {
    // 64K 0.49, 2M 1.10, 8M 1.06 of the throughput at 512K.
    assertThat(Math.pow(2, PhysicsCurve.PUBLISHED.log2Gain(64 << 10, REFERENCE)))
        .isCloseTo(0.49, within(0.03));
    assertThat(Math.pow(2, PhysicsCurve.PUBLISHED.log2Gain(2 << 20, REFERENCE)))
        .isCloseTo(1.10, within(0.04));
    assertThat(Math.pow(2, PhysicsCurve.PUBLISHED.log2Gain(8 << 20, REFERENCE)))
        .isCloseTo(1.06, within(0.04));
  }

  @Test
  void refindsAPlantedHalfPoint() {
    PhysicsCurve planted = new PhysicsCurve(400 << 10, 0.0, 4 << 20);
    double[] contrasts =
        Arrays.stream(ARMS).mapToDouble(c -> planted.log2Gain(c, REFERENCE)).toArray();
    double[] errors = new double[ARMS.length];
    Arrays.fill(errors, 0.01);
    PhysicsCurve fitted = PhysicsCurve.fit(ARMS, contrasts, errors, REFERENCE);
    assertThat(fitted.halfBytes() / planted.halfBytes()).isBetween(0.8, 1.25);
    assertThat(fitted.log2Gain(8 << 20, REFERENCE))
        .isCloseTo(planted.log2Gain(8 << 20, REFERENCE), within(0.05));
  }
}
