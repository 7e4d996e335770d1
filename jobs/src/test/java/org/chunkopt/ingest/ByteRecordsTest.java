package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ByteRecordsTest {
  private static final int LIMIT = 1 << 20;

  @Test
  void cutsAtNulsAndReportsAMissingLastOne() throws IOException {
    ByteRecords records = ByteRecords.nulTerminated(in("a\nb\0\0tail"), LIMIT);
    assertThat(texts(records)).containsExactly("0:a\nb", "4:", "5:tail");
    assertThat(records.terminated()).isFalse();
    assertThat(records.bytes()).isEqualTo(9);
  }

  @Test
  void cutsBlocksAtBlankLinesAndKeepsEmptyBlocks() throws IOException {
    ByteRecords records = ByteRecords.blocks(in("a\nb\n\n\n\nc\n\n"), LIMIT);
    assertThat(texts(records)).containsExactly("0:a\nb\n", "5:", "6:", "7:c\n");
    assertThat(records.terminated()).isTrue();
  }

  @Test
  void findsTheSameRecordsHoweverTheStreamIsCut() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 60_000; i++) {
      text.append("line ").append(i).append(i % 3 == 0 ? "\n\n" : "\n");
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
    InputStream trickle =
        new ByteArrayInputStream(bytes) {
          @Override
          public synchronized int read(byte[] into, int at, int length) {
            return super.read(into, at, Math.min(length, 1 + (pos * 31) % 977));
          }
        };
    assertThat(texts(ByteRecords.blocks(trickle, LIMIT)))
        .hasSize(20_001)
        .isEqualTo(texts(ByteRecords.blocks(new ByteArrayInputStream(bytes), LIMIT)));
  }

  @Test
  void keepsTheHeadOfARecordThatIsTooLongAndFindsTheNext() throws IOException {
    String text = "x".repeat(3 * LIMIT) + "\0next\0";
    ByteRecords records = ByteRecords.nulTerminated(in(text), LIMIT);
    assertThat(records.next()).isTrue();
    assertThat(records.tooLong()).isTrue();
    assertThat(records.raw()).hasSize(ByteRecords.KEPT_BYTES).containsOnly('x');
    assertThat(texts(records)).containsExactly(3 * LIMIT + 1 + ":next");
    assertThat(records.bytes()).isEqualTo(text.length());
  }

  private static InputStream in(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static List<String> texts(ByteRecords records) throws IOException {
    List<String> texts = new ArrayList<>();
    while (records.next()) {
      texts.add(
          records.offset()
              + ":"
              + new String(
                  records.buffer(),
                  records.from(),
                  records.to() - records.from(),
                  StandardCharsets.US_ASCII));
    }
    return texts;
  }
}
