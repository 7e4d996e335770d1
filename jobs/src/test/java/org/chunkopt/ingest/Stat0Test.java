package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.chunkopt.tables.RejectReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Stat0Test {
  private static final String HEAD =
      "1001\t36864\t72\t1795453827.2286288738\t1795453828.0000009\t1795453829\t1003\t100\t2\tf\t";

  private final Stat0 stat = new Stat0();

  @Test
  void readsEveryField() {
    assertThat(parse(HEAD + "/home/f001.txt")).isEmpty();
    assertThat(stat.inode()).isEqualTo(1001);
    assertThat(stat.sizeBytes()).isEqualTo(36864);
    assertThat(stat.allocatedBytes()).isEqualTo(72 * 512);
    assertThat(stat.atime()).isEqualTo(1795453827_228628L);
    assertThat(stat.mtime()).isEqualTo(1795453828_000000L);
    assertThat(stat.ctime()).isEqualTo(1795453829_000000L);
    assertThat(stat.uid()).isEqualTo(1003);
    assertThat(stat.gid()).isEqualTo(100);
    assertThat(stat.links()).isEqualTo(2);
    assertThat(stat.type()).isEqualTo(EntryType.FILE);
    assertThat(new String(stat.path(), StandardCharsets.UTF_8)).isEqualTo("/home/f001.txt");
  }

  @Test
  void keepsTabsNewlinesAndForeignBytesOfThePath() {
    byte[] path = {'/', 'a', '\t', '\n', (byte) 0xff, ' '};
    byte[] head = HEAD.getBytes(StandardCharsets.US_ASCII);
    byte[] record = java.util.Arrays.copyOf(head, head.length + path.length);
    System.arraycopy(path, 0, record, head.length, path.length);
    assertThat(stat.parse(record, 0, record.length)).isEmpty();
    assertThat(stat.path()).isEqualTo(path);
  }

  @Test
  void keepsAllBitsOfAnInodeNumber() {
    assertThat(parse(HEAD.replaceFirst("1001", "18446744073709551615") + "/a")).isEmpty();
    assertThat(stat.inode()).isEqualTo(-1L);
    assertThat(parse(HEAD.replaceFirst("1001", "18446744073709551616") + "/a")).isPresent();
  }

  @Test
  void readsTheMountRootAndOtherTypes() {
    assertThat(parse(HEAD.replace("\tf\t", "\td\t") + "/")).isEmpty();
    assertThat(stat.type()).isEqualTo(EntryType.DIRECTORY);
    assertThat(parse(HEAD.replace("\tf\t", "\ts\t") + "/sock")).isEmpty();
    assertThat(stat.type().tableName()).isEqualTo("socket");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1001\t36864",
        "1001\t-1\t72\t1.5\t1.5\t1.5\t1003\t100\t2\tf\t/a",
        "1001\t36864\t18014398509481984\t1.5\t1.5\t1.5\t1003\t100\t2\tf\t/a",
        "1001\t36864\t72\t1.5\t1.x\t1.5\t1003\t100\t2\tf\t/a",
        "1001\t36864\t72\t1.5\t1.\t1.5\t1003\t100\t2\tf\t/a",
        "1001\t36864\t72\t1.5\t1.5\t1.5\t1003\t100\t2\tU\t/a",
        "1001\t36864\t72\t1.5\t1.5\t1.5\t1003\t100\t2\tf\t",
        "1001\t36864\t72\t1.5\t1.5\t1.5\t1003\t100\t2\tf\ta",
        "99999999999999999999999\t36864\t72\t1.5\t1.5\t1.5\t1003\t100\t2\tf\t/a"
      })
  void saysWhatIsWrong(String record) {
    assertThat(parse(record))
        .hasValueSatisfying(
            problem -> {
              assertThat(problem.reason()).isEqualTo(RejectReason.MALFORMED);
              assertThat(problem.detail()).endsWith(".");
            });
  }

  @Test
  void readsTimesBefore1970() {
    assertThat(parse(HEAD.replace("1795453827.2286288738", "-86400.5") + "/a")).isEmpty();
    assertThat(stat.atime()).isEqualTo(-86_400_000_000L + 500_000);
  }

  @Test
  void readsEveryRecordOfTheSite() throws IOException {
    ByteRecords records =
        ByteRecords.nulTerminated(
            new ByteArrayInputStream(Samples.bytes("site/inventory/site.stat0")), 1 << 20);
    long size = 0;
    int count = 0;
    while (records.next()) {
      assertThat(stat.parse(records.buffer(), records.from(), records.to())).isEmpty();
      size += stat.sizeBytes();
      count++;
    }
    assertThat(count).isEqualTo(298);
    assertThat(records.terminated()).isTrue();
    assertThat(size).isEqualTo(SITE_BYTES);
  }

  // Sum of the second column, added up by another program.
  private static final long SITE_BYTES = 6253150208L;

  private Optional<Problem> parse(String record) {
    byte[] bytes = record.getBytes(StandardCharsets.US_ASCII);
    return stat.parse(bytes, 0, bytes.length);
  }
}
