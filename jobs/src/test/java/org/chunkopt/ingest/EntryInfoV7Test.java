package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.chunkopt.tables.RejectReason;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntryInfoV7Test {
  private final EntryInfoV7 parser = new EntryInfoV7();

  @ParameterizedTest
  @CsvSource({
    "file-1x64k, 5-6B047303-1, 65536, 1, 101",
    "file-2x128k-meta02-verbose, F-6B0473B8-2, 131072, 2, 102 201",
    "file-raid0-4x4m, 2-6B047475-1, 4194304, 4, 201 202 101 102",
    "file-raid0-4x4m-nomappings, 2-6B047475-1, 4194304, 4, 201 202 101 102",
    "file-raid0-4x4m-verbose, 2-6B047475-1, 4194304, 4, 201 202 101 102",
    "equals-sign-in-path, 27-6B047285-1, 262144, 2, 102 202"
  })
  void readsFiles(String sample, String entryId, long chunk, int desired, String targets) {
    assertThat(parse(Samples.bytes("entryinfo/" + sample + ".stdout.txt"))).isEmpty();
    EntryInfo info = parser.info();
    assertThat(info.check(EntryType.FILE)).isEmpty();
    assertThat(info.entryId).isEqualTo(entryId);
    assertThat(info.type).isEqualTo(EntryType.FILE);
    assertThat(info.pattern).isEqualTo("RAID0");
    assertThat(info.chunkBytes).isEqualTo(chunk);
    assertThat(info.desiredTargets).isEqualTo(desired);
    assertThat(info.actualTargets).isEqualTo(info.targets().length);
    assertThat(join(info.targets())).isEqualTo(targets);
    assertThat(info.metaNode).isEqualTo(entryId.endsWith("-2") ? 2 : 1);
    assertThat(info.storagePool).isNull();
  }

  @Test
  void readsFewerTargetsThanDesired() {
    assertThat(parse(Samples.bytes("entryinfo/file-desired4-actual2.stdout.txt"))).isEmpty();
    assertThat(parser.info().desiredTargets).isEqualTo(4);
    assertThat(parser.info().actualTargets).isEqualTo(2);
  }

  @Test
  void readsMirroredFilesAsGroups() {
    assertThat(parse(Samples.bytes("entryinfo/getentryinfo-file-buddymirror.txt"))).isEmpty();
    assertThat(parser.info().check(EntryType.FILE)).isEmpty();
    assertThat(parser.info().pattern).isEqualTo("Buddy Mirror");
    assertThat(parser.info().targets()).isEmpty();
    assertThat(join(parser.info().groups())).isEqualTo("2 1");
    assertThat(parser.info().chunkBytes).isEqualTo(1 << 20);
  }

  @ParameterizedTest
  @CsvSource({
    "dir, 0-6B047285-1, 4194304",
    "dir-verbose, 0-6B047285-1, 4194304",
    "root, root, 524288",
    "root-verbose, root, 524288"
  })
  void readsDirectories(String sample, String entryId, long chunk) {
    assertThat(parse(Samples.bytes("entryinfo/" + sample + ".stdout.txt"))).isEmpty();
    EntryInfo info = parser.info();
    assertThat(info.check(EntryType.DIRECTORY)).isEmpty();
    assertThat(info.entryId).isEqualTo(entryId);
    assertThat(info.type).isEqualTo(EntryType.DIRECTORY);
    assertThat(info.chunkBytes).isEqualTo(chunk);
    assertThat(info.desiredTargets).isEqualTo(4);
    assertThat(info.actualTargets).isEqualTo(EntryInfo.NONE);
    assertThat(info.targets()).isEmpty();
    assertThat(info.storagePool).isEqualTo("1 (Default)");
    assertThat(info.metaNode).isEqualTo(1);
  }

  @Test
  void takesTheCreationTimeFromTheEntryId() {
    parse(Samples.bytes("entryinfo/file-1x64k.stdout.txt"));
    assertThat(parser.info().idBaseMicros()).isEqualTo(0x6B047303L * 1_000_000);
    parse(Samples.bytes("entryinfo/root.stdout.txt"));
    assertThat(parser.info().idBaseMicros()).isEqualTo(EntryInfo.NONE);
  }

  @Test
  @Tag("R12")
  @DisplayName("R12: the texts of other releases of BeeGFS 7 are read")
  void readsTheVariantsOfOtherReleases() {
    assertThat(
            parse(
                """
                EntryID: 1-6B047303-1
                Metadata buddy group: 7
                Current primary metadata node: meta [ID: 9] [ID: 3]
                Stripe pattern details:
                + Type: RAID10
                + Chunksize: 2G
                + Number of storage targets: desired: 4; actual: 2+2
                + Storage targets:
                  + 101 @ <unmapped>
                  + 102 @ <unknown(5)>
                + Mirror targets:
                  + 201 @ storage02 [ID: 2]
                  + 202 @ storage02 [ID: 2]
                Chunk path: u0/6B04/7/root/1-6B047303-1
                Inlined inode: yes
                Dentry path: 38/51/root/
                """))
        .isEmpty();
    EntryInfo info = parser.info();
    assertThat(info.check(EntryType.FILE)).isEmpty();
    assertThat(info.type).as("7.1 has no type").isEqualTo(EntryType.UNKNOWN);
    assertThat(info.metaNode).isEqualTo(3);
    assertThat(info.pattern).isEqualTo("RAID10");
    assertThat(info.chunkBytes).isEqualTo(2L << 30);
    assertThat(join(info.targets())).isEqualTo("101 102");
  }

  @Test
  void takesTheOwnerOfAnInodeThatIsNotInlined() {
    parse(
        """
        Entry type: file
        EntryID: 1-6B047303-1
        Dentry info:
         + Path: 38/51/root/
         + Metadata node: meta01 [ID: 1]
        Inode info:
         + Path: 35/5C/1-6B047303-1
         + Metadata node: meta02 [ID: 2]
        """);
    assertThat(parser.info().metaNode).isEqualTo(2);
  }

  @Test
  void takesThePrimaryOfTheBuddyGroupThatOwnsAMirroredInode() {
    parse(
        """
        Entry type: file
        EntryID: 1-6B047303-1
        Inode info:
         + Path: 35/5C/1-6B047303-1
         + Metadata buddy group: 1
         + Current primary metadata node: meta03 [ID: 3]
        """);
    assertThat(parser.info().metaNode).isEqualTo(3);
  }

  @Test
  void readsTheFlatVerboseOutputOfOlderReleases() {
    assertThat(
            parse(
                """
                Entry type: file
                EntryID: 1-6B047303-1
                ParentID: root
                Metadata node: meta02 [ID: 2]
                Metadata mirror node: meta01 [ID: 1]
                Stripe pattern details:
                + Type: RAID0
                + Chunksize: 512K
                + Number of storage targets: desired: 4; actual: 1
                + Storage targets:
                  + 101 @ storage01 [ID: 1]
                Chunk path: uFFFE/6B04/7/root/1-6B047303-1
                Inlined inode: no
                Dentry path: 38/51/root/
                Inode hash path: 35/5C/1-6B047303-1
                """))
        .isEmpty();
    assertThat(parser.info().check(EntryType.FILE)).isEmpty();
    assertThat(parser.info().metaNode).as("not the mirror").isEqualTo(2);
    assertThat(join(parser.info().targets())).isEqualTo("101");
  }

  @Test
  void readsTheRetroOutputOfTheNextRelease() {
    assertThat(
            parse(
                """
                Entry type: file
                EntryID: 1-6B047303-1
                Metadata node: meta02 [ID: 2]
                Stripe pattern details:
                + Type: RAID0
                + Chunksize: 512Ki   \s
                + Number of storage targets: desired: 4; actual: 2
                + Storage targets:
                + 101 @ storage01 [ID: 1]
                + 201 @ storage02 [ID: 2]
                File state: Available
                Client Sessions
                + Reading: 1
                + Writing: 0
                """))
        .isEmpty();
    assertThat(parser.info().check(EntryType.FILE)).isEmpty();
    assertThat(parser.info().chunkBytes).isEqualTo(512 << 10);
    assertThat(join(parser.info().targets())).isEqualTo("101 201");
  }

  @Test
  void readsMirroredDirectories() {
    assertThat(
            parse(
                """
                Entry type: directory
                EntryID: 1-6B047303-1
                Metadata buddy group: 1
                Current primary metadata node: meta01 [ID: 1]
                Stripe pattern details:
                + Type: Buddy Mirror
                + Chunksize: 1M
                + Number of storage targets: desired: 2
                + Storage Pool: 3 (fast)
                """))
        .isEmpty();
    EntryInfo info = parser.info();
    assertThat(info.check(EntryType.DIRECTORY)).isEmpty();
    assertThat(info.pattern).isEqualTo("Buddy Mirror");
    assertThat(info.desiredTargets).isEqualTo(2);
    assertThat(info.storagePool).isEqualTo("3 (fast)");
    assertThat(info.metaNode).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "symlink, SYMLINK",
    "block device node, BLOCK_DEVICE",
    "character device node, CHARACTER_DEVICE",
    "pipe, PIPE",
    "unix domain socket, SOCKET"
  })
  void readsEntriesOfOtherTypes(String text, EntryType type) {
    assertThat(parse("Entry type: " + text + "\nEntryID: 1-6B047303-1\nMetadata node: m [ID: 1]\n"))
        .isEmpty();
    assertThat(parser.info().type).isEqualTo(type);
    assertThat(parser.info().check(type)).as("without a pattern").isEmpty();
    assertThat(parser.info().check(EntryType.FILE))
        .map(Problem::reason)
        .contains(RejectReason.PAIR_MISMATCH);
  }

  @Test
  void takesTheTypeOfTheStatRecordWhereTheServerHasNone() {
    parse("Entry type: invalid\nEntryID: 1-6B047303-1\n");
    assertThat(parser.info().type).isEqualTo(EntryType.UNKNOWN);
    assertThat(parser.info().check(EntryType.SYMLINK)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "64K, 65536",
    "512K, 524288",
    "1M, 1048576",
    "2G, 2147483648",
    "65536, 65536",
    "2048M, 2147483648",
    "512Ki, 524288",
    "1Mi, 1048576"
  })
  void readsChunkSizesInEveryUnit(String text, long bytes) {
    assertThat(parse("EntryID: 1-6B047303-1\n+ Chunksize: " + text + "\n")).isEmpty();
    assertThat(parser.info().chunkBytes).isEqualTo(bytes);
    assertThat(parser.info().check(EntryType.DIRECTORY)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "1",
        "1000",
        "32K",
        "96K",
        "65535",
        "3M",
        "4G",
        "4294967296",
        "1T",
        "1P",
        "1E",
        "16E",
        "18014398509481985K",
        "999999999999999999E"
      })
  void refusesChunkSizesThatBeeGfsWouldRefuse(String text) {
    assertThat(parse("EntryID: 1-6B047303-1\n+ Chunksize: " + text + "\n")).isEmpty();
    assertThat(parser.info().check(EntryType.DIRECTORY))
        .map(Problem::reason)
        .contains(RejectReason.INVALID_CHUNK_SIZE);
  }

  @Test
  void refusesMessagesOfTheToolInPlaceOfABlock() {
    assertThat(parse("Unable to find metadata node for path: /x\nError: Path does not exist\n"))
        .isEmpty();
    assertThat(parser.info().check(EntryType.FILE))
        .map(Problem::reason)
        .contains(RejectReason.MISSING_KEY);
  }

  @ParameterizedTest
  @CsvSource({
    "desired: 1; actual: 1, desired: 4294967297; actual: 1, MALFORMED",
    "desired: 1; actual: 1, desired: 1; actual: 65536, MALFORMED",
    "desired: 1; actual: 1, desired: ; actual: 1, MALFORMED",
    "+ Chunksize: 64K, + Chunksize: 100000, INVALID_CHUNK_SIZE",
    "+ Chunksize: 64K, + Chunksize: 32K, INVALID_CHUNK_SIZE",
    "+ Chunksize: 64K, + Chunksize: 4G, INVALID_CHUNK_SIZE",
    "+ Chunksize: 64K, + Chunksize: lots, MALFORMED",
    "+ Chunksize: 64K, + Chunksize:, MISSING_KEY",
    "+ 101 @ storage01, + 1010101 @ storage01, MALFORMED",
    "actual: 1, actual: 2, MALFORMED",
    "desired: 1; actual: 1, desired: 1, MISSING_KEY",
    "EntryID: , Entry: , MISSING_KEY",
    "Entry type: file, Entry type: directory, PAIR_MISMATCH"
  })
  void saysWhatIsWrong(String from, String to, RejectReason reason) {
    String block =
        new String(Samples.bytes("entryinfo/file-1x64k.stdout.txt"), StandardCharsets.US_ASCII);
    assertThat(block).contains(from);
    Optional<Problem> problem =
        parse(block.replace(from, to)).or(() -> parser.info().check(EntryType.FILE));
    assertThat(problem).map(Problem::reason).contains(reason);
  }

  @Test
  void readsEveryBlockOfTheBatches() throws IOException {
    assertThat(chunks("entryinfo/batch-all-dirs.stdout.txt"))
        .containsExactly(
            1L << 19, 1L << 19, 1L << 22, 1L << 20, 1L << 16, 1L << 17, 1L << 23, 1L << 21,
            1L << 18, 1L << 19, 1L << 19);
    assertThat(chunks("entryinfo/batch-mixed-with-errors.stdout.txt"))
        .as("failed paths are empty blocks")
        .containsExactly(1L << 22, -1L, 1L << 22, -1L, 1L << 17);
    assertThat(chunks("entryinfo/batch-weird-names-null.stdout.txt"))
        .hasSize(16)
        .containsOnly(1L << 18);
    assertThat(chunks("site/inventory/site.entryinfo"))
        .hasSize(298)
        .areExactly(90, new org.assertj.core.api.Condition<>(c -> c == 65536, "64K"))
        .areExactly(10, new org.assertj.core.api.Condition<>(c -> c == 8 << 20, "8M"));
  }

  private List<Long> chunks(String sample) throws IOException {
    ByteRecords blocks =
        ByteRecords.blocks(new ByteArrayInputStream(Samples.bytes(sample)), 1 << 20);
    List<Long> chunks = new ArrayList<>();
    while (blocks.next()) {
      assertThat(parser.parse(blocks.buffer(), blocks.from(), blocks.to())).isEmpty();
      chunks.add(parser.info().chunkBytes);
    }
    return chunks;
  }

  private Optional<Problem> parse(String block) {
    return parse(block.getBytes(StandardCharsets.US_ASCII));
  }

  private Optional<Problem> parse(byte[] block) {
    return parser.parse(block, 0, block.length);
  }

  private static String join(Integer[] numbers) {
    return java.util.Arrays.stream(numbers)
        .map(String::valueOf)
        .collect(java.util.stream.Collectors.joining(" "));
  }
}
