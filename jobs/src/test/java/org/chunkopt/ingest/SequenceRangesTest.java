package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SequenceRangesTest {
  @Test
  void aMillionNumbersInAnyOrderCountOnceAndBecomeOneRange() {
    SequenceRanges ranges = new SequenceRanges();
    Random random = new Random(7);
    long first = 0;
    for (int delivery = 0; delivery < 3; delivery++) {
      for (int base = 0; base < 1_000_000; base += 10) {
        // Ten at a time, from anywhere among them on.
        int start = random.nextInt(10);
        for (int i = 0; i < 10; i++) {
          first += ranges.add(base + (start + i) % 10) ? 1 : 0;
        }
      }
    }
    assertThat(first).isEqualTo(1_000_000);
    assertThat(ranges.ranges()).isEqualTo(1);
  }

  @Test
  void aGapBeginsARangeAndTheLastNumberOfAllFits() {
    SequenceRanges ranges = new SequenceRanges();
    assertThat(ranges.add(Long.MAX_VALUE)).isTrue();
    assertThat(ranges.add(Long.MAX_VALUE)).isFalse();
    assertThat(ranges.add(5)).isTrue();
    assertThat(ranges.add(7)).isTrue();
    assertThat(ranges.ranges()).isEqualTo(3);
    assertThat(ranges.add(6)).isTrue();
    assertThat(ranges.ranges()).isEqualTo(2);
  }
}
