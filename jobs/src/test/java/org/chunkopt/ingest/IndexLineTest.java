package org.chunkopt.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.chunkopt.UserError;
import org.chunkopt.settings.SettingsReader;
import org.chunkopt.tables.RejectReason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IndexLineTest {
  static final String LS =
      """
      {"atime":"2026-11-23 17:23:22 +0100 CET","blocks":"72","ctime":"1795453829",\
      "entry_id":"3-6563A1B2-1","group":"100","inode":"18446744073709551615",\
      "mtime":"2026-11-23T17:23:22.5Z","nlink":"2","owner_id":"2","parent_entry_id":"root",\
      "path":"/proj/a.dat","permissions":"-rw-r--r--","size":"36864","stripe_chunk":"524288",\
      "stripe_pattern":"1","stripe_targets":"4","type":"f","user":"1003"}""";
  private static final String STAT =
      """
      {"name":"/proj/a.dat","type":"regular file","size":36864,"blocks":72,"inode":1001,"links":1,\
      "mode":33188,"uid":1003,"user":"alice","gid":100,"group":"users","atime":1795453827.25,\
      "mtime":1795453828,"ctime":1795453829,"owner_id":1,"parent_entry_id":"root",\
      "entry_id":"3-6563A1B2-1","stripe_pattern_type":3,"stripe_chunk_size":"1Mi",\
      "stripe_num_targets":2}""";

  private final IndexLine line = new IndexLine("/mnt/beegfs", IndexKey.names(List.of()));

  @Test
  void readsAListedFileWhoseValuesAreStrings() {
    assertThat(parse(LS)).isEmpty();
    assertThat(line.path()).asString().isEqualTo("/proj/a.dat");
    assertThat(line.type()).isEqualTo(EntryType.FILE);
    assertThat(line.inode()).isEqualTo(-1L);
    assertThat(line.sizeBytes()).isEqualTo(36864);
    assertThat(line.allocatedBytes()).isEqualTo(72 * 512);
    assertThat(line.atime()).as("an offset of an hour").isEqualTo(1795451002_000000L);
    assertThat(line.mtime()).isEqualTo(1795454602_500000L);
    assertThat(line.ctime()).isEqualTo(1795453829_000000L);
    assertThat(line.links()).isEqualTo(2);
    assertThat(line.uid()).isEqualTo(1003);
    assertThat(line.gid()).isEqualTo(100);
    EntryInfo info = line.info();
    assertThat(info.entryId).isEqualTo("3-6563A1B2-1");
    assertThat(info.metaNode).isEqualTo(2);
    assertThat(info.pattern).isEqualTo("RAID0");
    assertThat(info.chunkBytes).isEqualTo(512 << 10);
    assertThat(info.actualTargets).isEqualTo(4);
    assertThat(info.targets()).as("an index does not list them").isEmpty();
  }

  @Test
  void readsTheNumberedColumnsOfAQuery() {
    IndexLine query =
        new IndexLine(
            "/mnt/beegfs", IndexKey.names(SettingsReader.defaults().inputs().indexColumns()));
    String row =
        """
        {"col1":"/mnt/beegfs/a\ufffd","col2":"f","col3":"9223372036854775807","col4":"8","col5":"7",\
        "col6":"2","col7":"-11644473600","col8":"1","col9":"2","col10":"1000","col11":"100",\
        "col12":"6-6A6DFD96-1","col13":"2","col14":"%s","col15":"524288","col16":"8","col17":"1",\
        "col18":"1","col19":"32","col20":"101,202","col21":"2F6D6E742F6265656766732F61FF"}""";
    byte[] bytes = row.formatted("1").getBytes(StandardCharsets.UTF_8);
    assertThat(query.parse(bytes, 0, bytes.length)).isEmpty();
    assertThat(query.path()).as("the bytes, not the text").containsExactly('/', 'a', 0xff);
    assertThat(query.sizeBytes()).isEqualTo(Long.MAX_VALUE);
    assertThat(query.mtime()).isEqualTo(-11_644_473_600_000_000L);
    assertThat(query.uid()).isEqualTo(1000);
    assertThat(query.info().targets()).containsExactly(101, 202);
    assertThat(query.info().actualTargets).isEqualTo(2);
    assertThat(query.info().desiredTargets).isEqualTo(8);
    assertThat(query.info().restriction(query.sizeBytes())).isEqualTo("offloaded");

    bytes = row.formatted("3").getBytes(StandardCharsets.UTF_8);
    assertThat(query.parse(bytes, 0, bytes.length)).isEmpty();
    assertThat(query.info().groups()).as("of a mirrored file").containsExactly(101, 202);

    bytes = row.replace("\"101,202\"", "null").getBytes(StandardCharsets.UTF_8);
    assertThat(query.parse(bytes, 0, bytes.length))
        .map(Problem::reason)
        .contains(RejectReason.NO_ENTRY_INFO);
  }

  @Test
  void anOwnerMayBeANumberWithItsName() {
    assertThat(parse(LS.replace("\"user\":\"1003\"", "\"uid\":\"1000/alice\""))).isEmpty();
    assertThat(line.uid()).isEqualTo(1000);
    assertThat(parse(LS.replace("\"user\":\"1003\"", "\"user\":\"alice\""))).isEmpty();
    assertThat(line.uid()).isEqualTo(EntryInfo.NONE);
  }

  @Test
  void aColumnThatIsNoneIsTheMistakeOfTheSettings() {
    assertThatThrownBy(() -> IndexKey.names(List.of("path", "sise")))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("index-columns has sise");
    assertThat(IndexKey.names(List.of("-", "path"))).containsKey("col2").doesNotContainKey("col1");
  }

  @Test
  void readsTheKeysOfStatAndNumbers() {
    assertThat(parse(STAT)).isEmpty();
    assertThat(line.path()).asString().isEqualTo("/proj/a.dat");
    assertThat(line.inode()).isEqualTo(1001);
    assertThat(line.atime()).isEqualTo(1795453827_250000L);
    assertThat(line.uid()).as("beside the name").isEqualTo(1003);
    assertThat(line.gid()).isEqualTo(100);
    assertThat(line.links()).isEqualTo(1);
    assertThat(line.info().pattern).isEqualTo("Buddy Mirror");
    assertThat(line.info().chunkBytes).isEqualTo(1 << 20);
    assertThat(line.info().actualTargets).isEqualTo(2);
  }

  @Test
  void leavesTheOwnerOpenWhereOnlyItsNameIsKnown() {
    assertThat(parse(LS.replace("\"1003\"", "\"alice\"").replace("\"100\"", "\"users\"")))
        .isEmpty();
    assertThat(line.uid()).isEqualTo(EntryInfo.NONE);
    assertThat(line.gid()).isEqualTo(EntryInfo.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "/proj/a.dat, /proj/a.dat",
    "proj/a.dat, /proj/a.dat",
    "./proj/a.dat, /proj/a.dat",
    "/mnt/beegfs/proj/a.dat, /proj/a.dat",
    "/mnt/beegfs, /",
    "/mnt/beegfs2/a, /mnt/beegfs2/a",
    "., /",
    "/, /"
  })
  void readsPathsAsTheFileSystemHasThem(String listed, String path) {
    assertThat(parse(LS.replace("/proj/a.dat", listed))).isEmpty();
    assertThat(line.path()).asString().isEqualTo(path);
  }

  @Test
  void leavesPathsAsTheyAreWhereTheMountIsTheRoot() {
    IndexLine mountedAtRoot = new IndexLine("/", IndexKey.names(List.of()));
    byte[] bytes = LS.getBytes(StandardCharsets.UTF_8);
    assertThat(mountedAtRoot.parse(bytes, 0, bytes.length)).isEmpty();
    assertThat(mountedAtRoot.path()).asString().isEqualTo("/proj/a.dat");
  }

  @ParameterizedTest
  @CsvSource({
    "1795453829, 1795453829000000",
    "1795453829.25, 1795453829250000",
    "-86400, -86400000000",
    "2026-11-23T17:23:49Z, 1795454629000000",
    "2026-11-23T17:23:49.123456789+01:00, 1795451029123456",
    "2026-11-23 17:23:49 +0100 CET, 1795451029000000",
    "2026-11-23 17:23:49 -0930 -0930, 1795488829000000",
    "2026-11-23 17:23:49 +0000, 1795454629000000",
    "1969-12-31 23:00:00 +0000 UTC, -3600000000",
    "2400-02-29 00:00:00 +0000 UTC, 13574563200000000"
  })
  void readsTimesInEverySpelling(String text, long micros) {
    assertThat(parse(LS.replace("\"1795453829\"", '"' + text + '"'))).isEmpty();
    assertThat(line.ctime()).isEqualTo(micros);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Nov 23 17:23",
        "2026-11-23",
        "2026-11-23 17:23:49",
        "2026-11-23 17:23:49 CET",
        "2026-11-23 17:23:49 +01:00",
        "2026-11-23 17:23:49 +0100CET",
        "2026-02-29 17:23:49 +0100 CET",
        "2026-11-23 24:23:49 +0100 CET",
        "2026-11-23_17:23:49 +0100 CET",
        "9999999999999"
      })
  void refusesWhatIsNoTimeInFull(String text) {
    assertThat(parse(LS.replace("\"1795453829\"", '"' + text + '"')))
        .map(Problem::reason)
        .contains(RejectReason.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({"524288, 524288", "512Ki, 524288", "512K, 524288", "1M, 1048576", "2Gi, 2147483648"})
  void readsChunkSizesInEverySpelling(String text, long bytes) {
    assertThat(parse(LS.replace("\"524288\"", '"' + text + '"'))).isEmpty();
    assertThat(line.info().chunkBytes).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "f, FILE",
    "d, DIRECTORY",
    "l, SYMLINK",
    "directory, DIRECTORY",
    "symbolic link, SYMLINK",
    "regular file, FILE",
    "2, FILE",
    "p, PIPE"
  })
  void readsTypesInEverySpelling(String text, EntryType type) {
    assertThat(parse(LS.replace("\"type\":\"f\"", "\"type\":\"" + text + '"'))).isEmpty();
    assertThat(line.type()).isEqualTo(type);
    assertThat(line.info().actualTargets).isEqualTo(type == EntryType.FILE ? 4 : EntryInfo.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0"})
  void takesDirectoriesOfWhichTheIndexHasNoEntryInfo(String unknown) {
    String directory =
        LS.replace("\"type\":\"f\"", "\"type\":\"d\"")
            .replace("3-6563A1B2-1", "")
            .replace("\"owner_id\":\"2\"", "\"owner_id\":\"" + unknown + '"')
            .replace("\"524288\"", '"' + unknown + '"')
            .replace("\"stripe_pattern\":\"1\"", "\"stripe_pattern\":\"" + unknown + '"')
            .replace("\"stripe_targets\":\"4\"", "\"stripe_targets\":\"" + unknown + '"');
    assertThat(parse(directory)).isEmpty();
    EntryInfo info = line.info();
    assertThat(info.entryId).isEmpty();
    assertThat(info.pattern).isNull();
    assertThat(info.metaNode).isEqualTo(EntryInfo.NONE);
    assertThat(info.chunkBytes).isEqualTo(EntryInfo.NONE);
    assertThat(info.desiredTargets).isEqualTo(EntryInfo.NONE);
  }

  @Test
  void readsWhatADirectoryGivesToNewFiles() {
    assertThat(parse(LS.replace("\"type\":\"f\"", "\"type\":\"d\""))).isEmpty();
    assertThat(line.info().chunkBytes).isEqualTo(512 << 10);
    assertThat(line.info().desiredTargets).isEqualTo(4);
    assertThat(line.info().actualTargets).isEqualTo(EntryInfo.NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"path\" | \"pfad\" | MISSING_KEY",
        "\"path\":\"/proj/a.dat\" | \"name\":\"a.dat\" | MISSING_KEY",
        "\"type\" | \"kind\" | MISSING_KEY",
        "\"size\" | \"bytes\" | MISSING_KEY",
        "\"blocks\" | \"block\" | MISSING_KEY",
        "\"inode\" | \"ino\" | MISSING_KEY",
        "\"nlink\" | \"n\" | MISSING_KEY",
        "\"atime\" | \"a\" | MISSING_KEY",
        "\"mtime\" | \"m\" | MISSING_KEY",
        "\"ctime\" | \"c\" | MISSING_KEY",
        "\"user\" | \"u\" | MISSING_KEY",
        "\"group\" | \"g\" | MISSING_KEY",
        "\"entry_id\" | \"entryId\" | MISSING_KEY",
        "\"3-6563A1B2-1\" | \"\" | NO_ENTRY_INFO",
        "\"3-6563A1B2-1\" | null | NO_ENTRY_INFO",
        "\"stripe_chunk\" | \"chunk\" | MISSING_KEY",
        "\"stripe_targets\" | \"targets\" | MISSING_KEY",
        "\"524288\" | \"32Ki\" | INVALID_CHUNK_SIZE",
        "\"524288\" | 300000 | INVALID_CHUNK_SIZE",
        "\"524288\" | \"4Gi\" | INVALID_CHUNK_SIZE",
        "\"524288\" | \"lots\" | INVALID_CHUNK_SIZE",
        "a.dat | a\ufffd.dat | LOSSY_NAME",
        "a.dat | a\\ufffd.dat | LOSSY_NAME",
        "a.dat | a\\u0000.dat | MALFORMED",
        "\"36864\" | \"36.0K\" | MALFORMED",
        "\"36864\" | -1 | MALFORMED",
        "\"72\" | \"9007199254740992000\" | MALFORMED",
        "\"18446744073709551615\" | \"18446744073709551616\" | MALFORMED",
        "\"nlink\":\"2\" | \"nlink\":\"two\" | MALFORMED",
        "\"1795453829\" | \"Nov 23 17:23\" | MALFORMED",
        "\"1795453829\" | \"2026-11-31 17:23:22 +0100 CET\" | MALFORMED",
        "\"stripe_targets\":\"4\" | \"stripe_targets\":\"0\" | MALFORMED",
        "\"stripe_targets\":\"4\" | \"stripe_targets\":\"65536\" | MALFORMED",
        "3-6563A1B2-1 | 3 6563A1B2-1 | MALFORMED",
        "\"type\":\"f\" | \"type\":\"x\" | WRONG_TYPE",
        "\"user\":\"1003\"} | \"user\":\"1003\" | MALFORMED",
        "\"user\":\"1003\"} | \"user\":\"1003\"}] | MALFORMED",
        "{\"atime\" | [{\"atime\" | MALFORMED",
        "\"36864\" | {\"bytes\":36864} | MISSING_KEY"
      })
  void saysWhatIsWrong(String from, String to, RejectReason reason) {
    assertThat(LS).contains(from);
    Optional<Problem> problem = parse(LS.replace(from, to));
    assertThat(problem).map(Problem::reason).contains(reason);
    assertThat(problem.get().detail()).endsWith(".").matches("[ -~]*");
  }

  @Test
  void saysWhichOptionPrintsTheTimeInFull() {
    assertThat(parse(LS.replace("\"1795453829\"", "\"Nov 23  2025\"")))
        .map(Problem::detail)
        .contains("The ctime \"Nov 23  2025\" is no time in full. List with --full-time.");
  }

  private Optional<Problem> parse(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return line.parse(bytes, 0, bytes.length);
  }
}
