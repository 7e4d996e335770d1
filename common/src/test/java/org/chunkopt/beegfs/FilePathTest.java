package org.chunkopt.beegfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilePathTest {
  @ParameterizedTest
  @CsvSource({
    "/mnt/beegfs/proj/run/../../data/in.bin, /mnt/beegfs/data/in.bin",
    "/a/./b/., /a/b",
    "/a//b///c, /a/b/c",
    "/../../a, /a",
    "/a/.., /",
    "/a/..b/...c/.d, /a/..b/...c/.d",
    "/a/b, /a/b",
    "/, /"
  })
  void dotsAreResolvedByTheTextAlone(String path, String resolved) {
    assertThat(
            new String(
                FilePath.resolved(path.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8))
        .isEqualTo(resolved);
  }

  private static final List<String> HOSTILE =
      List.of(
          "/x\n/mnt/beegfs/victim",
          "/tab\tcr\rdel\u007f",
          "/'\"`$(touch PWNED);rm -rf ~*",
          "/ leading and trailing ",
          "/a=b%2F..",
          "/back\\slash\\x41",
          "/right-to-left\u202egnp",
          "/nfc \u00e9 nfd e\u0301",
          "/line\u2028paragraph\u2029",
          "/lossy \ufffd",
          "/emoji \ud83d\ude80",
          "/c1 \u0085");

  @Test
  @Tag("R18")
  @DisplayName("R18: hostile names become printable text that can be read back")
  void hostileNamesAreValidPrintableTextThatCanBeReadBack() {
    for (String name : HOSTILE) {
      byte[] path = name.getBytes(StandardCharsets.UTF_8);
      String shown = FilePath.display(path);

      assertThat(shown.codePoints().mapToObj(Character::getType))
          .as(shown)
          .doesNotContain(
              (int) Character.CONTROL,
              (int) Character.FORMAT,
              (int) Character.LINE_SEPARATOR,
              (int) Character.PARAGRAPH_SEPARATOR);
      assertThat(unescape(shown)).as(shown).isEqualTo(path);
    }
  }

  @Test
  void printableTextStaysAsItIs() {
    assertThat(FilePath.display("/höhe/データ.h5".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("/höhe/データ.h5");
  }

  @Test
  void bytesThatAreNotUtf8AreEscapedOneByOne() {
    assertThat(FilePath.display(new byte[] {'/', (byte) 0xff, (byte) 0xfe, 'a'}))
        .isEqualTo("/\\xFF\\xFEa");
    assertThat(FilePath.display(new byte[] {'/', (byte) 0xc3})).isEqualTo("/\\xC3");
    assertThat(FilePath.display(new byte[] {'/', (byte) 0xc0, (byte) 0xaf}))
        .as("an overlong slash")
        .isEqualTo("/\\xC0\\xAF");
    assertThat(FilePath.display(new byte[] {'/', (byte) 0xed, (byte) 0xa0, (byte) 0x80}))
        .as("a surrogate")
        .isEqualTo("/\\xED\\xA0\\x80");
  }

  @Test
  void anyBytesCanBeReadBack() {
    Random random = new Random(20261123);
    for (int round = 0; round < 2_000; round++) {
      byte[] path = new byte[1 + random.nextInt(40)];
      random.nextBytes(path);

      String shown = FilePath.display(path);

      assertThat(unescape(shown)).as(shown).isEqualTo(path);
    }
  }

  @Test
  void theParentIsTheDirectoryThatHoldsThePath() {
    assertThat(FilePath.parent(bytes("/a/b c/d"))).isEqualTo(bytes("/a/b c"));
    assertThat(FilePath.parent(bytes("/a"))).isEqualTo(bytes("/"));
    assertThat(FilePath.parent(bytes("/"))).isEqualTo(bytes("/"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] unescape(String shown) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int at = 0;
    while (at < shown.length()) {
      if (shown.startsWith("\\\\", at)) {
        bytes.write('\\');
        at += 2;
      } else if (shown.startsWith("\\x", at)) {
        bytes.write(Integer.parseInt(shown.substring(at + 2, at + 4), 16));
        at += 4;
      } else {
        int next = shown.offsetByCodePoints(at, 1);
        bytes.writeBytes(bytes(shown.substring(at, next)));
        at = next;
      }
    }
    return bytes.toByteArray();
  }
}
