package org.chunkopt.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class WriteWindowTest {
  @Test
  void boundsAWriteByTheStretchThatHoldsItsBytesAndByAllBusySeconds() {
    WriteWindow window = new WriteWindow(1_000, 1_009);
    window.add(1_000, List.of(5f, 0f, 10f, 10f, 10f, 0f, 10f));
    // From the end: 10, 10, 10 hold 25 bytes in 3 busy seconds; 45 bytes in 5 busy seconds in all.
    assertThat(window.bounds(25)).contains(new WriteWindow.Bounds(3, 5, 25.0 / 45));
  }

  @Test
  void addsTheServersOfAFile() {
    WriteWindow window = new WriteWindow(1_000, 1_001);
    window.add(1_000, List.of(4f, 4f));
    window.add(1_000, List.of(4f, 4f));
    assertThat(window.bounds(16)).contains(new WriteWindow.Bounds(2, 2, 1.0));
  }

  @Test
  void ignoresSecondsOutsideTheWindowAndMissingSamples() {
    WriteWindow window = new WriteWindow(1_001, 1_003);
    window.add(1_000, Arrays.asList(100f, 1f, null, 1f, 100f));
    assertThat(window.bounds(2)).contains(new WriteWindow.Bounds(2, 2, 1.0));
  }

  @Test
  void saysNothingWhereTheServersWroteLessThanTheFileHas() {
    WriteWindow window = new WriteWindow(1_000, 1_003);
    window.add(1_000, List.of(1f, 1f, 1f, 1f));
    assertThat(window.bounds(5)).isEmpty();
  }

  @Test
  void saysNothingOfASingleBusySecond() {
    WriteWindow window = new WriteWindow(1_000, 1_003);
    window.add(1_000, Collections.singletonList(50f));
    assertThat(window.bounds(5)).isEmpty();
  }
}
