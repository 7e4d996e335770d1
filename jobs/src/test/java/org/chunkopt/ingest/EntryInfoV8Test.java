package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.chunkopt.tables.RejectReason;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntryInfoV8Test {
  private static final String FILE =
      """
      {"access":0,"cool_down":"(n/a)","entry_id":"3-6563A1B2-1","meta_mirror":"(unmirrored)",\
      "meta_node":"m:1","path":"/proj/a.dat","remote_targets":"(none)","state":0,\
      "storage_mirrors":"(unmirrored)","storage_pool":"(file)",\
      "storage_targets":"s:101,s:102,s:201,s:202","stripe_pattern":"RAID0 (4x512Ki)","type":2}""";
  private static final String DIRECTORY =
      """
      {"access":"(n/a)","cool_down":"(n/a)","entry_id":"0-6563A1B2-1",\
      "meta_mirror":{"num_id":1,"node_type":2},"meta_node":"m:1","path":"/proj",\
      "remote_targets":"(none)","state":"(n/a)","storage_mirrors":"(directory)",\
      "storage_pool":"storage_pool_default (1)","storage_targets":"(directory)",\
      "stripe_pattern":"RAID0 (4x512Ki)","type":1}""";

  private final EntryInfoV8 parser = new EntryInfoV8();

  @Test
  void readsAFile() {
    assertThat(parse(FILE)).isEmpty();
    EntryInfo info = parser.info();
    assertThat(info.check(EntryType.FILE)).isEmpty();
    assertThat(parser.path()).asString().isEqualTo("/proj/a.dat");
    assertThat(info.entryId).isEqualTo("3-6563A1B2-1");
    assertThat(info.pattern).isEqualTo("RAID0");
    assertThat(info.chunkBytes).isEqualTo(512 << 10);
    assertThat(info.desiredTargets).isEqualTo(4);
    assertThat(info.actualTargets).isEqualTo(4);
    assertThat(info.targets()).containsExactly(101, 102, 201, 202);
    assertThat(info.metaNode).isEqualTo(1);
    assertThat(info.storagePool).isNull();
  }

  @Test
  void readsADirectoryWithAMirrorObject() {
    assertThat(parse(DIRECTORY)).isEmpty();
    EntryInfo info = parser.info();
    assertThat(info.check(EntryType.DIRECTORY)).isEmpty();
    assertThat(info.type).isEqualTo(EntryType.DIRECTORY);
    assertThat(info.storagePool).isEqualTo("storage_pool_default (1)");
    assertThat(info.actualTargets).isEqualTo(EntryInfo.NONE);
  }

  @Test
  void readsMirroredFilesRawSizesUnknownKeysAndKeysGivenTwice() {
    assertThat(
            parse(
                FILE.replace("RAID0 (4x512Ki)", "Buddy Mirror (2x1048576)")
                    .replace("s:101,s:102,s:201,s:202", "(mirrored)")
                    .replace("\"(unmirrored)\",\"storage_pool\"", "\"s:1,s:2\",\"storage_pool\"")
                    .replace("{\"access\":0", "{\"new\":[{\"a\":1}],\"path\":\"/old\"")))
        .isEmpty();
    assertThat(parser.path()).asString().isEqualTo("/proj/a.dat");
    assertThat(parser.info().pattern).isEqualTo("Buddy Mirror");
    assertThat(parser.info().chunkBytes).isEqualTo(1 << 20);
    assertThat(parser.info().groups()).containsExactly(1, 2);
    assertThat(parser.info().targets()).isEmpty();
  }

  @Test
  void readsWhatGoEscapes() {
    assertThat(parse(FILE.replace("a.dat", "\\u003cü\\u0026\\n\\\\"))).isEmpty();
    assertThat(parser.path()).isEqualTo("/proj/<ü&\n\\".getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @Tag("R12")
  @DisplayName("R12: the columns of every release of BeeGFS 8 are read")
  @ValueSource(
      strings = {
        // 8.0, then 8.1 and 8.2, 8.3, 8.4 with --verbose.
        """
        {"data_state":"Available","entry_id":"3-6563A1B2-1","meta_mirror":"(unmirrored)",\
        "meta_node":"m:1","path":"/proj/a.dat","remote_targets":"(none)",\
        "storage_mirrors":"(unmirrored)","storage_pool":"(file)",\
        "storage_targets":"s:101,s:102","stripe_pattern":"RAID0 (4x512Ki)","type":2}""",
        """
        {"access":"Locked (read)","client_sessions":"Reading: 1, Writing: 0",\
        "entry_id":"3-6563A1B2-1","meta_mirror":"m:1","meta_node":"m:1","path":"/proj/a.dat",\
        "remote_targets":"1-s3","state":"Available","storage_mirrors":"(unmirrored)",\
        "storage_pool":"(file)","storage_targets":"s:101,s:102",\
        "stripe_pattern":"RAID0 (4x512Ki)","type":2}""",
        """
        {"access":3,"entry_id":"3-6563A1B2-1","meta_mirror":{"num_id":1,"node_type":2},\
        "meta_node":"m:1","path":"/proj/a.dat","remote_targets":"(none)","state":4,\
        "storage_mirrors":"(unmirrored)","storage_pool":"(file)",\
        "storage_targets":"s:101,s:102","stripe_pattern":"RAID0 (4x524288)","type":2}""",
        """
        {"access":0,"client_sessions":"Reading: 0, Writing: 0","cool_down":"5s",\
        "entry_id":"3-6563A1B2-1","meta_mirror":"(unmirrored)","meta_node":"m:1",\
        "path":"/proj/a.dat","remote_targets":"(none)","state":0,\
        "storage_mirrors":"(unmirrored)","storage_pool":"(file)",\
        "storage_targets":"s:101,s:102","stripe_pattern":"RAID0 (4x512Ki)","type":2}\r"""
      })
  void readsTheColumnsOfEveryRelease(String line) {
    assertThat(parse(line)).isEmpty();
    assertThat(parser.info().check(EntryType.FILE)).isEmpty();
    assertThat(parser.info().chunkBytes).isEqualTo(512 << 10);
    assertThat(parser.info().actualTargets).isEqualTo(2);
    assertThat(parser.info().metaNode).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "[{\"access\":0}]", "[]"})
  void namesTheOptionWhereTheLineIsAPageOfAnArray(String line) {
    assertThat(parse(line))
        .contains(
            new Problem(
                RejectReason.MALFORMED,
                "The line begins an array, as --output json prints it a page at a time. Collect"
                    + " with --output ndjson."));
  }

  @Test
  void refusesALockedInodeOfWhichNothingIsKnown() {
    String locked =
        """
        {"access":"(unavailable: inode locked)","entry_id":"3-6563A1B2-1",\
        "meta_mirror":"(unavailable: inode locked)","meta_node":"(unavailable: inode locked)",\
        "path":"/proj/a.dat","storage_mirrors":"(unavailable: inode locked)",\
        "storage_pool":"(unavailable: inode locked)",\
        "storage_targets":"(unavailable: inode locked)",\
        "stripe_pattern":"(unavailable: inode locked)","type":"(unavailable: inode locked)"}""";
    assertThat(parse(locked))
        .contains(
            new Problem(
                RejectReason.NO_ENTRY_INFO,
                "The entry info was unavailable: (unavailable: inode locked)."));
  }

  @Test
  void refusesWhatIsNoUtf8ButSaysNothingOfTheLibrary() {
    byte[] utf32 = FILE.getBytes(java.nio.charset.Charset.forName("UTF-32BE"));
    utf32[1] = 0x7f;
    assertThat(parser.parse(utf32, 0, utf32.length))
        .map(Problem::reason)
        .contains(RejectReason.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a.dat | a\ufffd.dat | LOSSY_NAME",
        "a.dat | a\\ufffd.dat | LOSSY_NAME",
        "\"path\" | \"Path\" | MISSING_KEY",
        "entry_id | entryID | MISSING_KEY",
        "4x512Ki | 4x500Ki | INVALID_CHUNK_SIZE",
        "4x512Ki | 4x32Ki | INVALID_CHUNK_SIZE",
        "4x512Ki | 4x4Gi | INVALID_CHUNK_SIZE",
        "4x512Ki | 4x1Ti | INVALID_CHUNK_SIZE",
        "4x512Ki | 4x100000000000 | INVALID_CHUNK_SIZE",
        "4x512Ki | 65536x512Ki | MALFORMED",
        "RAID0 (4x512Ki) | RAID0 | MALFORMED",
        "RAID0 (4x512Ki) | (unavailable: locked) | NO_ENTRY_INFO",
        "s:102 | s:abc | MALFORMED",
        "\"type\":2 | \"type\":99 | WRONG_TYPE",
        "\"type\":2} | \"type\":2 | MALFORMED",
        "\"type\":2} | \"type\":2}{} | MALFORMED",
        "/proj/a.dat | proj/a.dat | MALFORMED"
      })
  void saysWhatIsWrong(String from, String to, RejectReason reason) {
    assertThat(FILE).contains(from);
    Optional<Problem> problem = parse(FILE.replace(from, to));
    assertThat(problem).map(Problem::reason).contains(reason);
    assertThat(problem.get().detail()).endsWith(".").matches("[ -~]*");
  }

  private Optional<Problem> parse(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return parser.parse(bytes, 0, bytes.length);
  }
}
