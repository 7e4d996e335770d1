package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {
  @Test
  void givesLinesWithTheirOffsets() throws IOException {
    assertThat(read("a\n\nbcd\r\ne", 100))
        .containsExactly("10:a/2", "12:/1", "13:bcd\r/5", "18:e/1 cut");
  }

  @Test
  void givesNothingOfAnEmptyStream() throws IOException {
    assertThat(read("", 100)).isEmpty();
  }

  @Test
  void marksLinesThatAreTooLongAndReadsOn() throws IOException {
    String text = "short\n" + "x".repeat(101) + "\nnext\n" + "y".repeat(600_000) + "\nlast\n";
    List<String> lines = read(text, 100);
    assertThat(lines).hasSize(5);
    assertThat(lines.get(1)).startsWith("16:xxx").endsWith("/102 long");
    assertThat(lines.get(2)).isEqualTo("118:next/5");
    assertThat(lines.get(3)).startsWith("123:yyy").endsWith("/600001 long").hasSizeLessThan(66_000);
    assertThat(lines.get(4)).isEqualTo("600124:last/5");
  }

  @Test
  void readsLinesLongerThanItsFirstBuffer() throws IOException {
    String wide = "z".repeat(700_000);
    assertThat(read("a\n" + wide + "\nb\n", 1_000_000))
        .containsExactly("10:a/2", "12:" + wide + "/700001", "700013:b/2");
  }

  private static List<String> read(String text, int maxLineBytes) throws IOException {
    LineReader reader =
        new LineReader(
            new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 10, maxLineBytes);
    List<String> lines = new ArrayList<>();
    while (reader.next()) {
      String line =
          new String(
              reader.bytes(), reader.from(), reader.to() - reader.from(), StandardCharsets.UTF_8);
      lines.add(
          reader.offset()
              + ":"
              + line
              + "/"
              + reader.length()
              + (reader.isTooLong() ? " long" : "")
              + (reader.isTerminated() ? "" : " cut"));
    }
    return lines;
  }
}
