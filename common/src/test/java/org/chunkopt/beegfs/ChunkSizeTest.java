package org.chunkopt.beegfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChunkSizeTest {
  @Test
  void everyCandidateIsReadBackFromWhatEitherCommandLinePrints() {
    assertThat(ChunkSize.CANDIDATES).hasSize(8).startsWith(new ChunkSize(65_536));
    for (ChunkSize size : ChunkSize.CANDIDATES) {
      assertThat(ChunkSize.parse(size.v7())).isEqualTo(size);
      assertThat(ChunkSize.parse(size.v8())).isEqualTo(size);
      assertThat(ChunkSize.parse(size.toString())).isEqualTo(size);
      assertThat(ChunkSize.parse(Long.toString(size.bytes()))).isEqualTo(size);
    }
  }

  @Test
  void eachCommandLineGetsItsOwnSpelling() {
    ChunkSize mebibyte = new ChunkSize(1 << 20);

    assertThat(List.of(mebibyte.v7(), mebibyte.v8(), mebibyte.toString()))
        .containsExactly("1m", "1Mi", "1M");
    assertThat(ChunkSize.DEFAULT.v8()).isEqualTo("512Ki");
    assertThat(ChunkSize.DEFAULT.log2Kib()).isEqualTo(9);
    assertThat(new ChunkSize(ChunkSize.MAX_BYTES).v7()).isEqualTo("2g");
  }

  @Test
  void whatBeeGfsRefusesIsRefused() {
    assertThatThrownBy(() -> new ChunkSize(300 << 10)).hasMessageContaining("power of two");
    assertThatThrownBy(() -> new ChunkSize(32 << 10)).hasMessageContaining("outside");
    assertThatThrownBy(() -> new ChunkSize(4L << 30)).hasMessageContaining("outside");
    for (long bytes : new long[] {0, -65_536, 1, 300 << 10, 4L << 30, Long.MIN_VALUE}) {
      assertThat(ChunkSize.isValid(bytes)).as("%d", bytes).isFalse();
    }
  }

  @Test
  void textThatIsNoSizeIsRefused() {
    for (String text :
        List.of(
            "", "K", "i", "-1M", "1.5M", "512 K", "99999999999", "99999999999M", "0x10", "١M")) {
      assertThatThrownBy(() -> ChunkSize.parse(text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Chunk size");
    }
  }
}
